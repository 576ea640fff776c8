import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, runMain } from '../support/run-main.ts';

/** Counts that are strings, null or missing: what each command shows of them and of their sums, and its warning. */

const open: RecordingServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const WHOLE = {
  ...{ pendingCount: 1, notApplicableCount: 0, notApplicablePlatformCount: 0, successCount: 2 },
  ...{ errorCount: 0, failedCount: 0, conflictCount: 0 },
};
const STRING = { ...WHOLE, errorCount: '12' };
const NULL = { ...WHOLE, failedCount: null };
const { conflictCount: _, ...MISSING } = WHOLE;

type Overview = Readonly<Record<string, unknown>>;

/** A tenant with these overviews, with the ids a, b and c; a write is answered with the new overview. */
async function tenantOf(...overviews: readonly Overview[]): Promise<RecordingServer> {
  const stored = new Map(overviews.map((overview, index) => ['abc'[index] ?? '', overview]));
  const answer = (method: string, path: string, body: Overview): unknown => {
    if (path.includes('$select')) {
      const value = [...stored].map(([id, deviceStatusOverview]) => ({
        ...{ id, displayName: null, '@odata.type': null },
        deviceStatusOverview,
      }));
      return { value };
    }
    const id = /deviceConfigurations\/(\w+)\//.exec(path)?.[1] ?? '';
    const { '@odata.type': _type, ...values } = body;
    if (method === 'PATCH') stored.set(id, { ...stored.get(id), ...values });
    return stored.get(id);
  };
  const server = await startRecordingServer(({ method, path, body }, response) => {
    const parsed = body === '' ? {} : JSON.parse(body);
    const responses = path.endsWith('/$batch')
      ? parsed.requests.map((one: { id: string; method: string; url: string; body?: Overview }) => ({
          id: one.id,
          status: 200,
          body: answer(one.method, one.url, one.body ?? {}),
        }))
      : undefined;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(responses === undefined ? answer(method, path, parsed) : { responses }));
  });
  open.push(server);
  return server;
}

async function run(argv: readonly string[], ...overviews: readonly Overview[]): Promise<Run> {
  const { url } = await tenantOf(...overviews);
  return runMain([...argv, '--endpoint', url]);
}

/** The lines of a table, with one bar between two cells. */
const lines = ({ stdout }: Pick<Run, 'stdout'>): string[] =>
  stdout.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));

const CASES = [
  ['a string', STRING, '! Error | "12" | –', 'errorCount is "12"', 'error "12"'],
  ['null', NULL, '✗ Failed | null | –', 'failedCount is null', 'failed null'],
  ['missing', MISSING, '≠ Conflict | – | –', 'conflictCount is missing', 'conflict –'],
] as const;

describe.each(CASES)('a count that is %s', (_name, overview, row, words, text) => {
  const warning = `warning: ${words}: not included in totals\n`;
  const named = `warning: a: ${words}: not included in totals\n`;

  test('get shows it, and warns', async () => {
    const ran = await run(['get', 'id:a'], overview);
    expect([ran.code, ran.stderr]).toEqual([0, warning]);
    expect(lines(ran)).toContain(row);
    expect(lines(ran)).toContain('All devices | 3 + ?');
    expect(lines(ran)).toContain('✓ Success | 2 | –');
  });

  test('get -o json prints it as received', async () => {
    const ran = await run(['get', 'id:a', '-o', 'json'], overview);
    expect([ran.code, ran.stderr, JSON.parse(ran.stdout)]).toEqual([0, warning, overview]);
  });

  test('patch shows it, and warns', async () => {
    const ran = await run(['patch', 'id:a', '--pending', '1'], overview);
    expect([ran.code, ran.stderr]).toEqual([0, warning]);
    expect(lines(ran)).toContain(row);
    expect(lines(ran)).toContain('All devices | 3 + ?');
  });

  test('patch --diff shows it on both sides', async () => {
    const ran = await run(['patch', 'id:a', '--pending', '9', '--diff'], overview);
    const [label = '', stored = ''] = row.split(' | ');
    expect([ran.code, ran.stderr]).toEqual([0, warning]);
    expect(lines(ran)).toContain(`${label} | ${stored} | ${stored}`);
    expect(lines(ran)).toContain('◌ Pending | 1 | 9 | +8');
  });

  test.each([
    ['table', '3 + ?'],
    ['wide', '3 + ?'],
    ['markdown', '3 + ?'],
  ])('list -o %s shows it and an incomplete total, and warns', async (format, total) => {
    const ran = await run(['list', '-o', format], overview, WHOLE);
    expect([ran.code, ran.stderr]).toEqual([0, named]);
    expect(ran.stdout).toContain('1 with missing or invalid counts');
    expect(ran.stdout).toContain('6 + ? device states');
    if (format !== 'wide') expect(ran.stdout).toContain(total);
    expect(ran.stdout).toContain(row.split(' | ')[1]);
    expect(ran.stdout).not.toMatch(/NaN|undefined/);
  });

  test('list -o json and -o jsonl print it as received', async () => {
    const json = await run(['list', '-o', 'json'], overview);
    expect([json.code, json.stderr]).toEqual([0, named]);
    expect(JSON.parse(json.stdout)).toEqual([
      { deviceConfigurationId: 'a', displayName: null, '@odata.type': null, overview },
    ]);
    const jsonl = await run(['list', '-o', 'jsonl'], overview);
    expect([jsonl.code, jsonl.stderr, JSON.parse(jsonl.stdout).overview]).toEqual([0, named, overview]);
  });

  test('wait shows it, and warns', async () => {
    const ran = await run(['wait', 'id:a', '--until', 'pending ge 1'], overview);
    expect([ran.code, ran.stderr]).toEqual([0, named]);
    expect(lines(ran)).toContain(row);
    expect(lines(ran)).toContain('All devices | 3 + ?');
  });

  test('makes a share of all devices unknown in wait and in list --where', async () => {
    const ran = await run(
      ['wait', 'id:a', '--until', 'success gt 5%', '--max', '1s', '-o', 'json', '--quiet'],
      overview,
    );
    expect(ran.code).toBe(124);
    expect(JSON.parse(ran.stdout)).toMatchObject([{ overview, holds: false }]);
    const plain = await run(['list', '--where', 'success gt 5%', '-o', 'json'], overview);
    expect([plain.code, plain.stdout.trim()]).toEqual([0, '[]']);
    expect(plain.stderr).toContain(
      `for 1 configuration: not all devices are known (${words}), so \`success gt 5%\` does not hold\n`,
    );
  });

  test('watch shows it, and warns', async () => {
    const ran = await run(['watch', 'id:a', '--until', 'pending ge 1'], overview);
    expect([ran.code, ran.stderr]).toEqual([0, named]);
    expect(ran.stdout).toMatch(/^\S+ a pending 1, success 2/);
    expect(ran.stdout).toContain(text);
  });

  test('apply warns about it in the plan and after the write', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graph-overview-counts-'));
    const file = join(folder, 'rows.csv');
    writeFileSync(file, 'deviceConfigurationId,pending\na,9\n');
    const plan = await run(['apply', file, '--dry-run'], overview);
    expect([plan.code, plan.stderr]).toEqual([0, `warning: line 2: ${words}: not included in totals\n`]);
    const ran = await run(['apply', file, '--yes', '-o', 'json'], overview);
    expect([ran.code, ran.stderr]).toEqual([0, `warning: line 2: ${words}: not included in totals\n`]);
    expect(JSON.parse(ran.stdout).rows).toMatchObject([{ status: 'written', before: overview }]);
    const blind = await run(['apply', file, '--yes', '--no-read', '-o', 'none'], overview);
    expect([blind.code, blind.stderr]).toEqual([0, `warning: line 2: ${words}: not included in totals\n`]);
  });
});

test.each([
  ['a string', { ...WHOLE, pendingCount: '1' }, 'pendingCount "1" → 1'],
  ['null', { ...WHOLE, pendingCount: null }, 'pendingCount null → 1'],
  ['missing', { ...WHOLE, pendingCount: undefined }, 'pendingCount – → 1'],
])('a plan distinguishes a count that is %s from a number', async (_name, overview, change) => {
  const file = join(mkdtempSync(join(tmpdir(), 'graph-overview-counts-')), 'rows.csv');
  writeFileSync(file, 'deviceConfigurationId,pending\na,1\n');
  const ran = await run(['apply', file, '--dry-run'], overview);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain(change);
});

describe('several counts that are not numbers', () => {
  test('are reported in one warning', async () => {
    const words = 'warning: a: errorCount is "12", and 2 more like it: not included in totals\n';
    const list = await run(['list', '-o', 'json'], STRING, NULL, MISSING);
    expect([list.code, list.stderr]).toEqual([0, words]);
    const wait = await run(['wait', 'id:a', 'id:b', 'c', '--until', 'pending eq 1'], STRING, NULL, MISSING);
    expect([wait.code, wait.stderr]).toEqual([0, words]);
    const watch = await run(['watch', 'id:a', 'id:b', 'c', '--until', 'pending eq 1'], STRING, NULL, MISSING);
    expect([watch.code, watch.stderr]).toEqual([0, words]);
  });

  test('make the total incomplete, even if every overview lacks the same count', async () => {
    const ran = await run(['list'], MISSING, MISSING);
    const total = lines(ran).find((line) => line.startsWith('Total')) ?? '';
    expect(total).toMatch(/^Total \| 6 \+ \? /);
    expect(ran.stdout).toContain('2 configurations, 6 + ? device states\n2 with missing or invalid counts\n');
  });

  test('are not included in the total, which is marked as incomplete', async () => {
    const ran = await run(['list'], STRING, NULL, MISSING);
    expect(ran.stdout).toContain('3 configurations, 9 + ? device states\n3 with missing or invalid counts\n');
  });
});

test('an overview of v1.0 has no missing counts', async () => {
  const { conflictCount: _c, notApplicablePlatformCount: _n, ...v1 } = WHOLE;
  const ran = await run(['get', 'id:a', '--api-version', 'v1.0'], v1);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  expect(lines(ran)).toContain('All devices | 3');
  const wide = await run(['list', '-o', 'wide', '--api-version', 'v1.0'], v1);
  expect([wide.code, wide.stderr]).toEqual([0, '']);
  expect(wide.stdout).toMatch(/\n1 configuration, 3 device states\n$/);
  expect(wide.stdout).not.toContain('?');
});

test('watch warns again only if other counts are invalid', async () => {
  const reads = [STRING, STRING, NULL, WHOLE, { ...WHOLE, pendingCount: 0 }];
  const server = await startRecordingServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reads[Math.min(server.requests.length, reads.length) - 1]));
  });
  open.push(server);
  const ran = await runMain(['watch', 'id:a', '--until', 'pending eq 0', '--endpoint', server.url]);
  expect([ran.code, ran.stderr]).toEqual([
    0,
    'warning: a: errorCount is "12": not included in totals\n' +
      'warning: a: failedCount is null: not included in totals\n',
  ]);
});
