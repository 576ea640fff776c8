import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Runtime } from '../../src/process/runtime.ts';
import { findRun } from '../../src/runs/find-run.ts';
import { createJournal, holdRun, newRunName, readJournal, reopenJournal } from '../../src/runs/journal.ts';
import type { EndEntry } from '../../src/runs/journal-entries.ts';
import { type RunHead, resultEntry } from '../../src/runs/journal-entries.ts';
import { isToWrite, stateOf } from '../../src/runs/journal-state.ts';
import { rowsOfRun } from '../../src/runs/run-record.ts';
import { listRuns, runsFolder } from '../../src/runs/runs-folder.ts';
import { checkTarget, isTarget } from '../../src/runs/target.ts';
import type { LogContent } from '../../src/state/read-log.ts';
import { MAX_DEPTH } from '../../src/text/json-depth.ts';
import { HEAD as APPLIED, contentOf, countsOf, recordOf, TARGET } from './rows.ts';

/** The time at which a run ended. */
const AT = '2026-01-02T03:05:00.000Z';
const LATER = '2026-01-02T03:06:00.000Z';

const HEAD: RunHead = { ...APPLIED, run: 'r' };
const END: EndEntry = { type: 'end', at: AT, interrupted: false, inDoubt: 0, counts: countsOf() };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function runtimeWith(state: string | undefined): Runtime {
  const env = state === undefined ? {} : { GRAPH_OVERVIEW_STATE: state };
  return { env, platform: 'linux', home: undefined } as Partial<Runtime> as Runtime;
}

/** Two confirmed rows, and these records after them. */
function runOf(...more: readonly unknown[]): LogContent {
  return contentOf([
    HEAD,
    { type: 'plan', index: 0, record: recordOf(2) },
    { type: 'plan', index: 1, record: recordOf(3) },
    { type: 'agreed', rows: 2 },
    ...more,
  ]);
}

describe('the state in a journal', () => {
  test('has the plan and the results', () => {
    const text = runOf(
      { type: 'intent', indexes: [0, 1], again: [] },
      {
        type: 'result',
        index: 0,
        status: 'written',
        after: { pendingCount: 2 },
        error: null,
        requestId: 'q',
      },
      { type: 'verified', indexes: [0] },
    );
    expect(stateOf(text, 'r')).toEqual({
      head: HEAD,
      plan: new Map([
        [0, recordOf(2)],
        [1, recordOf(3)],
      ]),
      agreed: true,
      doubtful: new Set([1]),
      results: new Map([[0, recordOf(2, { status: 'written', after: { pendingCount: 2 } })]]),
      verified: new Set([0]),
      ended: null,
      done: false,
      uncertain: new Set(),
      damage: undefined,
    });
  });

  test.each([
    [[], { ended: null, done: false }],
    [[{ type: 'end', at: AT, interrupted: false }], { ended: AT, done: true }],
    [[{ type: 'end', at: AT, interrupted: true }], { ended: AT, done: false }],
    [[{ type: 'end' }], { ended: null, done: false }],
    [
      [
        { type: 'end', at: AT, interrupted: false },
        { type: 'end', at: LATER, interrupted: true },
      ],
      { ended: LATER, done: false },
    ],
  ])('after %j is %j', (entries, ended) => {
    expect(stateOf(runOf(...entries), 'r')).toMatchObject(ended);
  });

  test('has an incomplete plan as not confirmed', () => {
    const text = contentOf([HEAD, { type: 'plan', index: 0, record: recordOf(2) }]);
    expect(stateOf(text, 'r')).toMatchObject({ agreed: false, plan: new Map([[0, recordOf(2)]]) });
  });

  test.each<[string, unknown]>([
    ['a result of a row that was not planned', { type: 'result', index: 7, status: 'written' }],
    ['a result without a status', { type: 'result', index: 0 }],
    ['a result without an index', { type: 'result', status: 'written' }],
    ['an intent without rows', { type: 'intent', indexes: 5 }],
    ['a verification without rows', { type: 'verified', indexes: 5 }],
    ['a plan with a status', { type: 'plan', index: 0, record: recordOf(2), status: 'written' }],
    ['a record that is not planned', { type: 'other', index: 5, record: recordOf(7) }],
    ['a result with a record', { type: 'result', index: 5, record: recordOf(7), status: 'written' }],
    ['a plan without an index', { type: 'plan', record: recordOf(7) }],
    [
      'an unknown type',
      { type: 'other', index: 0, indexes: [0], rows: 7, interrupted: false, status: 'written' },
    ],
    ['a number', 5],
    ['null', null],
  ])('is not changed by %s', (_, entry) => {
    expect(stateOf(runOf(entry), 'r')).toEqual(stateOf(runOf(), 'r'));
  });

  test('does not have a row whose plan has no valid record', () => {
    const text = contentOf([HEAD, { type: 'plan', index: 0, record: { line: 2 } }]);
    expect(stateOf(text, 'r').plan.size).toBe(0);
  });

  test('has the last result of a row that is written again', () => {
    const text = runOf(
      { type: 'result', index: 0, status: 'failed', error: { kind: 'graph', message: 'x', code: null } },
      { type: 'intent', indexes: [0], again: [0] },
      { type: 'result', index: 0, status: 'written', again: true },
    );
    const { results, doubtful } = stateOf(text, 'r');
    expect(results.get(0)).toMatchObject({ status: 'written', again: true, sent: { pendingCount: 2 } });
    expect(doubtful.size).toBe(0);
  });

  test('is an error if rows of the plan are missing', () => {
    const text = contentOf([
      HEAD,
      { type: 'plan', index: 0, record: recordOf(2) },
      { type: 'agreed', rows: 2 },
    ]);
    expect(() => stateOf(text, 'r')).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'the journal of the run r is damaged: it has 1 of 2 planned rows',
        details: { hint: 'apply the file again: rows that are already up to date are not written' },
      }),
    );
  });

  test('needs no confirmation for rows that are not to be written', () => {
    const text = contentOf([
      HEAD,
      { type: 'plan', index: 0, record: recordOf(2, { status: 'failed' }) },
      { type: 'plan', index: 1, record: recordOf(3, { status: 'unchanged', sent: null }) },
      { type: 'agreed', rows: 0 },
    ]);
    expect(stateOf(text, 'r').plan.size).toBe(2);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['another type', { ...HEAD, type: 'plan' }],
    ['a later format', { ...HEAD, format: 3 }],
    ['another command', { ...HEAD, command: 'get' }],
    ['a command that is not a string', { ...HEAD, command: ['apply'] }],
    ['no run', { ...HEAD, run: undefined }],
    ['no time', { ...HEAD, started: 5 }],
    ['a number as the undone run', { ...HEAD, undoes: 5 }],
    ['a number as its source', { ...HEAD, source: 5 }],
    ['no target', { ...HEAD, target: undefined }],
  ])('is an error with %s as its head', (_, head) => {
    expect(() => stateOf(contentOf(head === undefined ? [] : [head]), 'r')).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'r is not a journal of a run',
        details: { hint: '`graph-overview runs` lists the runs' },
      }),
    );
  });

  test('is an error for a journal of graph-overview 0.1', () => {
    const { source: _, ...old } = HEAD;
    expect(() => stateOf({ ...contentOf([]), unchecked: { ...old, format: 1 } }, 'r')).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'the run r was written by graph-overview 0.1, whose journals this version cannot read',
        details: { hint: 'resume or undo it with `npx graph-overview@0.1`' },
      }),
    );
  });

  test.each([
    { ...HEAD, command: 'undo', undoes: 'q' },
    { ...HEAD, command: 'patch' },
  ])('accepts a head such as %j', (head) => {
    expect(stateOf(contentOf([head]), 'r').head).toEqual(head);
  });
});

test.each<[unknown, boolean]>([
  [TARGET, true],
  [{ ...TARGET, tenant: 't', apiVersion: 'v1.0' }, true],
  [{ ...TARGET, tenant: 5 }, false],
  [{ ...TARGET, tenant: undefined }, false],
  [{ ...TARGET, graph: 5 }, false],
  [{ ...TARGET, apiVersion: 'v2' }, false],
  [null, false],
])('%j is a valid target of a run: %s', (value, is) => {
  expect(isTarget(value)).toBe(is);
});

test.each([
  [recordOf(2), true],
  [recordOf(2, { status: 'failed' }), false],
  [recordOf(2, { status: 'unchanged', sent: null }), false],
  [recordOf(2, { status: 'skipped', sent: null }), false],
])('%j is to be written: %s', (record, is) => {
  expect(isToWrite(record)).toBe(is);
});

test('the rows of a run have their latest state, in the order of the file', () => {
  const state = stateOf(
    contentOf([
      HEAD,
      { type: 'plan', index: 0, record: recordOf(9) },
      { type: 'plan', index: 1, record: recordOf(3) },
      { type: 'plan', index: 2, record: recordOf(5) },
      { type: 'intent', indexes: [0, 1], again: [] },
      { type: 'result', index: 1, status: 'written' },
    ]),
    'r',
  );
  expect(rowsOfRun(state)).toEqual([
    recordOf(3, { status: 'written' }),
    recordOf(5, { status: 'skipped' }),
    recordOf(9, {
      status: 'skipped',
      error: {
        kind: 'interrupted',
        message: 'sent, but the result is unknown; `apply --resume` reads the present values',
        code: null,
      },
    }),
  ]);
});

test('a result does not repeat values of the plan', () => {
  const record = recordOf(2, { status: 'written', after: { pendingCount: 2 } });
  const entry = { type: 'result', index: 7, status: 'written', after: { pendingCount: 2 }, error: null };
  expect(resultEntry(7, record)).toStrictEqual({ ...entry, requestId: null });
  expect(resultEntry(7, { ...record, again: true }, 'q')).toEqual({ ...entry, requestId: 'q', again: true });
});

describe('a target', () => {
  test.each([
    [{ ...TARGET, graph: 'https://graph.microsoft.com' }, 'https://graph.microsoft.com beta'],
    [{ ...TARGET, apiVersion: 'v1.0' }, 'local v1.0'],
    [{ ...TARGET, tenant: 't' }, 'local beta, tenant t'],
  ])('other than that of the run is rejected: %j', (now, words) => {
    expect(() => checkTarget('the run r', TARGET, now)).toThrow(
      expect.objectContaining({
        kind: 'refused',
        message: `the run r belongs to local beta, not to ${words}`,
        details: { hint: 'use the same --local, --endpoint, --cloud, --api-version and --tenant as before' },
      }),
    );
  });

  test('equal to that of the run is accepted', () => {
    expect(() => checkTarget('the run r', TARGET, { ...TARGET })).not.toThrow();
  });
});

test('names of runs sort by time', () => {
  const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678), sleep: async () => undefined };
  expect(newRunName({ clock, uuid: () => 'aaaaaaaa-0000-4000-8000-00007f3a91c0' })).toBe(
    '20260102-030405-678a91c0',
  );
});

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
