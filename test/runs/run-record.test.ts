import { describe, expect, test } from '@jest/globals';
import type { JournalState } from '../../src/runs/journal-state.ts';
import {
  describeRun,
  nameOfPatch,
  type RunRecord,
  runRecord,
  runRecordOfEnds,
} from '../../src/runs/run-record.ts';
import { countsOf, HEAD, NOTHING, recordOf, TARGET } from './rows.ts';

const AT = '2026-01-02T03:05:00.000Z';

/** The record of a run that has ended, without rows. */
const ENDED: RunRecord = {
  run: 'run',
  started: '2026-01-02T03:04:05.000Z',
  ended: AT,
  state: 'done',
  command: 'apply',
  source: 'rows.csv',
  undoes: null,
  target: TARGET,
  ...countsOf(),
};

describe('the record of a run', () => {
  test.each<[boolean | 'unknown', boolean, RunRecord['state'], string | null]>([
    [false, true, 'done', AT],
    [false, false, 'interrupted', AT],
    [true, true, 'running', null],
    [true, false, 'running', null],
    ['unknown', true, 'done', AT],
    ['unknown', false, 'running', null],
  ])('that a process holds (%p) and that is done (%p) is %s', (held, done, state, ended) => {
    expect(runRecord({ ...NOTHING, ended: AT, done }, held)).toEqual({ ...ENDED, state, ended });
  });

  test('has the number of rows by status, and of those to write', () => {
    const journal: JournalState = {
      ...NOTHING,
      plan: new Map([
        [0, recordOf(2)],
        [1, recordOf(3)],
        [2, recordOf(4, { status: 'unchanged', sent: null })],
        [3, recordOf(5)],
      ]),
      results: new Map([
        [0, recordOf(2, { status: 'written' })],
        [1, recordOf(3, { status: 'mismatched' })],
        [2, recordOf(4, { status: 'unchanged', sent: null })],
      ]),
    };
    expect(runRecord(journal, false)).toMatchObject(
      countsOf({ planned: 3, unchanged: 1, written: 1, mismatched: 1, skipped: 1 }),
    );
  });

  test.each([
    [false, 'done'],
    [true, 'interrupted'],
  ])('is read from the ends of its journal: interrupted (%p) is %s', (interrupted, state) => {
    const counts = countsOf({ planned: 2, written: 2 });
    const end = { type: 'end', at: AT, interrupted, inDoubt: 0, counts } as const;
    expect(runRecordOfEnds({ run: 'run', head: HEAD, end }, false)).toEqual({ ...ENDED, ...counts, state });
    expect(runRecordOfEnds({ run: 'run', head: HEAD, end }, true)).toMatchObject({
      state: 'running',
      ended: null,
    });
    expect(runRecordOfEnds({ run: 'run', head: undefined, end }, false)).toBeUndefined();
    expect(runRecordOfEnds({ run: 'run', head: HEAD, end: undefined }, false)).toBeUndefined();
  });
});

describe('a run is described', () => {
  const now = Date.parse(ENDED.started) + 180_000;
  const when = '3 min ago (2026-01-02 03:04 UTC)';

  test.each([
    [1, 0, null, `the run run: apply of rows.csv, ${when}, 1 row written`],
    [2, 1, null, `the run run: apply of rows.csv, ${when}, 3 rows written`],
    [0, 0, 'VPN', `the run run: apply of VPN (rows.csv), ${when}, 0 rows written`],
  ])('with %i written and %i mismatched rows, and the name %j', (written, mismatched, name, text) => {
    expect(describeRun({ ...ENDED, written, mismatched }, name, now)).toBe(text);
  });

  test('by the name in the head of its journal', () => {
    expect(nameOfPatch(NOTHING)).toBeNull();
    expect(nameOfPatch({ ...NOTHING, head: { ...HEAD, displayName: 'VPN' } })).toBe('VPN');
  });
});
