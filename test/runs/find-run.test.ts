import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Runtime } from '../../src/process/runtime.ts';
import { findRun } from '../../src/runs/find-run.ts';
import { createJournal, heldRuns, removeRun } from '../../src/runs/journal.ts';
import type { EndEntry, JournalEntry } from '../../src/runs/journal-entries.ts';
import { listRuns } from '../../src/runs/runs-folder.ts';
import type { RowCounts } from '../../src/runs/summary.ts';
import { AppendLog } from '../../src/state/log.ts';
import { countsOf, HEAD, recordOf } from './rows.ts';

let runtime: Runtime;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
  runtime = {
    env: { GRAPH_OVERVIEW_STATE: folder },
    platform: 'linux',
    home: undefined,
  } as unknown as Runtime;
});

/** A run that ended with these counts, or was killed if there are none. */
async function run(name: string, counts?: Partial<RowCounts>, more: Partial<EndEntry> = {}): Promise<void> {
  const journal = await createJournal(runtime, { ...HEAD, run: name });
  const end: EndEntry = {
    type: 'end',
    at: '',
    interrupted: false,
    inDoubt: 0,
    counts: countsOf(counts),
    ...more,
  };
  if (counts !== undefined) await journal.append([end]);
  await journal.close();
}

describe('last', () => {
  test('depends on the order in which runs were created, not on the time in their names', async () => {
    await run('20260103-000000-000aaaaa', { written: 1 });
    // Its clock was set back.
    await run('20260102-000000-000bbbbb', { written: 1 });
    expect(await findRun(runtime, 'last')).toBe('20260102-000000-000bbbbb');
    expect((await listRuns(runtime)).map(({ head }) => head?.sequence)).toEqual([2, 1]);
  });

  test.each([
    ['name', { displayName: 'n'.repeat(20_000) }],
    ['path', { source: '\u0001'.repeat(4_000) }],
  ])('is the newest run, although its %s is very long', async (_, more) => {
    await run('a', { written: 1 });
    const journal = await createJournal(runtime, { ...HEAD, run: 'b', ...more });
    await journal.append([
      { type: 'end', at: '', interrupted: true, inDoubt: 0, counts: countsOf({ written: 1 }) },
    ]);
    await journal.close();
    expect(await findRun(runtime, 'last', 'written')).toBe('b');
    await run('c', { written: 1 });
    expect((await listRuns(runtime)).map(({ head }) => head?.sequence)).toEqual([3, 2, 1]);
  });

  test('is a run after one with the largest sequence number, which can be read', async () => {
    const folder = join(runtime.env.GRAPH_OVERVIEW_STATE as string, 'runs');
    const log = await AppendLog.create(join(folder, 'a.jsonl'));
    await log.append([{ ...HEAD, run: 'a', sequence: Number.MAX_SAFE_INTEGER }]);
    await log.close();
    await run('b', { written: 1 });
    await run('c', { written: 1 });
    expect(await findRun(runtime, 'last', 'written')).toBe('c');
    expect((await listRuns(runtime)).map(({ head }) => head?.run)).toEqual(['c', 'b', 'a']);
  });

  test('is the newest run, for undo the newest that wrote something, for resume the newest that is not done', async () => {
    await run('open', { planned: 3, written: 1 }, { interrupted: true });
    await run('wrote', { planned: 2, written: 1, mismatched: 1 });
    await run('in-doubt', { planned: 1 }, { inDoubt: 1 });
    await run('nothing', { planned: 2, failed: 2 });
    expect(await findRun(runtime, 'last')).toBe('nothing');
    expect(await findRun(runtime, 'last', 'written')).toBe('in-doubt');
    expect(await findRun(runtime, 'last', 'open')).toBe('open');
    await removeRun(runtime, 'in-doubt');
    expect(await findRun(runtime, 'last', 'written')).toBe('wrote');
    await run('in-doubt', { planned: 1 }, { inDoubt: 1 });
    await run('killed');
    expect(await findRun(runtime, 'last', 'open')).toBe('killed');
    expect(await findRun(runtime, 'last', 'written')).toBe('in-doubt');
  });

  test.each([
    ['newest', 'there is no run yet', '`apply` and `patch --diff` create runs'],
    ['written', 'no run has written anything yet', '`graph-overview runs` lists all runs'],
    ['open', 'all runs are done: nothing to resume', '`graph-overview runs` lists all runs'],
  ] as const)('is an error if there is no %s run', async (last, message, hint) => {
    if (last !== 'newest') await run('a', { planned: 1, failed: 1 });
    const error = { kind: 'usage', message, details: { hint } };
    await expect(findRun(runtime, 'last', last)).rejects.toMatchObject(error);
  });

  test.each([
    ['a row was written', [0, 'written'], true],
    ['a row differs from what was sent', [0, 'mismatched'], true],
    ['a row failed', [0, 'failed'], false],
    ['the result of a row is unknown', undefined, true],
  ])('is found for undo without its end if %s: %p', async (_, result, expected) => {
    const journal = await createJournal(runtime, { ...HEAD, run: 'killed' });
    await journal.append([
      { type: 'plan', index: 0, record: recordOf(2) },
      { type: 'agreed', rows: 1 },
      { type: 'intent', indexes: [0], again: [] },
    ]);
    const [index = 0, status] = (result ?? []) as [number?, string?];
    const outcome = { type: 'result', index, status, after: null, error: null, requestId: null };
    if (status !== undefined) await journal.append([outcome as unknown as JournalEntry]);
    await journal.close();
    const found = findRun(runtime, 'last', 'written');
    if (expected) expect(await found).toBe('killed');
    else await expect(found).rejects.toMatchObject({ message: 'no run has written anything yet' });
  });

  const pathOf = (name: string): string => join(runtime.env.GRAPH_OVERVIEW_STATE as string, 'runs', name);

  test('skips files that are not journals, and copies of journals', async () => {
    await run('a', { written: 1 });
    copyFileSync(pathOf('a.jsonl'), pathOf('copy.jsonl'));
    writeFileSync(pathOf('z.jsonl'), '', { mode: 0o600 });
    expect(await findRun(runtime, 'last', 'written')).toBe('a');
    await removeRun(runtime, 'a');
    for (const last of ['written', 'open'] as const)
      await expect(findRun(runtime, 'last', last)).rejects.toMatchObject({ kind: 'usage' });
  });

  test.each(['written', 'open'] as const)(
    'can be a damaged journal, which is then reported: %s',
    async (last) => {
      // Its plan is missing.
      const journal = await createJournal(runtime, { ...HEAD, run: 'a' });
      await journal.append([{ type: 'agreed', rows: 2 }]);
      await journal.close();
      expect(await findRun(runtime, 'last', last)).toBe('a');
      await removeRun(runtime, 'a');
      // Its first record is damaged.
      await run('b', { written: 1 });
      writeFileSync(pathOf('b.jsonl'), readFileSync(pathOf('b.jsonl'), 'utf8').replace('"type"', '"Type"'));
      expect(await findRun(runtime, 'last', last)).toBe('b');
    },
  );

  test('is an error if a journal is a link', async () => {
    await run('a', { written: 1 });
    const folder = join(runtime.env.GRAPH_OVERVIEW_STATE as string, 'runs');
    symlinkSync(join(folder, 'a.jsonl'), join(folder, 'link.jsonl'));
    await expect(findRun(runtime, 'last')).rejects.toMatchObject({
      kind: 'usage',
      message: 'the journal of the run link cannot be read (a link), so the last run is unknown',
      details: { hint: 'give the name of the run' },
    });
  });

  const asUser = process.getuid?.() === 0 ? test.skip : test;
  asUser('is an error if a journal cannot be read', async () => {
    await run('a', { written: 1 });
    chmodSync(join(runtime.env.GRAPH_OVERVIEW_STATE ?? '', 'runs', 'a.jsonl'), 0);
    await expect(findRun(runtime, 'last')).rejects.toMatchObject({ kind: 'usage' });
  });
});

test('a run is found by a unique beginning of its name', async () => {
  await run('20260102-1');
  await run('20260102-12');
  await run('20260103-1');
  expect(await findRun(runtime, '20260103')).toBe('20260103-1');
  // A complete name takes precedence over a beginning.
  expect(await findRun(runtime, '20260102-1')).toBe('20260102-1');
  await expect(findRun(runtime, '20260102')).rejects.toMatchObject({
    kind: 'usage',
    message: '2 runs begin with "20260102":\n- 20260102-12\n- 20260102-1',
  });
  await expect(findRun(runtime, '')).rejects.toMatchObject({
    message: 'there is no run ""',
    details: { hint: '`graph-overview runs` lists them' },
  });
});

test.each([
  [10, []],
  [11, ['and 1 more']],
])('of %i runs with the same beginning ten are listed', async (count, rest) => {
  const names = Array.from({ length: count }, (_, index) => `r${String(index + 10)}`);
  for (const name of names) await run(name);
  const listed = names
    .reverse()
    .slice(0, 10)
    .map((name) => `- ${name}`);
  await expect(findRun(runtime, 'r')).rejects.toMatchObject({
    message: [`${count} runs begin with "r":`, ...listed, ...rest].join('\n'),
    details: { hint: 'give more characters of the name', listed: true },
  });
});

test('a run is removed with its lock, but not while a process is working on it', async () => {
  await run('a', { written: 1 });
  const journal = await createJournal(runtime, { ...HEAD, run: 'b' });
  expect([(await heldRuns(runtime))('a'), (await heldRuns(runtime))('b')]).toEqual([false, true]);
  await expect(removeRun(runtime, 'b')).rejects.toMatchObject({ kind: 'refused' });
  await journal.close();
  await removeRun(runtime, 'a');
  const left = readdirSync(join(runtime.env.GRAPH_OVERVIEW_STATE ?? '', 'runs')).sort();
  expect(left).toEqual(['b.jsonl', 'b.lock.2']);
});
