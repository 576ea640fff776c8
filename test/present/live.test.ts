import { Readable, Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import type { Block, Cell, LiveRoom } from '../../src/outcome/result.ts';
import { showLive } from '../../src/present/live.ts';
import type { Terminal } from '../../src/present/screen.ts';
import { loadRenderer } from '../../src/present/table.ts';
import { watchedView } from '../../src/present/views/watched.ts';
import type { Watched, Watching } from '../../src/present/views/watching.ts';
import { ZEROS } from '../support/zeros.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A terminal that can be resized, and the content of its screen. */
function terminalOf(columns: number, rows: number) {
  let written = '';
  let undo: (() => void) | undefined;
  const out = Object.assign(
    new Writable({
      write(chunk, _, done) {
        written += chunk;
        done();
      },
    }),
    { isTTY: true, columns, rows },
  );
  const terminal: Terminal = {
    out,
    keys: Object.assign(Readable.from([]), { isTTY: false }),
    now: () => NOW,
    atExit(how) {
      undo = how;
      return () => {
        undo = undefined;
      };
    },
    onScreen: () => undefined,
  };
  return {
    terminal,
    written: () => written,
    /** The lines that were drawn last. */
    screen: () =>
      (written.split('\u001b[?7h')[0]?.split('\u001b[H').at(-1) ?? '')
        .replaceAll('\u001b[K', '')
        .replace('\r\n\u001b[J', '')
        .split('\r\n'),
    resize(size: { columns: number; rows: number }) {
      Object.assign(out, size);
      out.emit('resize');
    },
    /** Simulates the end of the process. */
    exit: () => undo?.(),
  };
}

/** Draws the screen once, calls `meanwhile` while it is shown, and ends. */
async function show(
  where: ReturnType<typeof terminalOf>,
  picture: (room: LiveRoom) => readonly Block[],
  meanwhile: () => void = () => undefined,
): Promise<void> {
  async function* steps(): AsyncGenerator<readonly (readonly Cell[])[]> {
    yield [];
    meanwhile();
  }
  const live = { steps: steps(), picture, stop: () => undefined };
  await showLive(live, where.terminal, await loadRenderer({ color: false }));
}

function watchedOf(count: number, changes: Partial<Watched> = {}): Watching {
  const first = {
    ...ZEROS,
    pendingCount: 212,
    successCount: 4_811,
    failedCount: 7,
    notApplicableCount: 40,
  };
  const overview = { ...first, pendingCount: 200, successCount: 4_823 };
  const watched = Array.from(
    { length: count },
    (_, index): Watched => ({
      id: `5a3b1c00-0b1e-4d5a-9c3e-${String(index).padStart(12, '0')}`,
      displayName: null,
      via: 'direct',
      first,
      before: first,
      overview,
      readAt: NOW - 4_000,
      problem: undefined,
      lastChange: index === 0 ? { at: NOW - 4_000, what: 'pending, success' } : undefined,
      history: [first, overview],
      ...changes,
    }),
  );
  return {
    watched,
    interval: 30_000,
    stretched: false,
    checkedAt: NOW - 4_000,
    nextCheck: NOW + 26_000,
    until: 'holds for 0 of 3: pending eq 0',
    said: undefined,
    end: 'q ends',
  };
}

describe('the screen of watch', () => {
  const widths = [30, 50, 80, 120];
  const heights = [3, 10, 24, 50];

  test.each(widths)('fits %i columns at any height, with any content', async (columns) => {
    for (const rows of heights) {
      for (const count of [1, 5, 12]) {
        for (const changes of [
          {},
          { via: 'macos-wired-root' },
          { problem: 'no answer from http://127.0.0.1:1: the connection was refused' },
          { overview: undefined, first: undefined, before: undefined, history: [undefined] },
          { overview: { successCount: 2_147_483_647 }, first: { successCount: 0 } },
        ]) {
          const where = terminalOf(columns, rows);
          await show(where, (room) => watchedView(watchedOf(count, changes), room));
          const lines = where.screen();
          expect(lines.length).toBeLessThanOrEqual(rows);
          expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
        }
      }
    }
  });

  test('shows complete overviews if there is space, and otherwise less of each', async () => {
    const whole = terminalOf(80, 50);
    await show(whole, (room) => watchedView(watchedOf(3), room));
    expect(whole.screen().filter((line) => line.includes('All devices'))).toHaveLength(3);
    expect(whole.screen().find((line) => line.includes('◌ Pending'))).toMatch(/200 +\S+ % +−12 +−12 +█▁$/);
    const short = terminalOf(80, 24);
    await show(short, (room) => watchedView(watchedOf(3), room));
    expect(short.screen().filter((line) => line.startsWith('now'))).toHaveLength(3);
    expect(short.screen().join('\n')).not.toContain('fit');
    expect(short.screen().find((line) => line.startsWith('last check'))).toMatch(/−12 +\+12/);
  });

  test('reports how many overviews do not fit, and how many of them changed or failed', async () => {
    const where = terminalOf(120, 24);
    await show(where, (room) => watchedView(watchedOf(9, { problem: 'status 500' }), room));
    expect(where.screen().filter((line) => line.endsWith('! not read'))).toHaveLength(9);
    const many = terminalOf(120, 24);
    await show(many, (room) => watchedView(watchedOf(30, { problem: 'status 500' }), room));
    expect(many.screen().at(-1)).toBe('… 13 more do not fit: none changed, 13 cannot be read');
    const low = terminalOf(80, 5);
    await show(low, (room) => watchedView(watchedOf(1), room));
    expect(low.screen().at(-1)).toMatch(/^… \d+ more lines do not fit$/);
  });

  test('reports since when an overview cannot be read, and keeps its last values', async () => {
    const where = terminalOf(80, 24);
    await show(where, (room) => watchedView(watchedOf(1, { problem: 'status 500' }), room));
    expect(where.screen()).toContain('! cannot be read; values from 4 s ago: status 500');
    // The change since the start is still known, that since the last check is not.
    expect(where.screen().find((line) => line.includes('◌ Pending'))).toMatch(/200 +\S+ % +−12 +█▁$/);
  });

  test('is redrawn when the terminal is resized', async () => {
    const where = terminalOf(120, 40);
    const seen: number[] = [];
    await show(
      where,
      (room) => watchedView(watchedOf(2), room),
      () => {
        seen.push(where.screen().length);
        where.resize({ columns: 50, rows: 12 });
        seen.push(where.screen().length, Math.max(...where.screen().map((line) => stringWidth(line))));
      },
    );
    expect(seen[0]).toBeGreaterThan(12);
    expect(seen.slice(1)).toEqual([8, 50]);
  });

  test.each([
    [50, 'All devices'],
    [120, 'now'],
  ])('prints all overviews after it, in %i columns', async (columns, row) => {
    const where = terminalOf(columns, 10);
    await show(where, (room) => watchedView(watchedOf(9), room));
    const after = where.written().split('\u001b[?1049l')[1] ?? '';
    expect(after.split('\n').filter((line) => line.trim().startsWith(row))).toHaveLength(9);
    expect(after).not.toMatch(/fit|ends/);
  });

  test('is closed once when the process ends', async () => {
    const where = terminalOf(80, 24);
    await show(
      where,
      () => [],
      () => {
        where.exit();
        where.resize({ columns: 70, rows: 20 });
      },
    );
    const [, ...closed] = where.written().split('\u001b[?1049l');
    expect(closed).toHaveLength(1);
    expect(closed[0]).not.toContain('\u001b');
  });
});
