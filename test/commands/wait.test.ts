import { describe, expect, test } from '@jest/globals';
import { startEmulator } from '../../src/emulator/index.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, type RunOptions, runMain } from '../support/run-main.ts';
import { ZEROS } from '../support/zeros.ts';
import { changing, open } from './open-servers.ts';

function waitFor(server: RecordingServer, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runMain(['wait', ...args, '--endpoint', server.url], options);
}

/** The record of `wait` for one configuration. */
function recordOf(id: string, overview: Record<string, unknown> | null, holds: boolean) {
  return { deviceConfigurationId: id, displayName: null, via: 'direct', overview, holds };
}

function notesOf({ stderr }: Run): string[] {
  return stderr.split('\n').filter((line) => line.startsWith('waiting for'));
}

describe('wait', () => {
  test('reads until the condition holds, and prints the final record', async () => {
    const server = await changing({
      a: [{ id: 'o', pendingCount: 9 }, { pendingCount: 9 }, { id: 'o', pendingCount: 0 }],
    });
    const run = await waitFor(server, ['id:a', '--until', 'pending eq 0', '-o', 'json']);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toEqual([recordOf('a', { id: 'o', pendingCount: 0 }, true)]);
    expect(run.sleeps).toEqual([30_000, 30_000]);
    // One note, since nothing changed between the first and the second check.
    expect(notesOf(run)).toEqual(['waiting for `pending eq 0`: holds for 0 of 1; not yet for a (pending 9)']);
  });

  test('reports each change once, and nothing with --quiet', async () => {
    const failed = (failedCount: number) => ({ ...ZEROS, failedCount });
    const reads = { a: [failed(2), failed(2), failed(1), failed(0)] } as const;
    const run = await waitFor(await changing(reads), ['id:a', '--until', 'failed eq 0']);
    expect(notesOf(run).map((line) => /\(.*\)/.exec(line)?.[0])).toEqual(['(failed 2)', '(failed 1)']);
    const quiet = await waitFor(await changing(reads), ['id:a', '--until', 'failed eq 0', '--quiet']);
    expect([quiet.code, quiet.stderr]).toEqual([0, '']);
  });

  test('requires the condition to hold for all in one check, or for one with --any', async () => {
    const reads = {
      a: [{ failedCount: 0 }, { failedCount: 1 }, { failedCount: 0 }],
      b: [{ failedCount: 1 }, { failedCount: 0 }, { failedCount: 0 }],
    } as const;
    const all = await waitFor(await changing(reads), [
      'id:a',
      'id:b',
      '--until',
      'failed eq 0',
      '-o',
      'json',
    ]);
    expect([all.code, all.sleeps.length]).toEqual([0, 2]);
    const any = await waitFor(await changing(reads), [
      'id:a',
      'id:b',
      '--until',
      'failed eq 0',
      '--any',
      '-o',
      'json',
    ]);
    expect([any.code, any.sleeps.length]).toEqual([0, 0]);
    expect(JSON.parse(any.stdout)).toEqual([
      recordOf('a', { failedCount: 0 }, true),
      recordOf('b', { failedCount: 1 }, false),
    ]);
  });

  test('reads several overviews with one batch each time, and a repeated id once', async () => {
    const server = await changing({ a: [{ errorCount: 1 }, { errorCount: 0 }], b: [{ errorCount: 0 }] });
    const run = await waitFor(server, ['id:a', 'id:b', 'id:a', '--until', 'error eq 0']);
    expect(run.code).toBe(0);
    expect(server.requests.map(({ path }) => path)).toEqual(['/beta/$batch', '/beta/$batch']);
    expect(JSON.parse(server.requests[0]?.body ?? '').requests).toHaveLength(2);
  });

  test('exits with code 124 after --max, with a last check at that time', async () => {
    const server = await changing({ a: [{ failedCount: 3 }] });
    const run = await waitFor(server, [
      'id:a',
      '--until',
      'failed eq 0',
      '--interval',
      '20s',
      '--max',
      '50s',
      '-o',
      'json',
    ]);
    expect(run.code).toBe(124);
    expect(run.sleeps).toEqual([20_000, 20_000, 10_000]);
    expect(server.requests).toHaveLength(4);
    expect(JSON.parse(run.stdout)).toEqual([recordOf('a', { failedCount: 3 }, false)]);
    const error = run.stderr.trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(error).error).toMatchObject({
      kind: 'wait',
      exitCode: 124,
      message: '`failed eq 0` does not hold, timed out after 50s',
    });
  });

  test.each([
    ['0s', 'failed eq 0', 0],
    ['0', 'failed eq 0', 0],
    ['0ms', 'failed gt 0', 124],
    ['0.0m', 'failed gt 0', 124],
  ])('with --max %s checks once whether `%s`: exit code %d', async (max, condition, code) => {
    const server = await changing({ a: [{ failedCount: 0 }, { failedCount: 1 }] });
    const run = await waitFor(server, ['id:a', '--until', condition, '--max', max, '-o', 'json']);
    expect([run.code, run.sleeps, server.requests.length]).toEqual([code, [], 1]);
    expect(JSON.parse(run.stdout)).toEqual([recordOf('a', { failedCount: 0 }, code === 0)]);
    if (code === 0) return;
    expect(JSON.parse(run.stderr.trimEnd().split('\n').at(-1) ?? '').error).toMatchObject({
      kind: 'wait',
      exitCode: 124,
      message: '`failed gt 0` does not hold',
    });
  });

  test('with --max 0s reads several overviews with one batch, and retries nothing', async () => {
    const server = await changing({ a: [{ failedCount: 0 }], b: [{ failedCount: 1 }] });
    const all = ['id:a', 'id:b', '--until', 'failed eq 0', '--max', '0s'];
    expect([(await waitFor(server, all)).code, server.requests.length]).toEqual([124, 1]);
    expect((await waitFor(server, [...all, '--any'])).code).toBe(0);
    const busy = await changing({ a: [503, { failedCount: 0 }] });
    const run = await waitFor(busy, ['id:a', '--until', 'failed eq 0', '--max', '0s']);
    expect([run.code, run.sleeps, busy.requests.length]).toEqual([124, [], 1]);
    expect(run.stderr).toMatch(
      /^error: `failed eq 0` does not hold; the overview could not be read: Graph is unavailable: .*\nhint: /,
    );
  });

  test('with --max 0s reports why the condition cannot be evaluated', async () => {
    const server = await changing({ a: [{ pendingCount: 0 }] });
    const run = await waitFor(server, ['id:a', '--until', 'failed eq 0', '--max', '0s']);
    expect([run.code, run.stderr]).toEqual([
      124,
      expect.stringContaining(
        'a: the service did not return failedCount\nerror: `failed eq 0` does not hold\n',
      ),
    ]);
  });

  test('with --max 0s allows its request the usual time-out', async () => {
    const server = await startRecordingServer(async (_, response) => {
      await new Promise((go) => setTimeout(go, 50));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"failedCount":0}');
    });
    open.push(server);
    expect((await waitFor(server, ['id:a', '--until', 'failed eq 0', '--max', '0s'])).code).toBe(0);
  });

  test.each(['-1s', '0d', '', 'none'])('rejects --max %j', async (max) => {
    const run = await runMain(['wait', 'id:a', '--until', 'failed eq 0', `--max=${max}`]);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('--max: ')]);
  });

  test('does not wait beyond --max between two attempts', async () => {
    const server = await changing({ a: [503] });
    const run = await waitFor(server, ['id:a', '--until', 'failed eq 0', '--max', '2s', '-o', 'json']);
    expect(run.code).toBe(124);
    expect(run.sleeps.reduce((sum, one) => sum + one, 0)).toBe(2_000);
    expect(JSON.parse(run.stdout)).toMatchObject([
      { ...recordOf('a', null, false), error: { kind: 'wait' } },
    ]);
  });

  test('does not wait beyond --max for items of a batch, and reports them as not read', async () => {
    const server = await changing({ a: [503], b: [503] });
    const run = await waitFor(server, [
      'id:a',
      'id:b',
      '--until',
      'failed eq 0',
      '--max',
      '2s',
      '-o',
      'json',
    ]);
    expect(run.code).toBe(124);
    expect(run.sleeps.reduce((sum, one) => sum + one, 0)).toBe(2_000);
    expect(JSON.parse(run.stdout)).toMatchObject([{ error: { kind: 'wait' } }, { error: { kind: 'wait' } }]);
  });

  test('exits with code 124 and no records if the route is not resolved within --max', async () => {
    const server = await startRecordingServer((_, response) => {
      response.writeHead(503).end();
    });
    open.push(server);
    const args = [
      'id:a',
      '--via',
      'root',
      '--resolve',
      '--until',
      'failed eq 0',
      '--max',
      '2s',
      '-o',
      'json',
    ];
    const run = await waitFor(server, args);
    expect([run.code, JSON.parse(run.stdout)]).toEqual([124, []]);
  });

  test.each([
    ['503', 503],
    ['429', 429],
    ['500', 500],
    ['a cut connection', 'cut'],
  ] as const)('continues after %s, with one warning', async (_, failure) => {
    const server = await changing({ a: [{ failedCount: 1 }, failure, failure, { failedCount: 0 }] });
    const run = await waitFor(server, ['id:a', '--until', 'failed eq 0', '--retries', '0', '-o', 'json']);
    expect(run.code).toBe(0);
    expect(run.sleeps).toEqual([30_000, 30_000, 30_000]);
    expect(run.stderr.match(/^warning: a: .*; retrying at the next check$/gm)).toHaveLength(1);
    expect(JSON.parse(run.stdout)).toEqual([recordOf('a', { failedCount: 0 }, true)]);
  });

  test('sends a throttled batch again after its Retry-After', async () => {
    const item = { id: '0', status: 200, body: { failedCount: 0 } };
    const server = await startRecordingServer((_, response) => {
      const first = server.requests.length === 1;
      response.writeHead(first ? 503 : 200, { 'content-type': 'application/json', 'retry-after': '7' });
      response.end(JSON.stringify(first ? {} : { responses: [item, { ...item, id: '1' }] }));
    });
    open.push(server);
    const run = await waitFor(server, ['id:a', 'id:b', '--until', 'failed eq 0']);
    expect([run.code, run.sleeps]).toEqual([0, [7_000]]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/beta/$batch', '/beta/$batch']);
  });

  test('continues after a refused connection', async () => {
    const gone = await changing({ a: [{ failedCount: 1 }] });
    await gone.close();
    open.length = 0;
    const run = await waitFor(gone, ['id:a', '--until', 'failed eq 0', '--max', '1m']);
    expect(run.code).toBe(124);
    expect(run.stderr).toContain('the connection was refused; retrying at the next check');
    expect(run.stdout).toContain('! not read at the last check: no answer from');
  });

  test.each([
    [400, 1],
    [401, 3],
    [403, 4],
    [404, 5],
  ])('ends at once on status %i with exit code %i, also in a batch', async (status, code) => {
    const alone = await waitFor(await changing({ a: [{ failedCount: 1 }, status] }), [
      'id:a',
      '--until',
      'failed eq 0',
    ]);
    expect([alone.code, alone.sleeps]).toEqual([code, [30_000]]);
    const reads = { a: [{ failedCount: 1 }], b: [{ failedCount: 1 }, status] } as const;
    const among = await waitFor(await changing(reads), ['id:a', 'id:b', '--until', 'failed eq 0']);
    expect([among.code, among.sleeps]).toEqual([code, [30_000]]);
    expect(among.stderr).toContain('error: b: ');
  });

  test('reports that a percentage of no devices does not hold', async () => {
    const server = await changing({ a: [ZEROS] });
    const run = await waitFor(server, ['id:a', '--until', 'failed lt 5%', '--max', '1m']);
    expect(run.code).toBe(124);
    expect(run.stderr).toContain('there are no devices, so `failed lt 5%` does not hold');
  });

  test('prints no notes on a terminal', async () => {
    const server = await changing({ a: [{ ...ZEROS, failedCount: 1 }, ZEROS] });
    const run = await waitFor(server, ['id:a', '--until', 'failed eq 0'], { columns: 80 });
    expect([run.code, run.stderr]).toEqual([0, '']);
  });

  test('checks at most as often as the quota allows, and reports it', async () => {
    const { url, close } = await startEmulator({
      clock: { now: Date.now, sleep: async () => undefined },
      configurations: 150,
    });
    open.push({ close });
    const list = await runMain([
      'list',
      '--endpoint',
      url,
      '-o',
      'tsv',
      '--query',
      '[].deviceConfigurationId',
    ]);
    const ids = list.stdout.trim().split('\n');
    const args = ['--until', 'pending gt 2000000000', '--interval', '500ms', '--max', '9s', '--verbose'];
    const run = await runMain(['wait', ...ids, '--endpoint', url, ...args]);
    expect(run.code).toBe(124);
    // 1,000 reads in 20 s are 150 in 3 s.
    expect(run.sleeps).toEqual([3_000, 3_000, 3_000]);
    expect(run.stderr).toContain(
      'the interval is 3 s: the quota does not allow reading 150 overviews more often',
    );
    expect(run.stderr.match(/^POST .*\/\$batch → 200/gm)).toHaveLength(4 * 8);
    expect(run.stderr).not.toMatch(/^GET /m);
  });

  test('prints the final state in every format', async () => {
    const shown = async (...args: string[]): Promise<string> => {
      const reads = {
        a: [{ id: 'o', ...ZEROS, successCount: 4 }],
        b: [{ id: 'p', ...ZEROS }],
      } as const;
      const run = await waitFor(await changing(reads), ['id:a', 'id:b', '--until', 'failed eq 0', ...args]);
      expect(run.code).toBe(0);
      return run.stdout;
    };
    expect(await shown('-o', 'jsonl')).toBe(
      '{"deviceConfigurationId":"a","displayName":null,"via":"direct","overview":{"id":"o","pendingCount":0,"notApplicableCount":0,"successCount":4,"errorCount":0,"failedCount":0},"holds":true}\n' +
        '{"deviceConfigurationId":"b","displayName":null,"via":"direct","overview":{"id":"p","pendingCount":0,"notApplicableCount":0,"successCount":0,"errorCount":0,"failedCount":0},"holds":true}\n',
    );
    expect((await shown('-o', 'csv')).split('\n').slice(0, 2)).toEqual([
      'deviceConfigurationId,displayName,via,holds,overviewId,pendingCount,notApplicableCount,notApplicablePlatformCount,successCount,errorCount,failedCount,conflictCount,lastUpdateDateTime,configurationVersion',
      'a,,direct,true,o,0,0,,4,0,0,,,',
    ]);
    expect(await shown()).toContain('✓ a\n         4        0        4');
    expect(await shown('-o', 'yaml')).toContain('holds: true');
    expect(await shown('-o', 'markdown')).toContain('| ✓ a |');
    expect(await shown('-o', 'tsv', '--query', '[?holds].deviceConfigurationId')).toBe('a\nb\n');
    expect(await shown('-o', 'none')).toBe('');
  });

  test('reads by the route of --via', async () => {
    const args = ['5a3b1c00-0b1e-4d5a-9c3e-000000000002', '--via', 'wifi-eap', '--until', 'success gt 0'];
    const run = await runMain(['wait', ...args, '--local', '--verbose']);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('via wifi-eap\n✓ holds (success gt 0)');
    expect(run.stderr).toContain('identityCertificateForClientAuthentication/deviceStatusOverview');
    const resolved = await runMain([
      ...['wait', '5a3b1c00-0b1e-4d5a-9c3e-00000000000c', '--via', 'identity-root', '--resolve'],
      ...['--until', 'success gt 0', '--local', '--verbose'],
    ]);
    expect(resolved.code).toBe(0);
    expect(resolved.stderr).toContain('identity-root is resolved to');
  });

  test('reports all errors of the command line together, and sends nothing', async () => {
    const server = await changing({});
    const run = await waitFor(server, [
      'id:a',
      'id:..',
      '--max',
      'x',
      '--interval',
      'y',
      '--via',
      'wifi-eepp',
    ]);
    expect(run.code).toBe(2);
    for (const part of ['--max', '--interval', '--until', '".."', 'wifi-eepp'])
      expect(run.stderr).toContain(part);
    const caret = await waitFor(server, ['id:a', '--until', 'failde eq 0']);
    expect(caret.code).toBe(2);
    expect(caret.stderr).toContain('  failde eq 0\n  ^^^^^^\n');
    expect(server.requests).toEqual([]);
  });
});
