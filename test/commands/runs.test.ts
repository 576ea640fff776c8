import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Runtime } from '../../src/process/runtime.ts';
import { createJournal } from '../../src/runs/journal.ts';
import type { EndEntry } from '../../src/runs/journal-entries.ts';
import { countsOf, HEAD } from '../runs/rows.ts';
import { runMain } from '../support/run-main.ts';

const DAY = 86_400_000;
/** The time of the tests. */
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

let state: string;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
});

/** Creates a run that started and ended this number of days ago. */
async function run(name: string, days: number, interrupted = false): Promise<void> {
  const runtime = { env: { GRAPH_OVERVIEW_STATE: state }, platform: 'linux' } as unknown as Runtime;
  const started = new Date(NOW - days * DAY).toISOString();
  const journal = await createJournal(runtime, { ...HEAD, run: name, started });
  const counts = countsOf({ planned: 2, written: 2 });
  const end: EndEntry = { type: 'end', at: started, interrupted, inDoubt: 0, counts };
  await journal.append([end]);
  await journal.close();
}

const runs = (argv: readonly string[], more: Parameters<typeof runMain>[1] = {}) =>
  runMain(['runs', ...argv], { ...more, env: { GRAPH_OVERVIEW_STATE: state } });
const names = (): string[] => readdirSync(join(state, 'runs')).filter((name) => name.endsWith('.jsonl'));

test('runs prints the age and the source of each run', async () => {
  await run('a', 3);
  const { stdout } = await runs([]);
  expect(stdout).toContain('3 d ago');
  expect(stdout).toContain('apply of rows.csv');
  const [record] = JSON.parse((await runs(['-o', 'json'])).stdout);
  expect(record).toMatchObject({ started: '2025-12-30T03:04:05.678Z', state: 'done', written: 2 });
});

describe('runs prune', () => {
  beforeEach(async () => {
    await run('old-open', 200, true);
    await run('old', 100);
    await run('new-open', 2, true);
    await run('new', 1);
  });

  test.each<[string[], string[]]>([
    [
      ['--older-than', '90d'],
      ['new-open.jsonl', 'new.jsonl'],
    ],
    [
      ['--older-than', '90d', '--keep', '3'],
      ['new-open.jsonl', 'new.jsonl', 'old.jsonl'],
    ],
    // A run that can be resumed is removed only by its age.
    [
      ['--keep', '1'],
      ['new-open.jsonl', 'new.jsonl', 'old-open.jsonl'],
    ],
    [
      ['--older-than', '52w'],
      ['new-open.jsonl', 'new.jsonl', 'old-open.jsonl', 'old.jsonl'],
    ],
  ])('%j keeps %j', async (argv, left) => {
    const { code, stdout } = await runs(['prune', ...argv, '--yes', '-o', 'json']);
    expect(code).toBe(0);
    expect(names().sort()).toEqual(left);
    expect(JSON.parse(stdout)).toHaveLength(4 - left.length);
    expect(readdirSync(join(state, 'runs'))).toHaveLength(2 * left.length);
  });

  test('removes nothing if the answer is no or there is no terminal', async () => {
    const refused = await runs(['prune', '--older-than', '90d'], { columns: 80, answer: 'n' });
    expect([refused.code, refused.stderr]).toEqual([11, expect.stringContaining('nothing was removed')]);
    expect((await runs(['prune', '--older-than', '90d'])).code).toBe(2);
    expect(names()).toHaveLength(4);
    expect((await runs(['prune', '--older-than', '90d'], { columns: 80, answer: 'y' })).code).toBe(0);
    expect(names()).toHaveLength(2);
  });

  test.each([
    [['prune'], 'no selection of runs is given'],
    [['prune', '--keep', 'x'], '--keep'],
    [['prune', '--older-than', 'x'], '--older-than'],
    [['prune', 'old', '--keep', '1'], 'takes no run'],
    [['--keep', '1'], '--keep applies only to runs prune'],
    [['shw'], 'unknown action "shw"'],
  ])('%j is rejected', async (argv, message) => {
    const { code, stderr } = await runs(argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
