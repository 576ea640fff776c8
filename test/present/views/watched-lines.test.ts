import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import { blockTexts, loadRenderer } from '../../../src/present/table.ts';
import { watchedLines } from '../../../src/present/views/watched-lines.ts';
import type { Watched, Watching } from '../../../src/present/views/watching.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

function watching(count: number, change: (index: number) => Partial<Watched> = () => ({})): Watching {
  const overview = {
    ...{ pendingCount: 212, notApplicableCount: 3, successCount: 48_110, errorCount: 31, failedCount: 7 },
    ...{ notApplicablePlatformCount: 0, conflictCount: 0 },
  };
  const watched = Array.from(
    { length: count },
    (_, index): Watched => ({
      id: `5a3b1c00-0b1e-4d5a-9c3e-${String(index).padStart(12, '0')}`,
      displayName: `Device restrictions 制限 of the region number ${index}`,
      via: 'direct',
      first: overview,
      before: overview,
      overview,
      readAt: NOW,
      problem: undefined,
      lastChange: undefined,
      history: [overview],
      ...change(index),
    }),
  );
  return {
    ...{ watched, read: 400, interval: 30_000, stretched: false, checkedAt: NOW - 4_000 },
    ...{ nextCheck: NOW + 26_000, until: undefined, said: undefined, end: 'q ends' },
  };
}

async function show(watched: Watching, width: number, height: number | undefined): Promise<string[]> {
  const blocks = watchedLines(watched, { width, height, now: NOW });
  const text = [...blockTexts(blocks, width, await loadRenderer({ color: false }))].join('');
  return text.trimEnd().split('\n');
}

const CHANGED: Partial<Watched> = {
  overview: {
    ...{ pendingCount: 200, notApplicableCount: 3, notApplicablePlatformCount: 0, successCount: 48_110 },
    ...{ errorCount: 31, failedCount: 12, conflictCount: 0 },
  },
  lastChange: { at: NOW - 4_000, what: 'pending, failed' },
};

describe('many overviews on the screen of watch', () => {
  test.each([
    [50, ['Name', 'Error', 'Failed', 'Conflict', 'Changed']],
    [80, ['Name', 'Devices', 'Pending', 'Error', 'Failed', 'Conflict', 'Changed']],
    [140, ['Name', 'Id', 'Devices', 'Pending', 'Success', 'Error', 'Failed', 'Conflict', 'N/A', 'Changed']],
  ])('fit %i columns at any height', async (width, titles) => {
    for (const height of [12, 24, 40]) {
      const lines = await show(
        watching(100, (index) => (index === 0 ? CHANGED : {})),
        width,
        height,
      );
      expect(lines).toHaveLength(height);
      expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
      expect(lines[3]?.split(/ {2,}/)).toEqual(titles);
      expect(lines.at(-1)).toBe(`… ${100 - (height - 6)} more do not fit: none changed`);
    }
  });

  test('have the change since the start before each count, and its time', async () => {
    const lines = await show(
      watching(2, (index) => (index === 0 ? CHANGED : {})),
      80,
      24,
    );
    expect(lines[0]).toBe('read 4 s ago · next check in 26 s · every 30 s · q ends');
    expect(lines[1]).toBe('2 of 400 configurations, 1 changed');
    expect(lines[5]).toMatch(/^Device re.*… +48,356 +−12 200 +31 +\+5 12 +0 +4 s ago$/);
    expect(lines[6]).toMatch(/^Device re.*… +48,363 +212 +31 +7 +0$/);
  });

  test('report overviews that cannot be read', async () => {
    const problem = { problem: 'refused', lastChange: undefined };
    const lines = await show(
      watching(9, (index) => (index > 6 ? problem : {})),
      80,
      13,
    );
    expect(lines.at(-1)).toBe('… 2 more do not fit: none changed, 2 cannot be read');
    expect(
      (
        await show(
          watching(1, () => problem),
          80,
          13,
        )
      ).at(-1),
    ).toMatch(/7 +0 +! not read$/);
  });

  test('are printed after it: all that changed, or the first twenty', async () => {
    const some = await show(
      watching(100, (index) => (index < 2 ? CHANGED : {})),
      80,
      undefined,
    );
    expect(some).toHaveLength(5 + 20 + 1);
    expect(some.at(-1)).toBe('… 80 more: none changed');
    const most = await show(
      watching(100, (index) => (index < 60 ? CHANGED : {})),
      80,
      undefined,
    );
    expect(most[5]).toMatch(/2026-01-02T03:04:01Z$/);
    expect(most.filter((line) => line.startsWith('Device re'))).toHaveLength(60);
  });

  test('are reported as none if none is selected', async () => {
    expect(await show(watching(0), 80, 24)).toEqual([
      'read 4 s ago · next check in 26 s · every 30 s · q ends',
      '0 of 400 configurations, none changed',
    ]);
  });
});
