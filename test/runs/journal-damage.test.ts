import { describe, expect, test } from '@jest/globals';
import { type JournalState, readEnd, stateOf } from '../../src/runs/journal-state.ts';
import type { LogContent } from '../../src/state/read-log.ts';
import { contentOf, countsOf, HEAD, recordOf } from './rows.ts';

const UNCHANGED = recordOf(5, { status: 'unchanged', sent: null });
const PLAN = [
  HEAD,
  { type: 'plan', index: 0, record: recordOf(2) },
  { type: 'plan', index: 1, record: recordOf(3) },
  { type: 'plan', index: 2, record: recordOf(4) },
  { type: 'plan', index: 3, record: UNCHANGED },
  { type: 'agreed', rows: 3 },
];
const END = {
  type: 'end',
  at: '2026-01-02T03:05:00.000Z',
  interrupted: false,
  inDoubt: 0,
  counts: countsOf(),
};

/** The state after a confirmed plan of three rows to write, and these records. */
function stateAfter(records: readonly unknown[], damage?: LogContent['damage']): JournalState {
  return stateOf(contentOf([...PLAN, ...records], damage), 'run');
}

const result = (index: number, status: string) => ({ type: 'result', index, status });

describe('a journal whose last group is damaged', () => {
  test('may concern any row without a successful result', () => {
    const records = [
      { type: 'intent', indexes: [0, 1], again: [] },
      result(0, 'written'),
      result(1, 'failed'),
      END,
    ];
    const { doubtful, uncertain, done, ended, damage } = stateAfter(records, 'last');
    expect([[...doubtful], [...uncertain]]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect([done, ended, damage]).toEqual([false, END.at, 'last']);
  });

  test('is not usable if a part of the plan is lost', () => {
    expect(() => stateOf(contentOf([...PLAN.slice(0, 2), PLAN[5]], 'last'), 'r')).toThrow(
      'the journal of the run r is damaged: it has 1 of 3 planned rows',
    );
  });
});

describe('a journal that is damaged before its last group', () => {
  test('has the state of its valid part, which is not done', () => {
    const { doubtful, done, damage } = stateAfter([result(0, 'written'), END], 'before');
    expect([[...doubtful], done, damage]).toEqual([[], false, 'before']);
    expect(stateOf(contentOf([...PLAN.slice(0, 2), PLAN[5]], 'before'), 'r').plan.size).toBe(1);
  });

  test('is refused if it has no valid part', () => {
    expect(() => stateOf(contentOf([], 'before'), 'r')).toThrow(
      expect.objectContaining({
        kind: 'refused',
        message: 'the journal of the run r is damaged before its end',
        details: {
          hint: '`graph-overview runs show` lists the valid part; apply the file again: rows that are already up to date are not written',
        },
      }),
    );
    for (const content of [contentOf([]), contentOf([END], 'before')])
      expect(() => stateOf(content, 'r')).toThrow(
        expect.objectContaining({
          kind: 'usage',
          message: 'r is not a journal of a run',
          details: { hint: '`graph-overview runs` lists the runs' },
        }),
      );
  });
});

describe('rows of which records were lost', () => {
  const DOUBT = { type: 'doubt', indexes: [0, 1] };

  test('are in doubt, with uncertain values before, and the run is not done', () => {
    const { doubtful, uncertain, done } = stateAfter([END, DOUBT]);
    expect([[...doubtful], [...uncertain], done]).toEqual([[0, 1], [0, 1], false]);
    expect(stateAfter([END]).done).toBe(true);
  });

  test.each([
    [{ pendingCount: 7 }, { pendingCount: 7 }, [1]],
    [null, { pendingCount: 0 }, [0, 1]],
    ['text', { pendingCount: 0 }, [0, 1]],
    [undefined, { pendingCount: 0 }, [0, 1]],
  ])('have the values before that were read again: %j', (before, expected, left) => {
    const { plan, doubtful, uncertain } = stateAfter([DOUBT, { type: 'read', index: 0, before }]);
    expect(plan.get(0)?.before).toEqual(expected);
    expect([[...doubtful], [...uncertain]]).toEqual([[0, 1], left]);
  });

  test('have uncertain values before until they are read again as certain, or have a final result', () => {
    const read = (index: number, uncertain?: boolean) => ({
      type: 'read',
      index,
      before: { pendingCount: 7 },
      ...(uncertain === undefined ? {} : { uncertain }),
    });
    const doubt = { type: 'doubt', indexes: [0, 1, 2] };
    const uncertainAfter = (...records: readonly unknown[]) => [...stateAfter([doubt, ...records]).uncertain];
    expect(uncertainAfter(read(0, true), read(1, false), read(2))).toEqual([0]);
    expect(stateAfter([doubt, read(0, true)]).plan.get(0)?.before).toEqual({ pendingCount: 7 });
    expect(uncertainAfter(result(0, 'failed'), result(1, 'skipped'), result(2, 'written'))).toEqual([0, 1]);
    expect(uncertainAfter(result(0, 'mismatched'), result(1, 'unchanged'))).toEqual([2]);
  });

  test('have a result again; values in other records are ignored', () => {
    const { plan, doubtful, uncertain } = stateAfter([
      DOUBT,
      { type: 'other', index: 1, before: { pendingCount: 7 } },
      result(0, 'written'),
    ]);
    expect([[...doubtful], [...uncertain]]).toEqual([[1], [1]]);
    expect(plan.get(1)?.before).toEqual({ pendingCount: 0 });
  });
});

describe('the end of a run', () => {
  const valid = { ...END, counts: { ...countsOf(), note: 'x' } };

  test('is the last record of its journal', () => {
    expect(readEnd(valid)).toEqual(valid);
  });

  test.each<[Readonly<Record<string, unknown>> | undefined]>([
    [undefined],
    [{ ...END, type: 'result' }],
    [{ ...END, at: null }],
    [{ ...END, counts: null }],
    [{ ...END, interrupted: 'no' }],
    [{ ...END, inDoubt: 0.5 }],
    ...Object.keys(countsOf()).map((name): [Readonly<Record<string, unknown>>] => [
      { ...END, counts: { ...countsOf(), [name]: '1' } },
    ]),
  ])('is not %j', (record) => {
    expect(readEnd(record)).toBeUndefined();
  });
});
