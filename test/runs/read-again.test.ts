import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import type { Overview } from '../../src/overview/difference.ts';
import type { Values } from '../../src/overview/payload.ts';
import { compareAgain, readAgain } from '../../src/runs/read-again.ts';
import type { Pending } from '../../src/runs/row-queue.ts';
import { rowRecord } from '../../src/runs/row-record.ts';
import { problem } from '../support/answers.ts';
import { failureOf, START } from '../support/fake-graph.ts';
import { rowOf, startStoredOverviews } from '../support/stored-overviews.ts';

interface Case {
  readonly values: Values;
  readonly before: Overview | null;
  readonly present: Overview;
  readonly sent?: boolean;
  readonly force?: boolean;
  readonly uncertain?: boolean;
}

const ONE = { values: { pendingCount: 4 }, before: { pendingCount: 3 } };
const TWO = { values: { pendingCount: 4, failedCount: 5 }, before: { pendingCount: 3, failedCount: 1 } };

function pendingOf({ values, before, uncertain }: Case): Pending {
  const write = { row: rowOf(2, 'a', values), before };
  const job = { index: 7, write, again: false, tries: 0, waited: 0, due: 0 };
  return uncertain === undefined ? job : { ...job, uncertain };
}

/** The decision on a row that was read again at the time 9. */
function decide({ sent = false, force = false, ...one }: Case) {
  return compareAgain(pendingOf(one), one.present, { sent, force, readAt: 9 });
}

describe('a row that was read again and has its new values', () => {
  const present = { '@odata.etag': 'x', pendingCount: 4, failedCount: 9 };
  const after = { pendingCount: 4, failedCount: 9 };

  test('is unchanged if it was not sent', () => {
    const record = rowRecord(rowOf(2, 'a', {}), 'unchanged');
    expect(decide({ ...ONE, present })).toEqual({ record });
  });

  test('is written if it was sent, with the values before as planned', () => {
    const record = rowRecord(rowOf(2, 'a', {}), 'written', {
      before: { pendingCount: 3 },
      sent: { pendingCount: 4 },
      after,
    });
    expect(decide({ ...ONE, present, sent: true })).toEqual({ record });
    expect(decide({ ...ONE, present, sent: true, uncertain: true })).toEqual({
      record: { ...record, before: null },
    });
  });
});

describe('a row that was read again and has values of somebody else', () => {
  const error = (values: string) => ({
    kind: 'refused',
    message: `changed since it was read: ${values}; --force overwrites it`,
    code: null,
  });

  test.each<[Case, string]>([
    [{ ...ONE, present: { pendingCount: 7 } }, 'pendingCount is 7'],
    [{ ...ONE, present: {} }, 'pendingCount is null'],
    [{ ...ONE, present: { pendingCount: '3' } }, 'pendingCount is "3"'],
    [{ ...TWO, present: { pendingCount: 7, failedCount: 8 } }, 'pendingCount is 7, failedCount is 8'],
    [{ ...TWO, present: { pendingCount: 4, failedCount: 8 } }, 'failedCount is 8'],
    [{ ...TWO, present: { pendingCount: 3, failedCount: 8 } }, 'failedCount is 8'],
  ])('is skipped: %j', (one, words) => {
    const { present: before } = one;
    expect(decide(one)).toEqual({
      record: rowRecord(rowOf(2, 'a', {}), 'skipped', { before, error: error(words) }),
    });
  });

  test('is skipped with its planned values if it was sent', () => {
    const { values: sent, before } = ONE;
    expect(decide({ ...ONE, present: { pendingCount: 7 }, sent: true })).toEqual({
      record: rowRecord(rowOf(2, 'a', {}), 'skipped', { before, sent, error: error('pendingCount is 7') }),
    });
  });

  test('is skipped without values before if they are uncertain and it was sent', () => {
    const { values: sent } = TWO;
    const one = { ...TWO, present: { pendingCount: 4, failedCount: 8 }, sent: true, uncertain: true };
    expect(decide(one)).toEqual({
      record: rowRecord(rowOf(2, 'a', {}), 'skipped', {
        before: null,
        sent,
        error: error('failedCount is 8'),
      }),
    });
  });

  test.each<[Case, Overview]>([
    [{ ...ONE, present: { pendingCount: 7, '@odata.etag': 'x' } }, { pendingCount: 7 }],
    [{ ...ONE, present: {} }, {}],
    [{ ...ONE, present: { pendingCount: 7 }, sent: true }, { pendingCount: 7 }],
    // It has its new pendingCount because of the first attempt.
    [
      { ...TWO, present: { pendingCount: 4, failedCount: 8 }, sent: true },
      { pendingCount: 3, failedCount: 8 },
    ],
    [
      { ...TWO, present: { pendingCount: 4, failedCount: 8 } },
      { pendingCount: 4, failedCount: 8 },
    ],
  ])('replaces them with force: %j', (one, before) => {
    expect(decide({ ...one, force: true })).toEqual({
      write: { row: rowOf(2, 'a', one.values), before, readAt: 9 },
      replaces: true,
      uncertain: false,
    });
  });
});

describe('a row that was read again and is to be written', () => {
  test.each<[string, Case, Overview | null, boolean, boolean?]>([
    ['has the values of the plan', { ...ONE, present: { pendingCount: 3 } }, ONE.before, false],
    [
      'has the values of the plan, and others that it does not write',
      { ...ONE, present: { pendingCount: 3, failedCount: 9 } },
      ONE.before,
      false,
    ],
    [
      'was not read before',
      { ...ONE, before: null, present: { pendingCount: 3, '@odata.etag': 'x' } },
      { pendingCount: 3 },
      true,
    ],
    [
      'was sent without being read before',
      { ...TWO, before: null, present: { pendingCount: 4, failedCount: 1 }, sent: true },
      { pendingCount: 4, failedCount: 1 },
      true,
    ],
    [
      'has one new value that somebody else has written',
      { ...TWO, present: { pendingCount: 4, failedCount: 1 } },
      { pendingCount: 4, failedCount: 1 },
      true,
    ],
    [
      'has one new value because it was sent',
      { ...TWO, present: { pendingCount: 4, failedCount: 1 }, sent: true },
      TWO.before,
      false,
    ],
    [
      'may have had one new value before it was sent',
      { ...TWO, present: { pendingCount: 4, failedCount: 1 }, sent: true, uncertain: true },
      TWO.before,
      true,
      true,
    ],
    [
      'has none of its values, and records were lost',
      { ...TWO, present: TWO.before, sent: true, uncertain: true },
      TWO.before,
      true,
    ],
    [
      'is uncertain, and was not sent by this process',
      { ...TWO, present: { pendingCount: 4, failedCount: 1 }, uncertain: true },
      { pendingCount: 4, failedCount: 1 },
      true,
    ],
  ])('%s', (_, one, before, replaces, uncertain = false) => {
    expect(decide(one)).toEqual({
      write: { row: rowOf(2, 'a', one.values), before, readAt: 9 },
      replaces,
      uncertain,
    });
  });
});

describe('reading rows again', () => {
  const JOBS = [pendingOf({ ...ONE, present: {} }), { ...pendingOf({ ...ONE, present: {} }), index: 9 }];

  test('returns each value by the index of its row, with the time', async () => {
    const service = await startStoredOverviews({ a: { pendingCount: 6 } });
    const jobs = [
      JOBS[0] as Pending,
      { ...(JOBS[1] as Pending), write: { row: rowOf(3, 'b', {}), before: null } },
    ];
    const { graph, rateLimiter, clock } = service;
    const found = await readAgain(jobs, { graph, rateLimiter, clock, signal: new AbortController().signal });
    expect([...(found ?? [])]).toEqual([
      [7, { present: expect.objectContaining({ pendingCount: 6 }), readAt: START }],
      [9, { present: expect.objectContaining({ kind: 'not-found' }), readAt: START }],
    ]);
  });

  test.each([
    ['interrupted', undefined],
    ['deadline', undefined],
    ['unexpected', 'an error'],
  ] as const)('that ends with %s has no result', async (kind, message) => {
    const { graph, rateLimiter, clock } = await startStoredOverviews({ a: { pendingCount: 6 } });
    const signal = AbortSignal.abort(new Failure(kind, 'an error'));
    const reading = readAgain(JOBS, { graph, rateLimiter, clock, signal });
    if (message === undefined) expect(await reading).toBeUndefined();
    else expect(await failureOf(reading)).toMatchObject({ kind, message });
  });

  test('that is denied has the failure of each row', async () => {
    const service = await startStoredOverviews({});
    service.onItem = () => problem(403, 'Denied', 'no');
    const { graph, rateLimiter, clock } = service;
    const found = await readAgain(JOBS, { graph, rateLimiter, clock, signal: new AbortController().signal });
    expect([...(found ?? [])].map(([index, { present }]) => [index, (present as Failure).kind])).toEqual([
      [7, 'permission'],
      [9, 'permission'],
    ]);
  });
});
