import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, runMain } from '../support/run-main.ts';
import { BETA_ZEROS } from '../support/zeros.ts';

/** `--fail-on` of `list`, `get` and `report`. */

const OVERVIEWS: Readonly<Record<string, unknown>> = {
  a: { ...BETA_ZEROS, successCount: 90, failedCount: 10, lastUpdateDateTime: '2025-01-01T00:00:00Z' },
  b: { ...BETA_ZEROS, successCount: 99, errorCount: 1, lastUpdateDateTime: '2026-01-02T00:00:00Z' },
  c: { ...BETA_ZEROS, successCount: 50, failedCount: 50, lastUpdateDateTime: '2026-01-02T00:00:00Z' },
  /** No devices, and no failedCount. */
  d: { ...BETA_ZEROS, failedCount: undefined, lastUpdateDateTime: '2026-01-02T00:00:00Z' },
};

/** A tenant with these configurations; the overview of `x` cannot be read. */
async function serve(ids: readonly string[]): Promise<RecordingServer> {
  return startRecordingServer(({ path }, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const id = /deviceConfigurations\/(\w+)\/deviceStatusOverview/.exec(path)?.[1];
    if (path.includes('$batch') || (path.includes('expand') && ids.includes('x')))
      return answer(400, { error: { code: 'BadRequest', message: 'Not supported.' } });
    if (id === 'x') return answer(403, { error: { code: 'Forbidden', message: 'Out of scope.' } });
    if (id !== undefined) return answer(200, OVERVIEWS[id]);
    const value = ids.map((one) => ({
      id: one,
      displayName: `The ${one}`,
      '@odata.type': '#microsoft.graph.iosCustomConfiguration',
      ...(path.includes('expand') ? { deviceStatusOverview: OVERVIEWS[one] } : {}),
    }));
    return answer(200, { value });
  });
}

let whole: RecordingServer;
let partial: RecordingServer;
const folder = mkdtempSync(join(tmpdir(), 'graph-overview-fail-on-'));
const PAGE = join(folder, 'report.html');
const LISTING = join(folder, 'listing.json');

beforeAll(async () => {
  [whole, partial] = await Promise.all([serve(['a', 'b', 'c', 'd']), serve(['a', 'b', 'x'])]);
  writeFileSync(LISTING, (await runMain(['list', '-o', 'json', '--endpoint', whole.url])).stdout);
});

afterAll(() => Promise.all([whole.close(), partial.close()]));

const on = (server: RecordingServer, argv: readonly string[]): Promise<Run> =>
  runMain([...argv, '--endpoint', server.url, '--retries', '0']);

/** The line of standard error with the error. */
const errorLine = ({ stderr }: Run): string | undefined =>
  stderr.split('\n').find((line) => line.startsWith('error:'));

const LIST = ['list'];
const GET = ['get', 'id:a'];
const REPORT = ['report', '--out', PAGE];

describe('--fail-on', () => {
  test.each<readonly [what: string, argv: readonly string[], condition: string, error: string]>([
    ['list, one', LIST, 'failed ge 50%', '`failed ge 50%` holds for 1 of 4 configurations: "The c" (c)'],
    [
      'list, several',
      LIST,
      'failed gt 5%',
      '`failed gt 5%` holds for 2 of 4 configurations: the first is "The a" (a)',
    ],
    [
      'list, in the order that is printed',
      [...LIST, '--sort', '-failed'],
      'failed gt 0',
      '`failed gt 0` holds for 2 of 4 configurations: the first is "The c" (c)',
    ],
    [
      'list, of those that are selected',
      [...LIST, '--name', '*b'],
      'error eq 1',
      '`error eq 1` holds for 1 configuration: "The b" (b)',
    ],
    [
      'list, of those that are printed',
      [...LIST, '--sort', '-failed', '--top', '1'],
      'success gt 0',
      '`success gt 0` holds for 1 configuration: "The c" (c)',
    ],
    [
      'list, an age',
      LIST,
      'last-update lt -7d',
      '`last-update lt -7d` holds for 1 of 4 configurations: "The a" (a)',
    ],
    ['get', GET, 'failed ge 10%', '`failed ge 10%` holds for 1 configuration: a'],
    ['get, Graph’s name', GET, 'failedCount == 10', '`failedCount == 10` holds for 1 configuration: a'],
    [
      'report',
      REPORT,
      'failed gt 0',
      '`failed gt 0` holds for 2 of 4 configurations: the first is "The a" (a)',
    ],
  ])('%s: exits with code 12 and names the configuration', async (_, argv, condition, error) => {
    const run = await on(whole, [...argv, '--fail-on', condition]);
    expect([run.code, errorLine(run)]).toEqual([12, `error: --fail-on: ${error}`]);
    const plain = await on(whole, argv);
    expect([plain.code, plain.stdout]).toEqual([0, run.stdout]);
  });

  test.each([
    ['list', LIST],
    ['get', GET],
    ['report', REPORT],
  ])('%s: exits with code 0 if it holds for no configuration', async (_, argv) => {
    const run = await on(whole, [...argv, '--fail-on', 'conflict gt 0']);
    expect([run.code, errorLine(run)]).toEqual([0, undefined]);
  });

  const formats = ['table', 'wide', 'json', 'jsonl', 'csv', 'tsv', 'yaml', 'markdown', 'none'];
  test.each([LIST, GET, REPORT].flatMap((argv) => formats.map((format) => [argv[0], format, argv] as const)))(
    '%s -o %s prints the same output as without it',
    async (_, format, argv) => {
      const plain = await on(whole, [...argv, '-o', format]);
      const run = await on(whole, [...argv, '-o', format, '--fail-on', 'failed gt 0']);
      expect([run.code, run.stdout]).toEqual([12, plain.stdout]);
      const last = run.stderr.trimEnd().split('\n').at(-1) ?? '';
      if (format !== 'json' && format !== 'jsonl') return;
      expect(JSON.parse(last).error).toMatchObject({ kind: 'condition', exitCode: 12 });
    },
  );

  test('report without --out still prints the page', async () => {
    const run = await on(whole, ['report', '--fail-on', 'failed gt 0']);
    expect([run.code, run.stdout.slice(0, 15)]).toEqual([12, expect.stringMatching(/^<!doctype html>$/i)]);
  });

  test('report --from --compare evaluates only the newer listing', async () => {
    const empty = join(folder, 'empty.json');
    writeFileSync(empty, '[]');
    const from = (file: string, other: string) =>
      runMain([...REPORT, '--from', file, '--compare', other, '--fail-on', 'failed gt 0']);
    const [newer, older] = [await from(LISTING, empty), await from(empty, LISTING)];
    expect([newer.code, errorLine(newer)]).toEqual([
      12,
      'error: --fail-on: `failed gt 0` holds for 2 of 4 configurations: the first is "The a" (a)',
    ]);
    expect([older.code, errorLine(older)]).toEqual([0, undefined]);
    expect(readFileSync(PAGE, 'utf8')).toMatch(/^<!doctype html>/i);
  });

  test('a condition that cannot be evaluated does not hold, and is reported', async () => {
    const list = await on(whole, [...LIST, '--fail-on', 'failed gt 90% or not failed gt 0']);
    expect([list.code, errorLine(list)]).toEqual([
      12,
      'error: --fail-on: `failed gt 90% or not failed gt 0` holds for 1 of 4 configurations: "The b" (b)',
    ]);
    expect(list.stderr).toContain('for 1 configuration: the service did not return failedCount');
    const get = await on(whole, ['get', 'd', '--fail-on', 'success gt 5%']);
    expect([get.code, get.stderr]).toEqual([
      0,
      expect.stringContaining(
        'for 1 configuration: not all devices are known (failedCount is missing), so `success gt 5%` does not hold\n',
      ),
    ]);
    const report = await on(whole, [...REPORT, '--fail-on', 'failed gt 90']);
    expect([report.code, report.stderr]).toEqual([
      0,
      expect.stringContaining('for 1 configuration: the service did not return failedCount'),
    ]);
  });

  test.each([
    ['list', LIST],
    ['report', REPORT],
  ])(
    '%s: exits with code 8 if a configuration cannot be read, even if the condition holds',
    async (_, argv) => {
      const run = await on(partial, [...argv, '--fail-on', 'failed gt 0']);
      expect(run.code).toBe(8);
      expect(run.stderr).toContain(
        'warning: --fail-on: `failed gt 0` holds for 1 of 3 configurations: "The a" (a)\n',
      );
      const other = await on(partial, [...argv, '--fail-on', 'failed gt 99']);
      expect([other.code, other.stderr.includes('--fail-on')]).toEqual([8, false]);
    },
  );

  test('get: an overview that cannot be read keeps its exit code', async () => {
    const run = await on(partial, ['get', 'id:x', '--fail-on', 'failed gt 0']);
    expect([run.code, run.stdout]).toEqual([4, '']);
  });

  test.each([
    ['list', LIST],
    ['get', GET],
    ['report', REPORT],
  ])('%s: an invalid condition is reported before anything is sent', async (_, argv) => {
    const before = whole.requests.length;
    const run = await on(whole, [...argv, '--fail-on', 'faild gt 0']);
    expect([run.code, whole.requests.length]).toEqual([2, before]);
    expect(run.stderr).toMatch(/^error: --fail-on: unknown property "faild".*\n {2}faild gt 0\n {2}\^{5}\n/);
  });

  test('get --dry-run is rejected, as it reads no overview', async () => {
    const run = await on(whole, [...GET, '--dry-run', '--fail-on', 'failed gt 0']);
    expect([run.code, errorLine(run)]).toEqual([
      2,
      'error: --fail-on needs an overview, which --dry-run does not read',
    ]);
  });
});
