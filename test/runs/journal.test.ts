import { describe, expect, test } from '@jest/globals';
import { newRunName } from '../../src/runs/journal.ts';
import { type RunHead, resultEntry } from '../../src/runs/journal-entries.ts';
import { isToWrite, stateOf } from '../../src/runs/journal-state.ts';
import { rowsOfRun } from '../../src/runs/run-record.ts';
import { checkTarget, isTarget } from '../../src/runs/target.ts';
import type { LogContent } from '../../src/state/read-log.ts';
import { HEAD as APPLIED, contentOf, recordOf, TARGET } from './rows.ts';

/** The time at which a run ended. */
const AT = '2026-01-02T03:05:00.000Z';
const LATER = '2026-01-02T03:06:00.000Z';

const HEAD: RunHead = { ...APPLIED, run: 'r' };

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

  test('is no journal in a format that no version has written without checksums', () => {
    expect(() => stateOf({ ...contentOf([]), unchecked: { ...HEAD, format: 2 } }, 'r')).toThrow(
      'r is not a journal of a run',
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
