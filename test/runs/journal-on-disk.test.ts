import {
  appendFileSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Runtime } from '../../src/process/runtime.ts';
import { findRun } from '../../src/runs/find-run.ts';
import {
  createJournal,
  heldRuns,
  holdRun,
  readHeadOf,
  readJournal,
  removeRun,
  reopenJournal,
} from '../../src/runs/journal.ts';
import type { EndEntry, JournalEntry, RunHead } from '../../src/runs/journal-entries.ts';
import { listRuns, runsFolder } from '../../src/runs/runs-folder.ts';
import { takeLock } from '../../src/state/lock.ts';
import { ownIdentity } from '../../src/state/process-identity.ts';
import { MAX_DEPTH } from '../../src/text/json-depth.ts';
import { HEAD as APPLIED, countsOf, recordOf } from './rows.ts';

/** The time at which a run ended. */
const AT = '2026-01-02T03:05:00.000Z';

const HEAD: RunHead = { ...APPLIED, run: 'r' };
const END: EndEntry = { type: 'end', at: AT, interrupted: false, inDoubt: 0, counts: countsOf() };
const PLAN: readonly JournalEntry[] = [
  { type: 'plan', index: 0, record: recordOf(2) },
  { type: 'plan', index: 1, record: recordOf(3) },
  { type: 'agreed', rows: 2 },
];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function runtimeWith(state: string | undefined): Runtime {
  const env = state === undefined ? {} : { GRAPH_OVERVIEW_STATE: state };
  return { env, platform: 'linux', home: undefined } as Partial<Runtime> as Runtime;
}

const pathOf = (name: string): string => join(folder, 'runs', name);

/** The lines of the journal of `r`, without checksums. */
function linesOf(): unknown[] {
  const lines = readFileSync(pathOf('r.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { crc: _, group: __, ...record } = JSON.parse(line);
    return record;
  });
}

/** A run with a confirmed plan of two rows, and these groups of records. */
async function createRun(...groups: readonly (readonly JournalEntry[])[]): Promise<void> {
  const journal = await createJournal(runtimeWith(folder), HEAD);
  await journal.append(PLAN);
  for (const group of groups) await journal.append(group);
  await journal.close();
}

/** Changes one character of a line, counted from the end. */
function damage(lineFromEnd: number): void {
  const lines = readFileSync(pathOf('r.jsonl'), 'utf8').split('\n');
  const at = lines.length - 1 - lineFromEnd;
  lines[at] = (lines[at] as string).replace('"type":"', '"type":"X');
  writeFileSync(pathOf('r.jsonl'), lines.join('\n'));
}

describe('a journal on the disk', () => {
  test('is created, locked, and continued', async () => {
    const runtime = runtimeWith(folder);
    const journal = await createJournal(runtime, HEAD);
    await expect(reopenJournal(runtime, 'r')).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/ is working on the run r$/),
    });
    await expect(holdRun(runtime, 'r')).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/ is working on the run r$/),
    });
    await journal.append([
      { type: 'plan', index: 0, record: recordOf(2) },
      { type: 'agreed', rows: 1 },
    ]);
    await journal.close();
    const again = await reopenJournal(runtime, await findRun(runtime, 'last', 'open'));
    expect(again.state).toMatchObject({ head: HEAD, agreed: true });
    await again.journal.append([END]);
    await again.journal.close();
    expect(await readJournal(runtime, 'r')).toMatchObject({ ended: AT, done: true });
    expect(readFileSync(join(folder, 'runs', 'r.jsonl'), 'utf8').split('\n')).toHaveLength(5);
    const lock = await holdRun(runtime, 'r');
    await lock.release();
  });

  test('can have values that are nested as deeply as an answer may be', async () => {
    const runtime = runtimeWith(folder);
    const deep: unknown = JSON.parse(`${'['.repeat(MAX_DEPTH - 1)}${']'.repeat(MAX_DEPTH - 1)}`);
    const record = { ...recordOf(2), before: { pendingCount: 0, failedCount: deep } };
    const journal = await createJournal(runtime, HEAD);
    await journal.append([
      { type: 'plan', index: 0, record },
      { type: 'agreed', rows: 1 },
    ]);
    await journal.close();
    const { damage, plan } = await readJournal(runtime, 'r');
    expect([damage, plan.get(0)?.before]).toEqual([undefined, record.before]);
  });

  test('is not created twice', async () => {
    const runtime = runtimeWith(folder);
    await (await createJournal(runtime, HEAD)).close();
    await expect(createJournal(runtime, HEAD)).rejects.toMatchObject({
      kind: 'usage',
      message: `the journal cannot be created in ${join(folder, 'runs')} (EEXIST), so nothing is written`,
      details: { hint: 'set GRAPH_OVERVIEW_STATE to a writable folder' },
    });
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('is not continued in a folder of another user, and is not locked after that', async () => {
    const runtime = runtimeWith(folder);
    await (await createJournal(runtime, HEAD)).close();
    chownSync(join(folder, 'runs'), 12_345, 12_345);
    await expect(reopenJournal(runtime, 'r')).rejects.toMatchObject({
      kind: 'usage',
      message: `${join(folder, 'runs')} belongs to another user, so it is not used`,
    });
    await (await holdRun(runtime, 'r')).release();
  });

  asRoot('is not created in a folder of another user', async () => {
    mkdirSync(join(folder, 'runs'));
    chownSync(join(folder, 'runs'), 12_345, 12_345);
    await expect(createJournal(runtimeWith(folder), HEAD)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/^the journal cannot be created: .*; nothing is written$/),
      details: { hint: 'set GRAPH_OVERVIEW_STATE to a folder of your own' },
    });
  });

  test('is not created if another process has the lock of its run', async () => {
    const runtime = runtimeWith(folder);
    mkdirSync(join(folder, 'runs'));
    const lock = await holdRun(runtime, 'r');
    await expect(createJournal(runtime, HEAD)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/ is working on the run r$/),
    });
    expect(existsSync(join(folder, 'runs', 'r.jsonl'))).toBe(false);
    await expect(holdRun(runtime, 'r')).rejects.toMatchObject({ kind: 'refused' });
    await lock.release();
  });

  test('whose first line cannot be written leaves no file', async () => {
    // JSON has no value for it, as if the disk were full.
    const run = { ...HEAD, source: 1n as unknown as string };
    await expect(createJournal(runtimeWith(folder), run)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/^the journal cannot be created in .* so nothing is written$/),
    });
    expect(readdirSync(join(folder, 'runs'))).toEqual([]);
  });

  test('that can no longer be written is an error with a hint', async () => {
    const journal = await createJournal(runtimeWith(folder), HEAD);
    // Another program has appended to the file.
    appendFileSync(join(folder, 'runs', 'r.jsonl'), 'x');
    await expect(journal.append([END])).rejects.toMatchObject({
      kind: 'unexpected',
      message: 'the journal of the run r can no longer be written (another process has written to it)',
      details: {
        hint: 'nothing is sent without a journal; free disk space, then run `graph-overview apply --resume r`, or apply the file again if no row was sent yet',
        cause: expect.any(Error),
      },
    });
    await journal.close();
  });

  test('whose lock cannot be made says why', async () => {
    const runtime = runtimeWith(folder);
    mkdirSync(runsFolder(runtime));
    // No file system holds the name of the lock.
    await expect(holdRun(runtime, 'r'.repeat(250))).rejects.toMatchObject({
      kind: 'usage',
      message: `the journals in ${runsFolder(runtime)} cannot be written (ENAMETOOLONG)`,
    });
  });

  test('that is a link is not used', async () => {
    const runs = join(folder, 'runs');
    mkdirSync(runs, { mode: 0o700 });
    writeFileSync(join(folder, 'elsewhere'), '');
    symlinkSync(join(folder, 'elsewhere'), join(runs, 'r.jsonl'));
    await expect(readJournal(runtimeWith(folder), 'r')).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/, so it is not used$/),
      details: { hint: 'check its content, then make it accessible to your user only (chown, chmod 600)' },
    });
  });

  test.each(['nothing', '../r', 'x/../q', 'a b', ''])('there is no run %j', async (name) => {
    mkdirSync(join(folder, 'runs'));
    for (const path of ['r.jsonl', 'runs/q.jsonl', 'runs/a b.jsonl', 'runs/.jsonl'])
      writeFileSync(join(folder, path), '', { mode: 0o600 });
    await expect(readJournal(runtimeWith(folder), name)).rejects.toMatchObject({
      kind: 'usage',
      message: `there is no run ${JSON.stringify(name)}`,
      details: { hint: '`graph-overview runs` lists them' },
    });
  });

  test('is read by the name of its run', async () => {
    const runtime = runtimeWith(folder);
    const run = '20260102-030405-678a91c0';
    await (await createJournal(runtime, { ...HEAD, run })).close();
    expect((await readJournal(runtime, run)).head.run).toBe(run);
  });

  test('is missing for last if there is no run', async () => {
    await expect(findRun(runtimeWith(folder), 'last')).rejects.toMatchObject({
      kind: 'usage',
      message: 'there is no run yet',
      details: { hint: '`apply` and `patch --diff` create runs' },
    });
  });

  test('is listed with the others, newest first', async () => {
    expect(await listRuns(runtimeWith(folder))).toEqual([]);
    mkdirSync(join(folder, 'runs'));
    for (const name of ['a.jsonl', 'c.jsonl', 'b.jsonl', 'b.lock.1', 'other']) {
      writeFileSync(join(folder, 'runs', name), '');
    }
    expect((await listRuns(runtimeWith(folder))).map(({ run }) => run)).toEqual(['c', 'b', 'a']);
  });

  test('needs a folder', () => {
    expect(runsFolder(runtimeWith('/state'))).toBe('/state/runs');
    expect(() => runsFolder(runtimeWith(undefined))).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'there is no folder for the journal',
        details: { hint: 'set GRAPH_OVERVIEW_STATE to a folder' },
      }),
    );
  });
});

describe('the first record of a journal', () => {
  test.each<[string, Partial<RunHead>, Partial<RunHead>]>([
    ['the name of a configuration', { displayName: 'Wi-Fi' }, { displayName: 'Wi-Fi' }],
    ['a name of 1,000 characters', { displayName: 'x'.repeat(1_000) }, { displayName: 'x'.repeat(1_000) }],
    ['no longer name', { displayName: 'x'.repeat(1_001) }, {}],
    ['no missing name', { displayName: null }, {}],
    ['the run that it undoes', { command: 'undo', undoes: 'q' }, { command: 'undo', undoes: 'q' }],
  ])('has %s', async (_, given, expected) => {
    const { sequence: _sequence, ...run } = { ...HEAD, ...given };
    await (await createJournal(runtimeWith(folder), run)).close();
    const { displayName: _name, ...head } = HEAD;
    expect(linesOf()).toStrictEqual([{ ...head, ...expected, sequence: 1 }]);
  });

  test('is read although the rest of the journal is damaged', async () => {
    const journal = await createJournal(runtimeWith(folder), HEAD);
    await journal.append([{ type: 'agreed', rows: 2 }]);
    await journal.close();
    await expect(readJournal(runtimeWith(folder), 'r')).rejects.toMatchObject({ kind: 'usage' });
    expect(await readHeadOf(runtimeWith(folder), 'r')).toEqual(HEAD);
  });

  test('is read with the whole journal if it is longer than 64 KiB', async () => {
    const source = `${'x'.repeat(70_000)}.csv`;
    await (await createJournal(runtimeWith(folder), { ...HEAD, source })).close();
    expect(await readHeadOf(runtimeWith(folder), 'r')).toEqual({ ...HEAD, source });
  });

  test('of a missing run is an error', async () => {
    await expect(readHeadOf(runtimeWith(folder), 'r')).rejects.toMatchObject({
      kind: 'usage',
      message: 'there is no run "r"',
    });
  });
});

describe('a journal that another process has taken over', () => {
  const TAKEN = {
    kind: 'refused',
    message: 'another process has taken over the run r',
    details: { hint: 'this process has stopped, the other one continues' },
  };

  test('is not written after that by the process that created it', async () => {
    const journal = await createJournal(runtimeWith(folder), HEAD);
    writeFileSync(pathOf('r.lock.2'), '');
    await expect(journal.append(PLAN)).rejects.toMatchObject(TAKEN);
    expect(linesOf()).toEqual([HEAD]);
    await journal.close();
  });

  test('is not written after that by the process that resumed it', async () => {
    await createRun();
    const { journal } = await reopenJournal(runtimeWith(folder), 'r');
    writeFileSync(pathOf('r.lock.4'), '');
    await expect(journal.append([END])).rejects.toMatchObject(TAKEN);
    expect(linesOf()).toEqual([HEAD, ...PLAN]);
    await journal.close();
  });
});

describe('a run of a process on another host', () => {
  const ELSEWHERE = { ...ownIdentity(), host: 'elsewhere', pid: 7 };
  const HELD = {
    kind: 'refused',
    message: 'a process (7) of host elsewhere is working on the run r',
    details: { hint: 'if it has ended, use `--take-over`' },
  };

  beforeEach(async () => {
    await createRun();
    await takeLock(pathOf('r.lock'), 'it', { identity: ELSEWHERE });
  });

  test('is resumed only by taking it over', async () => {
    await expect(reopenJournal(runtimeWith(folder), 'r')).rejects.toMatchObject(HELD);
    const { journal } = await reopenJournal(runtimeWith(folder), 'r', true);
    await journal.append([END]);
    await journal.close();
    expect((await readJournal(runtimeWith(folder), 'r')).done).toBe(true);
  });

  test('is locked only by taking it over', async () => {
    await expect(holdRun(runtimeWith(folder), 'r')).rejects.toMatchObject(HELD);
    await (await holdRun(runtimeWith(folder), 'r', true)).release();
  });

  test('may be in progress, so it is not removed', async () => {
    expect((await heldRuns(runtimeWith(folder)))('r')).toBe('unknown');
    await expect(removeRun(runtimeWith(folder), 'r')).rejects.toMatchObject(HELD);
    expect(existsSync(pathOf('r.jsonl'))).toBe(true);
  });
});

describe('a damaged journal', () => {
  test('has rows in doubt in place of its last group when it is resumed', async () => {
    await createRun([{ type: 'intent', indexes: [0], again: [] }], [END]);
    damage(1);
    const { journal, state } = await reopenJournal(runtimeWith(folder), 'r');
    await journal.close();
    expect([state.damage, [...state.uncertain]]).toEqual(['last', [0, 1]]);
    expect(linesOf()).toEqual([
      HEAD,
      ...PLAN,
      { type: 'intent', indexes: [0], again: [] },
      { type: 'doubt', indexes: [0, 1] },
    ]);
    const { damage: left, doubtful } = await readJournal(runtimeWith(folder), 'r');
    expect([left, [...doubtful]]).toEqual([undefined, [0, 1]]);
  });

  test('loses only an unfinished group of a process that was killed', async () => {
    await createRun([{ type: 'intent', indexes: [0], again: [] }]);
    appendFileSync(pathOf('r.jsonl'), '{"type":"result"');
    const { journal, state } = await reopenJournal(runtimeWith(folder), 'r');
    await journal.close();
    expect([state.damage, [...state.doubtful], [...state.uncertain]]).toEqual(['torn', [0], []]);
    expect(linesOf()).toEqual([HEAD, ...PLAN, { type: 'intent', indexes: [0], again: [] }]);
  });

  test('before its last group is not resumed, not changed, and not locked after that', async () => {
    await createRun([{ type: 'intent', indexes: [0], again: [] }], [END]);
    damage(2);
    const before = readFileSync(pathOf('r.jsonl'), 'utf8');
    await expect(reopenJournal(runtimeWith(folder), 'r')).rejects.toMatchObject({
      kind: 'refused',
      message: 'the journal of the run r is damaged before its end',
    });
    expect(readFileSync(pathOf('r.jsonl'), 'utf8')).toBe(before);
    await (await holdRun(runtimeWith(folder), 'r')).release();
  });

  test('of another run is not used', async () => {
    await createRun();
    copyFileSync(pathOf('r.jsonl'), pathOf('q.jsonl'));
    await expect(readJournal(runtimeWith(folder), 'q')).rejects.toMatchObject({
      kind: 'usage',
      message: 'the file of the run q is a journal of the run r, so it is not used',
      details: {
        hint: 'a journal is used only under its own name: two processes could work on copies of it',
      },
    });
  });
});

describe('an error of the system', () => {
  test('when a journal is created has the folder and its code', async () => {
    const run = 'r'.repeat(250);
    await expect(createJournal(runtimeWith(folder), { ...HEAD, run })).rejects.toMatchObject({
      kind: 'usage',
      message: `the journal cannot be created in ${join(folder, 'runs')} (ENAMETOOLONG), so nothing is written`,
    });
  });

  test('when a journal is read has its code', async () => {
    const run = 'r'.repeat(250);
    mkdirSync(join(folder, 'runs'));
    await expect(readJournal(runtimeWith(folder), run)).rejects.toMatchObject({
      kind: 'usage',
      message: `the journal of the run ${run} cannot be read (ENAMETOOLONG)`,
      details: { hint: 'the run exists: check its file and the disk' },
    });
  });

  test('when a journal is continued has its code', async () => {
    const journal = await createJournal(runtimeWith(folder), HEAD);
    renameSync(join(folder, 'runs'), join(folder, 'moved'));
    writeFileSync(join(folder, 'runs'), '');
    await expect(journal.append([END])).rejects.toMatchObject({
      kind: 'unexpected',
      message: 'the journal of the run r can no longer be written (ENOTDIR)',
    });
    await journal.close();
  });

  test('when a run is removed has the folder and its code', async () => {
    mkdirSync(pathOf('r.jsonl'), { recursive: true });
    await expect(removeRun(runtimeWith(folder), 'r')).rejects.toMatchObject({
      kind: 'usage',
      message: `the journals in ${join(folder, 'runs')} cannot be written (ERR_FS_EISDIR)`,
      details: { hint: 'give yourself the permission to write there, or make room' },
    });
  });

  test('is none when a run is removed whose journal is missing', async () => {
    mkdirSync(join(folder, 'runs'));
    await removeRun(runtimeWith(folder), 'r');
    expect(readdirSync(join(folder, 'runs'))).toEqual([]);
  });

  test('when the locks are read has the folder and its code', async () => {
    writeFileSync(join(folder, 'runs'), '');
    await expect(heldRuns(runtimeWith(folder))).rejects.toMatchObject({
      kind: 'usage',
      message: `the journals in ${join(folder, 'runs')} cannot be read (ENOTDIR)`,
      details: { hint: 'set GRAPH_OVERVIEW_STATE to a readable folder' },
    });
  });
});
