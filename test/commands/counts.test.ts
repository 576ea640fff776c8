import { afterEach, describe, expect, test } from '@jest/globals';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, runMain } from '../support/run-main.ts';

/** Counts that are no numbers, and what a person is shown of them and of their sums. */

const open: RecordingServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const WHOLE = {
  ...{
    pendingCount: 1,
    notApplicableCount: 0,
    notApplicablePlatformCount: 0,
    successCount: 2,
    errorCount: 0,
  },
  ...{ failedCount: 0, conflictCount: 0 },
};
const STRING = { ...WHOLE, errorCount: '12' };
const NULL = { ...WHOLE, failedCount: null };
const { conflictCount: _, ...MISSING } = WHOLE;

/** A tenant with these overviews, named a, b and so on. */
async function run(argv: readonly string[], ...overviews: readonly object[]): Promise<Run> {
  const server = await startRecordingServer(({ path }, response) => {
    const value = overviews.map((deviceStatusOverview, index) => ({
      id: 'abc'[index],
      displayName: null,
      '@odata.type': null,
      deviceStatusOverview,
    }));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(path.includes('$select') ? { value } : overviews[0]));
  });
  open.push(server);
  return runMain([...argv, '--endpoint', server.url]);
}

/** The lines of a table, with one space between two cells. */
const lines = ({ stdout }: Run): string[] =>
  stdout.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));

describe('one overview', () => {
  test.each([
    ['a string', STRING, '! Error | "12" | –', 'errorCount is "12"'],
    ['null', NULL, '✗ Failed | null | –', 'failedCount is null'],
  ])('with %s is shown as it is, and reported', async (_, overview, row, words) => {
    const ran = await run(['get', 'a'], overview);
    expect([ran.code, ran.stderr]).toEqual([0, `warning: ${words}; no total has what is no number\n`]);
    expect(lines(ran)).toContain(row);
    expect(lines(ran)).toContain('All devices | 3 + ?');
    expect(lines(ran)).toContain('✓ Success | 2 | –');
    expect(ran.stdout).not.toMatch(/NaN/);
  });

  test('is reported after a write too', async () => {
    const ran = await run(['patch', 'a', '--pending', '1'], STRING);
    expect([ran.code, ran.stderr]).toEqual([
      0,
      'warning: errorCount is "12"; no total has what is no number\n',
    ]);
    expect(lines(ran)).toContain('All devices | 3 + ?');
  });

  test('without one has a dash for it', async () => {
    const ran = await run(['get', 'a'], MISSING);
    expect(lines(ran)).toContain('≠ Conflict | – | –');
  });

  test('stays as it is for scripts', async () => {
    const ran = await run(['get', 'a', '-o', 'json'], STRING);
    expect(JSON.parse(ran.stdout)).toEqual(STRING);
  });
});

describe('a list', () => {
  test('has them as they are, and totals that say what they lack', async () => {
    const ran = await run(['list'], STRING, NULL, MISSING);
    expect([ran.code, ran.stderr]).toEqual([
      0,
      'warning: a: errorCount is "12", and 1 more like it; no total has what is no number\n',
    ]);
    const [, , a, b, c, total, summary] = lines(ran);
    expect(a).toBe('(no name) | a | 3 + ? | 1 | 2 | "12" | 0 | 0 | 0');
    expect(b).toBe('(no name) | b | 3 + ? | 1 | 2 | 0 | null | 0 | 0');
    expect(c).toBe('(no name) | c | 3 | 1 (33.3 %) | 2 (66.7 %) | 0 (0.0 %) | 0 (0.0 %) | – | 0 (0.0 %)');
    expect(total).toBe('Total | 9 + ? | 3 | 6 | 0 + ? | 0 + ? | 0 + ? | 0');
    expect(summary).toBe('3 configurations, 9 + ? device states; 2 with counts that are no numbers');
  });

  test('in markdown too', async () => {
    const ran = await run(['list', '-o', 'markdown'], STRING, WHOLE);
    expect(ran.stdout).toContain('"12"');
    expect(ran.stdout).not.toMatch(/NaN|undefined/);
  });

  test('tells why a share of all devices cannot be told', async () => {
    const ran = await run(['list', '--where', 'success gt 10%', '-o', 'json'], NULL);
    expect(JSON.parse(ran.stdout)).toEqual([]);
    expect(ran.stderr).toContain(
      'not all devices are known (failedCount is null), so `success gt 10%` does not hold',
    );
  });
});

test('a report says what its totals lack', async () => {
  const { code, stdout, stderr } = await run(['report'], STRING, WHOLE);
  expect([code, stderr]).toEqual([0, 'warning: a: errorCount is "12"; no total has what is no number\n']);
  expect(stdout).toContain(
    '<dd class="value">6 + ?</dd><dd class="note">without counts of 1 configuration that are no numbers</dd>',
  );
});
