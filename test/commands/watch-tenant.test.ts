import { afterEach, describe, expect, test } from '@jest/globals';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, type RunOptions, runMain } from '../support/run-main.ts';
import { ZEROS } from '../support/zeros.ts';

/** The content of one listing: the failed and pending counts of each configuration, by its name; or a status. */
type Listing = Readonly<Record<string, readonly [failed: number, pending?: number]>> | number;

const open: RecordingServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A tenant with two configurations on a page, whose counts change with each listing; the last listing repeats. */
async function tenant(...listings: readonly Listing[]): Promise<RecordingServer> {
  let listed = -1;
  const server = await startRecordingServer(({ path }, response) => {
    const skip = Number(/\$skiptoken=(\d+)/.exec(path)?.[1] ?? 0);
    if (skip === 0) listed += 1;
    const listing = listings[Math.min(listed, listings.length - 1)] ?? 404;
    response.writeHead(typeof listing === 'number' ? listing : 200, { 'content-type': 'application/json' });
    if (typeof listing === 'number') return response.end('{"error":{"code":"E","message":"not now"}}');
    const all = Object.entries(listing).map(([name, [failedCount, pendingCount = 0]]) => ({
      id: `id-${name}`,
      displayName: name,
      '@odata.type': `#microsoft.graph.${name.toLowerCase()}Configuration`,
      deviceStatusOverview: { ...ZEROS, pendingCount, failedCount },
    }));
    const more = skip + 2 < all.length;
    const next = more
      ? { '@odata.nextLink': `${path.replace(/&\$skiptoken=.*/, '')}&$skiptoken=${skip + 2}` }
      : {};
    return response.end(JSON.stringify({ value: all.slice(skip, skip + 2), ...next }));
  });
  open.push(server);
  return server;
}

function watch(server: RecordingServer, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runMain(['watch', '--endpoint', server.url, ...args], options);
}

/** The printed lines, without the time. */
const lines = ({ stdout }: Run): string[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.slice('2026-01-02T03:04:05.678Z '.length));

const UNTIL = ['--until', 'pending eq 0'];

describe('watch without configurations', () => {
  test('follows the whole tenant with one listing per round: first all, worst first, then the changes', async () => {
    const server = await tenant(
      { A: [1, 5], B: [3], C: [2] },
      { A: [1, 5], B: [3], C: [2] },
      { A: [0, 4], B: [3], C: [7] },
      { A: [0], B: [3], C: [7] },
    );
    const run = await watch(server, UNTIL);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(lines(run)).toEqual([
      'B (id-B) failed 3',
      'C (id-C) failed 2',
      'A (id-A) pending 5, failed 1',
      'C (id-C) failed 2 → 7 (+5)',
      'A (id-A) pending 5 → 4 (−1), failed 1 → 0 (−1)',
      'A (id-A) pending 4 → 0 (−4)',
    ]);
    expect(run.sleeps).toEqual([30_000, 30_000, 30_000]);
    // Two pages for each of four rounds, and no other requests.
    expect(server.requests.map(({ method }) => method)).toEqual(Array.from({ length: 8 }, () => 'GET'));
  });

  test('prints records with names', async () => {
    const run = await watch(await tenant({ A: [1, 5], B: [0] }, { A: [1], B: [0] }), [
      ...UNTIL,
      '-o',
      'jsonl',
    ]);
    const records = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records).toMatchObject([
      { deviceConfigurationId: 'id-A', displayName: 'A', via: 'direct', holds: false, changed: [] },
      { deviceConfigurationId: 'id-B', displayName: 'B', holds: true, overview: { failedCount: 0 } },
      { displayName: 'A', holds: true, changed: ['pendingCount'], overview: { pendingCount: 0 } },
    ]);
    expect(records).toHaveLength(3);
  });

  test('follows the selected configurations, including those that were selected before', async () => {
    const run = await watch(
      await tenant(
        { A: [1, 1], B: [0], C: [9] },
        { A: [0, 1], B: [0], C: [9] },
        { A: [0, 1], B: [4], C: [9] },
        { A: [0], B: [4], C: [9] },
      ),
      ['--where', 'failed gt 0', '--name', '[ab]', '--type', 'CONFIG', ...UNTIL],
    );
    expect(lines(run)).toEqual([
      'A (id-A) pending 1, failed 1',
      'A (id-A) failed 1 → 0 (−1)',
      'B (id-B) failed 0 → 4 (+4)',
      'A (id-A) pending 1 → 0 (−1)',
    ]);
  });

  test('with --top follows the first of each round', async () => {
    const run = await watch(
      await tenant({ A: [1], B: [2], C: [3, 1] }, { A: [5], B: [2], C: [3, 1] }, { A: [5], B: [6], C: [3] }),
      ['--sort', '-failed', '--top', '2', '--until', 'failed gt 4'],
    );
    expect(lines(run)).toEqual([
      'C (id-C) pending 1, failed 3',
      'B (id-B) failed 2',
      'A (id-A) failed 1 → 5 (+4)',
      'B (id-B) failed 2 → 6 (+4)',
    ]);
  });

  test('adds new configurations, and reports removed ones', async () => {
    const run = await watch(
      await tenant({ A: [1, 1], B: [2] }, { A: [1, 1], N: [3] }, { A: [1], N: [3] }),
      UNTIL,
    );
    expect(lines(run)).toEqual([
      'B (id-B) failed 2',
      'A (id-A) pending 1, failed 1',
      'N (id-N) failed 3',
      'A (id-A) pending 1 → 0 (−1)',
    ]);
    expect(run.stderr).toBe('B (id-B) is no longer in the tenant\n');
  });

  test('reports a temporary failure of the listing once, and continues', async () => {
    const run = await watch(await tenant({ A: [1, 1] }, 503, 503, { A: [1] }), [...UNTIL, '--retries', '0']);
    expect(run.code).toBe(0);
    expect(lines(run)).toEqual(['A (id-A) pending 1, failed 1', 'A (id-A) pending 1 → 0 (−1)']);
    expect(run.stderr.split('\n')).toEqual([
      expect.stringContaining('retrying at the next check'),
      expect.stringContaining(': read again'),
      '',
    ]);
  });

  test.each([
    [401, 3],
    [403, 4],
  ])('ends if the listing is answered %i: exit code %i', async (status, code) => {
    const run = await watch(await tenant({ A: [1, 1] }, status), UNTIL);
    expect(run.code).toBe(code);
    expect(lines(run)).toEqual(['A (id-A) pending 1, failed 1']);
  });

  test('continues until a configuration is selected', async () => {
    const run = await watch(await tenant({ A: [0] }, { A: [0] }, { A: [2] }), [
      '--where',
      'failed gt 0',
      '--until',
      'failed eq 2',
    ]);
    expect([run.code, lines(run)]).toEqual([0, ['A (id-A) failed 0 → 2 (+2)']]);
  });

  test.each([
    [['--via', 'root'], '--via needs a configuration'],
    [['--resolve'], '--resolve needs a configuration'],
    [['id:a', '--where', 'failed gt 0'], '--where and configurations cannot be used together'],
    [['id:a', '--top', '3'], '--top and configurations cannot be used together'],
    [['--top', '0'], '--top'],
    [['--sort', 'x', '--where', 'y'], '--sort'],
  ])('rejects %j, and sends nothing', async (args, message) => {
    const server = await tenant({ A: [0] });
    const run = await watch(server, args);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(message);
    expect(server.requests).toEqual([]);
  });
});
