import { describe, expect, test } from '@jest/globals';
import type { RecordingServer } from '../support/recording-server.ts';
import { type Run, type RunOptions, runMain } from '../support/run-main.ts';
import { ZEROS } from '../support/zeros.ts';
import { changing } from './open-servers.ts';

function watchAt(server: RecordingServer, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runMain(['watch', ...args, '--endpoint', server.url], options);
}

const FALLING = {
  a: [
    { ...ZEROS, id: 'o', pendingCount: 3, failedCount: 1 },
    { ...ZEROS, id: 'o', pendingCount: 3, failedCount: 1 },
    { ...ZEROS, id: 'o', pendingCount: 1_200, failedCount: 0 },
    { ...ZEROS, id: 'o', pendingCount: 0, failedCount: 0 },
  ],
} as const;

const UNTIL = ['--until', 'pending eq 0'];

describe('watch in a pipe', () => {
  test('prints a line at the start and for each change, and ends when the condition holds', async () => {
    const run = await watchAt(await changing(FALLING), ['id:a', ...UNTIL]);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toBe(
      '2026-01-02T03:04:05.678Z a pending 3, failed 1\n' +
        '2026-01-02T03:05:05.678Z a pending 3 → 1,200 (+1,197), failed 1 → 0 (−1)\n' +
        '2026-01-02T03:05:35.678Z a pending 1,200 → 0 (−1,200)\n',
    );
    expect(run.sleeps).toEqual([30_000, 30_000, 30_000]);
  });

  test('prints a record for each change with -o jsonl', async () => {
    const run = await watchAt(await changing(FALLING), ['id:a', ...UNTIL, '-o', 'jsonl', '--interval', '1m']);
    const records = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const configuration = { deviceConfigurationId: 'a', displayName: null, via: 'direct' };
    expect(records).toEqual([
      {
        time: '2026-01-02T03:04:05.678Z',
        ...configuration,
        overview: FALLING.a[0],
        holds: false,
        changed: [],
      },
      {
        time: '2026-01-02T03:06:05.678Z',
        ...configuration,
        overview: FALLING.a[2],
        holds: false,
        changed: ['pendingCount', 'failedCount'],
      },
      {
        time: '2026-01-02T03:07:05.678Z',
        ...configuration,
        overview: FALLING.a[3],
        holds: true,
        changed: ['pendingCount'],
      },
    ]);
  });

  test('prints the changes in every format', async () => {
    const shown = async (...args: string[]): Promise<string> =>
      (await watchAt(await changing(FALLING), ['id:a', ...UNTIL, ...args])).stdout;
    expect(JSON.parse(await shown('-o', 'json'))).toHaveLength(3);
    expect((await shown('-o', 'csv')).split('\n')[2]).toBe(
      '2026-01-02T03:05:05.678Z,a,,direct,false,o,1200,0,,0,0,0,,,,pendingCount failedCount',
    );
    expect(await shown('-o', 'yaml')).toContain('- pendingCount');
    expect(await shown('-o', 'markdown')).toContain('| a | pending, failed | pending 1,200 |');
    expect(await shown('--query', 'overview.pendingCount')).toBe('3\n1200\n0\n');
    expect(await shown('-o', 'jsonl', '--query', 'overview.pendingCount')).toBe('3\n1200\n0\n');
    expect(await shown('-o', 'none')).toBe('');
  });

  test('reports once that an overview cannot be read, and when it is read again', async () => {
    const server = await changing({
      a: [{ ...ZEROS, pendingCount: 2 }, 500, 500, { ...ZEROS, pendingCount: 2 }, ZEROS],
      b: [404, 404, 404, 404, 404],
    });
    const run = await watchAt(server, ['id:a', 'id:b', '--any', ...UNTIL]);
    expect(run.code).toBe(0);
    expect(run.stderr.split('\n')).toEqual([
      expect.stringMatching(/^warning: b: not found: .*; retrying at the next check$/),
      expect.stringMatching(/^warning: a: Graph refused: .*; retrying at the next check$/),
      'a: read again',
      '',
    ]);
    expect(run.stdout.split('\n')).toEqual([
      expect.stringMatching(/ a pending 2$/),
      expect.stringMatching(/ a pending 2 → 0 \(−2\)$/),
      '',
    ]);
  });

  test.each([
    [401, 3],
    [403, 4],
    [404, 5],
  ])('ends if no overview can be read (%i): exit code %i', async (status, code) => {
    const run = await watchAt(await changing({ a: [status], b: [status] }), ['id:a', 'id:b']);
    expect([run.code, run.stdout]).toEqual([code, '']);
  });

  test('waits for a service that is not yet available', async () => {
    const server = await changing({ a: ['cut', 'cut', ZEROS] });
    const run = await watchAt(server, ['id:a', ...UNTIL, '--retries', '0']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/ a no devices\n$/);
  });

  test('reports once why a condition cannot be evaluated', async () => {
    const server = await changing({ a: [ZEROS, ZEROS, { ...ZEROS, pendingCount: 1 }] });
    const run = await watchAt(server, ['id:a', '--until', 'pending ge 50%']);
    expect([run.code, run.stderr]).toEqual([
      0,
      'a: there are no devices, so `pending ge 50%` does not hold\n',
    ]);
  });

  test('prints the old and the new value of a date', async () => {
    const server = await changing({
      a: [
        { pendingCount: 1, lastUpdateDateTime: '2026-01-01T00:00:00Z' },
        // The same time: no change.
        { pendingCount: 1, lastUpdateDateTime: '2026-01-01T01:00:00+01:00' },
        { pendingCount: 0, lastUpdateDateTime: '2026-01-02T00:00:00Z' },
      ],
    });
    const lines = (await watchAt(server, ['id:a', ...UNTIL])).stdout.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('last-update 2026-01-01T01:00:00+01:00 → 2026-01-02T00:00:00Z');
  });

  test('increases an interval that the quota does not allow', async () => {
    const server = await changing({
      a: [{ pendingCount: 1 }, { pendingCount: 0 }],
      b: [{ pendingCount: 0 }],
    });
    const run = await watchAt(server, ['id:a', 'id:b', ...UNTIL, '--interval', '1ms']);
    expect(run.sleeps).toEqual([40]);
    expect(run.stderr).toContain(
      'the interval is 0.04 s: the quota does not allow reading 2 overviews more often',
    );
  });

  test.each([[['id:a', '--any']], [['id:a', '--interval', '0']], [['id:a', '--until', '']]])(
    'rejects %j',
    async (args) => {
      const server = await changing({});
      expect((await watchAt(server, args)).code).toBe(2);
      expect(server.requests).toEqual([]);
    },
  );
});

describe('watch on a terminal', () => {
  const OPEN = '\u001b[?1049h';

  test('redraws the screen, and prints the last state after it', async () => {
    const run = await watchAt(await changing(FALLING), ['id:a', ...UNTIL, '--no-color'], { columns: 80 });
    expect([run.code, run.stderr]).toEqual([0, '']);
    const [before = '', screen = '', after = ''] = run.stdout.split(/\u001b\[\?1049[hl]/);
    expect(before).toBe('');
    // One screen for each check.
    expect(screen.split('\u001b[H')).toHaveLength(1 + 4);
    expect(screen).toContain('read just now · next check in 30 s · every 30 s · Ctrl-C ends');
    expect(screen).toContain('holds for 0 of 1: pending eq 0');
    expect(after).toContain('last check at 2026-01-02T03:05:35.678Z\nholds for 1 of 1: pending eq 0\n');
    expect(after).toMatch(/^◌ Pending +0 +– +−1,200 +−3 +▁▁█▁$/m);
    expect(after).toMatch(/^✗ Failed +0 +– +−1 +██▁▁$/m);
  });

  test.each(['-o json', '-o csv', '--query overview.pendingCount'])(
    'draws no screen with %s',
    async (args) => {
      const run = await watchAt(await changing(FALLING), ['id:a', ...UNTIL, ...args.split(' ')], {
        columns: 80,
      });
      expect(run.stdout).not.toContain(OPEN);
    },
  );

  test('draws no screen on a terminal without cursor control', async () => {
    const run = await watchAt(await changing(FALLING), ['id:a', ...UNTIL], {
      columns: 80,
      env: { TERM: 'dumb' },
    });
    expect(run.stdout).not.toContain('\u001b');
    expect(run.stdout.split('\n')).toHaveLength(4);
  });

  test('prints messages after the screen has closed', async () => {
    const server = await changing({ a: [{ pendingCount: 1 }, 404, { pendingCount: 0 }] });
    const run = await watchAt(server, ['id:a', ...UNTIL, '--verbose'], { columns: 80 });
    expect(run.stderr).toMatch(/^warning: a: not found: /m);
    expect(run.stderr.match(/^GET /gm)).toHaveLength(3);
    expect(run.stdout).toContain('! cannot be read');
  });
});
