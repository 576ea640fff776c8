import { describe, expect, test } from '@jest/globals';
import type { GraphClient } from '../../src/graph/client.ts';
import type { Limit } from '../../src/graph/quota/limit.ts';
import type { RateLimiter } from '../../src/graph/rate-limiter.ts';
import { RetryPolicy } from '../../src/graph/retry-policy.ts';
import type { Event } from '../../src/outcome/events.ts';
import { type ExecuteOptions, execute } from '../../src/runs/execute.ts';
import type { Job } from '../../src/runs/job.ts';
import type { JournalEntry } from '../../src/runs/journal-entries.ts';
import { type RowRecord, rowRecord } from '../../src/runs/row-record.ts';
import { problem, type Reply } from '../support/answers.ts';
import { DOCUMENTED, START, WIDE } from '../support/fake-graph.ts';
import { rowOf, type StoredOverviews, startStoredOverviews } from '../support/stored-overviews.ts';
import { journalInto } from './rows.ts';

const HALF_AN_HOUR = 30 * 60_000;

let service: StoredOverviews;

/** A service that holds so many overviews, `a0` and on, and a job for each. */
async function jobsFor(count: number, limit: Limit = DOCUMENTED): Promise<Job[]> {
  const names = Array.from({ length: count }, (_, index) => `a${index}`);
  service = await startStoredOverviews(
    Object.fromEntries(names.map((name) => [name, { pendingCount: 3 }])),
    limit,
  );
  return names.map((name, index) => ({
    index,
    write: { row: rowOf(index + 2, name, { pendingCount: 4 }), before: { pendingCount: 3 }, readAt: START },
    again: false,
  }));
}

/** Carries jobs out. @returns what the journal got, and what came of each row */
async function carryOut(
  jobs: readonly Job[],
  {
    retries = 2,
    random = () => 0.5,
    ...more
  }: Partial<ExecuteOptions> & { readonly retries?: number; readonly random?: () => number } = {},
) {
  const entries: JournalEntry[] = [];
  const events: Event[] = [];
  const results = new Map<number, RowRecord>();
  const { graph, rateLimiter, clock } = service;
  await execute(jobs, {
    graph,
    rateLimiter,
    journal: journalInto(entries),
    clock,
    retry: new RetryPolicy({ retries, random, clock, emit: (event) => events.push(event) }),
    stop: new AbortController().signal,
    verify: false,
    read: false,
    force: false,
    onResult: (index, record) => results.set(index, record),
    ...more,
  });
  const intents = entries.flatMap((entry) => (entry.type === 'intent' ? [entry] : []));
  const statuses = [...results].sort(([one], [other]) => one - other).map(([, { status }]) => status);
  return { entries, events, results, intents, statuses };
}

/** How many items each request had. */
function sizes(): number[] {
  return service.asked.map(({ length }) => length);
}

/** Answers the first so many times an item is asked, each time anew; then as usual. */
function firstAnswers(item: string, ...answers: readonly Reply[]): void {
  const left = [...answers];
  service.onItem = (asked) => (asked === item ? left.shift() : undefined);
}

describe('a row that is written', () => {
  test('is in the journal before it is sent, and its result before it is counted', async () => {
    const jobs = await jobsFor(3);
    const order: string[] = [];
    service.onRequest = (items) => {
      order.push(items.join(' '));
      return undefined;
    };
    await carryOut(jobs, {
      journal: {
        append: async (entries) => {
          for (const entry of entries) order.push(entry.type);
        },
        close: async () => undefined,
      },
      onResult: (index) => order.push(`counted ${index}`),
    });
    expect(order.filter((what) => !what.startsWith('counted'))).toEqual([
      ...['intent', 'PATCH a0', 'result'],
      ...['intent', 'PATCH a1 PATCH a2', 'result', 'result'],
    ]);
    expect(order.indexOf('counted 0')).toBeGreaterThan(order.indexOf('result'));
    expect(order.slice(-2)).toEqual(['counted 1', 'counted 2']);
  });

  test('is reported with what was there, what was sent and what is there now', async () => {
    const jobs = await jobsFor(2);
    const { entries, results } = await carryOut(jobs);
    const record = rowRecord(rowOf(2, 'a0', {}), 'written', {
      before: { pendingCount: 3 },
      sent: { pendingCount: 4 },
      after: { pendingCount: 4 },
    });
    expect(results).toEqual(
      new Map([
        [0, record],
        [1, { ...record, line: 3, deviceConfigurationId: 'a1' }],
      ]),
    );
    const result = { type: 'result', status: 'written', after: { pendingCount: 4 }, error: null };
    expect(entries).toEqual([
      { type: 'intent', indexes: [0], again: [] },
      { ...result, index: 0, requestId: 'r1' },
      { type: 'intent', indexes: [1], again: [] },
      { ...result, index: 1, requestId: 'r2' },
    ]);
  });

  test('is marked where it was sent in an earlier process', async () => {
    const [first, second] = await jobsFor(2);
    const { intents, results } = await carryOut([{ ...(first as Job), again: true }, second as Job]);
    expect(intents.map(({ again }) => again)).toEqual([[0], []]);
    expect([results.get(0)?.again, results.get(1)?.again]).toEqual([true, undefined]);
  });

  const UNPROVEN = 'so it is unknown whether the row was stored; `apply --resume` reads its present values';

  test.each<[string, Reply, string, RowRecord['after']]>([
    ['nothing', { status: 204 }, '204 without the overview', null],
    ['an empty 200', { status: 200 }, '200 without the overview', null],
    ['null', { status: 200, body: null }, '200 without the overview', null],
    ['a list', { status: 200, body: [] }, '200 without the overview', null],
    ['a text', { status: 200, body: '"done"' }, '200 without the overview', null],
    ['an empty object', { status: 200, body: {} }, '200 without the overview', {}],
    [
      'another property',
      { status: 200, body: { failedCount: 1 } },
      '200 without pendingCount',
      { failedCount: 1 },
    ],
  ])('is proven by its answer alone, or by reading back: %s', async (_, reply, answered, after) => {
    const [job] = await jobsFor(1);
    service.onItem = () => reply;
    const unread = await carryOut([job as Job]);
    expect(unread.results.get(0)).toEqual(
      rowRecord(rowOf(2, 'a0', {}), 'failed', {
        before: { pendingCount: 3 },
        sent: { pendingCount: 4 },
        error: { kind: 'graph', message: `answered ${answered}, ${UNPROVEN}`, code: null },
      }),
    );
    const toRead = await carryOut([job as Job], { verify: true });
    expect(toRead.results.get(0)).toMatchObject({
      status: 'written',
      sent: { pendingCount: 4 },
      after,
      error: null,
    });
    expect(service.asked).toEqual([['PATCH a0'], ['PATCH a0']]);
  });

  const MISMATCH: Partial<RowRecord> = {
    status: 'mismatched',
    error: { kind: 'mismatch', message: 'failedCount was sent as 1; the answer held 2', code: null },
  };

  test.each<[string, object, Partial<RowRecord>]>([
    ['every property', { pendingCount: 4, failedCount: 1 }, { status: 'written', error: null }],
    ['one of two properties', { pendingCount: 4 }, { status: 'failed' }],
    ['another value', { pendingCount: 4, failedCount: 2 }, MISMATCH],
    ['another value and nothing of the other', { failedCount: 2 }, MISMATCH],
    ['the overview in value', { value: { pendingCount: 4, failedCount: 1 } }, { status: 'written' }],
  ])('is judged by all that was sent: the answer has %s', async (_, body, expected) => {
    const [job] = await jobsFor(1);
    service.onItem = () => ({ status: 200, body });
    const row = rowOf(2, 'a0', { pendingCount: 4, failedCount: 1 });
    const { results } = await carryOut([{ ...(job as Job), write: { row, before: null } }]);
    expect(results.get(0)).toMatchObject(expected);
    if (expected.status === 'failed')
      expect(results.get(0)?.error?.message).toBe(`answered 200 without failedCount, ${UNPROVEN}`);
  });

  test.each([true, false])(
    'and refused in a 200 has failed with the words of the service; read back: %s',
    async (verify) => {
      const jobs = await jobsFor(4);
      const refusal = { error: { code: 'Throttled', message: 'not now' } };
      service.onItem = (item) =>
        ['PATCH a1', 'PATCH a3'].includes(item) ? { status: 200, body: refusal } : undefined;
      const { results, statuses } = await carryOut(jobs, { verify });
      expect(sizes()).toEqual([1, 2, 1]);
      expect(statuses).toEqual(['written', 'failed', 'written', 'failed']);
      for (const index of [1, 3])
        expect(results.get(index)).toMatchObject({
          after: null,
          error: { kind: 'graph', message: 'Graph refused: not now', code: 'Throttled' },
        });
    },
  );

  test('is judged in a batch whose items have a status of their own making', async () => {
    const jobs = await jobsFor(8);
    const answers: Record<string, object> = {
      a1: { status: '200', body: { pendingCount: 4 } },
      a2: { body: { pendingCount: 4 } },
      a3: { status: 200, body: null },
      a4: { status: '204' },
      a5: { status: '403', body: { error: { code: 'Forbidden', message: 'no' } } },
      a6: { body: { error: { code: 'Odd', message: 'no status' } } },
      a7: { status: 200, body: { pendingCount: 4 } },
    };
    service.onRequest = (items) =>
      items.length === 1
        ? undefined
        : {
            status: 200,
            body: {
              responses: items.map((item, id) => ({
                id: String(id),
                ...answers[item.replace('PATCH ', '')],
              })),
            },
          };
    const { results } = await carryOut(jobs, { retries: 0 });
    expect([...results.values()].map(({ status, error }) => [status, error?.message, error?.code])).toEqual([
      ['written', undefined, undefined],
      ['written', undefined, undefined],
      ['failed', 'the service answered this item of the batch without a status', null],
      ['failed', `answered 200 without the overview, ${UNPROVEN}`, null],
      ['failed', `answered 204 without the overview, ${UNPROVEN}`, null],
      ['failed', 'Graph does not permit this: no', 'Forbidden'],
      ['failed', 'Graph refused: no status', 'Odd'],
      ['written', undefined, undefined],
    ]);
  });

  test('has no request id where the service gives none', async () => {
    const jobs = await jobsFor(3);
    service.onRequest = (items) =>
      items.length > 1
        ? {
            status: 200,
            body: {
              responses: [
                { id: '0', status: 204 },
                { id: '1', status: 204 },
              ],
            },
          }
        : { status: 204 };
    const { entries } = await carryOut(jobs);
    const results = entries.flatMap((entry) => (entry.type === 'result' ? [entry.requestId] : []));
    expect(results).toEqual([null, null, null]);
  });

  test('is mismatched where the service keeps its own', async () => {
    const jobs = await jobsFor(1);
    service.onItem = () => ({ status: 200, body: { pendingCount: 9 } });
    const { results } = await carryOut(jobs);
    expect(results.get(0)).toMatchObject({ status: 'mismatched', after: { pendingCount: 9 } });
  });
});

describe('the quota', () => {
  test('is felt out with ever larger batches, and kept', async () => {
    await carryOut(await jobsFor(101));
    expect(sizes()).toEqual([1, 2, 4, 8, 10, 10, 10, 10, 10, 10, 10, 10, 5, 1]);
    expect(service.batches).toBe(12);
    expect(service.times.slice(-2)).toEqual([0, 20_000]);
    expect(service.rateLimiter.throttled).toBe(0);
  });

  test.each([
    [DOCUMENTED, 45, 1],
    [WIDE, 40, 2],
    [WIDE, 41, 3],
    [WIDE, 330, 16],
  ])('%j lets %i rows go in %i requests at once', async (limit, count, atOnce) => {
    const jobs = await jobsFor(count, limit);
    let underWay = 0;
    let most = 0;
    let open = (): void => undefined;
    const full = new Promise<void>((resolve) => {
      open = resolve;
    });
    service.onRequest = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      if (underWay === atOnce) open();
      await full;
      underWay -= 1;
      return undefined;
    };
    const { statuses } = await carryOut(jobs);
    expect(most).toBe(atOnce);
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });

  test('of no rows asks nothing', async () => {
    expect((await carryOut(await jobsFor(0))).entries).toEqual([]);
  });
});

/** Grants whatever is asked for. */
const GENEROUS = {
  tight: false,
  acquire: async (_kind: string, most: number) => most,
  answered: () => undefined,
  succeeded: () => undefined,
};

test('what the quota granted for rows that another batch took meanwhile is given back', async () => {
  const jobs = await jobsFor(21);
  const returned: unknown[] = [];
  const rateLimiter = {
    ...GENEROUS,
    release: (...given: unknown[]) => returned.push(given),
  } as unknown as RateLimiter;
  const { statuses } = await carryOut(jobs, { rateLimiter });
  expect(returned).toEqual([['write', 19]]);
  expect(sizes().sort((one, other) => one - other)).toEqual([1, 20]);
  expect(statuses).toEqual(jobs.map(() => 'written'));
});

describe('a row that the service refuses', () => {
  test('has failed, with the words of the service, and no other with it', async () => {
    const jobs = await jobsFor(3);
    service.onItem = (item) => (item === 'PATCH a1' ? problem(400, 'BadRequest', 'no') : undefined);
    const { entries, results, statuses } = await carryOut(jobs);
    expect(statuses).toEqual(['written', 'failed', 'written']);
    expect(results.get(1)).toEqual(
      rowRecord(rowOf(3, 'a1', {}), 'failed', {
        before: { pendingCount: 3 },
        sent: { pendingCount: 4 },
        error: { kind: 'graph', message: 'Graph refused: no', code: 'BadRequest' },
      }),
    );
    expect(entries.find((entry) => entry.type === 'result' && entry.index === 1)).toMatchObject({
      requestId: 'r2',
    });
    expect(sizes()).toEqual([1, 2]);
  });

  test('for good is not tried again', async () => {
    const jobs = await jobsFor(1);
    service.onItem = () => problem(400, 'BadRequest', 'no');
    const { statuses } = await carryOut(jobs);
    expect(service.asked).toEqual([['PATCH a0']]);
    expect(statuses).toEqual(['failed']);
  });

  test('is tried again after as long as the service says, and marked so', async () => {
    const jobs = await jobsFor(1);
    firstAnswers('PATCH a0', problem(503, 'Busy', 'busy', { 'retry-after': '10' }));
    const { intents, results } = await carryOut(jobs);
    expect(service.times).toEqual([0, 10_500]);
    expect(intents.map(({ again }) => again)).toEqual([[], [0]]);
    expect(results.get(0)).toMatchObject({ status: 'written', again: true });
  });

  test('waits ever longer where the service does not say, and is given up after its tries', async () => {
    const jobs = await jobsFor(1);
    service.onItem = () => problem(503, 'Busy', 'busy');
    const { results } = await carryOut(jobs);
    expect(service.times).toEqual([0, 750, 2_250]);
    expect(results.get(0)).toMatchObject({
      status: 'failed',
      error: {
        kind: 'throttled',
        message: 'Graph is unavailable: busy (given up after 3 attempts)',
        code: 'Busy',
      },
    });
  });

  test.each([
    ['150', [0, 150_000, 300_000]],
    ['301', [0]],
  ])('waits no longer than five minutes in all, by %s s each', async (seconds, times) => {
    const jobs = await jobsFor(1);
    service.onItem = () => problem(503, 'Busy', 'busy', { 'retry-after': seconds });
    const { statuses } = await carryOut(jobs, { retries: 9, random: () => 0 });
    expect(service.times).toEqual(times);
    expect(statuses).toEqual(['failed']);
  });

  test('goes before the others once its time has come', async () => {
    const jobs = await jobsFor(2);
    firstAnswers('PATCH a0', problem(503, 'Busy', 'busy', { 'retry-after': '0' }));
    await carryOut(jobs);
    expect(service.asked).toEqual([['PATCH a0'], ['PATCH a0'], ['PATCH a1']]);
    expect(service.sleeps).toEqual([]);
  });

  test('lets the others go while it waits', async () => {
    const jobs = await jobsFor(3);
    const waits = new Map([
      ['PATCH a0', '20'],
      ['PATCH a1', '5'],
    ]);
    service.onItem = (item) => {
      const seconds = waits.get(item);
      waits.delete(item);
      return seconds === undefined ? undefined : problem(503, 'Busy', 'busy', { 'retry-after': seconds });
    };
    const { statuses } = await carryOut(jobs);
    expect(service.asked).toEqual([['PATCH a0'], ['PATCH a1'], ['PATCH a2'], ['PATCH a1'], ['PATCH a0']]);
    expect(service.sleeps).toEqual([5_250, 15_250]);
    expect(statuses).toEqual(['written', 'written', 'written']);
  });
});

describe('a row that is throttled', () => {
  const throttled = (seconds: string) => problem(429, 'TooMany', 'slower', { 'retry-after': seconds });

  test('uses up no tries, and is sent again first', async () => {
    const jobs = await jobsFor(2);
    firstAnswers('PATCH a0', throttled('5'), throttled('5'), throttled('5'));
    const { statuses, intents } = await carryOut(jobs, { retries: 1 });
    expect(service.asked).toEqual([['PATCH a0'], ['PATCH a0'], ['PATCH a0'], ['PATCH a0'], ['PATCH a1']]);
    expect(service.times).toEqual([0, 5_000, 10_000, 15_000, 15_000]);
    expect(statuses).toEqual(['written', 'written']);
    expect(intents.flatMap(({ again }) => again)).toEqual([]);
    expect(service.rateLimiter.throttled).toBe(3);
  });

  test('is not sent twice where nothing may be', async () => {
    const jobs = await jobsFor(2);
    firstAnswers('PATCH a0', throttled('5'));
    const { results, statuses, events } = await carryOut(jobs, { retries: 0 });
    expect(service.asked).toEqual([['PATCH a0'], ['PATCH a1']]);
    expect(service.times).toEqual([0, 5_000]);
    expect(statuses).toEqual(['failed', 'written']);
    expect(results.get(0)?.error?.message).toBe('Graph is throttling: slower');
    expect(events).toEqual([]);
  });

  test('by more than five minutes is not waited for, and nor is any other row', async () => {
    const jobs = await jobsFor(3);
    service.onItem = () => throttled('720');
    const { results, statuses } = await carryOut(jobs);
    expect([service.asked, service.sleeps]).toEqual([[['PATCH a0']], []]);
    expect(statuses).toEqual(['failed', 'failed', 'failed']);
    const message = 'Graph is throttling: slower; the service asks to wait 12 min';
    expect([0, 1, 2].map((index) => results.get(index)?.error?.message)).toEqual([message, message, message]);
  });

  test('is reported, with the end of the wait', async () => {
    const jobs = await jobsFor(1);
    firstAnswers('PATCH a0', throttled('200'));
    const { events } = await carryOut(jobs);
    expect(events).toEqual([
      {
        kind: 'retry',
        method: 'PATCH',
        count: 1,
        reason: '429',
        attempt: undefined,
        attempts: 3,
        waitMilliseconds: 200_000,
        until: START + 200_000,
      },
    ]);
  });

  test('is given up after half an hour in which no row went through', async () => {
    const jobs = await jobsFor(1);
    service.onItem = () => throttled('300');
    const { results } = await carryOut(jobs, { retries: 1 });
    expect(service.times).toEqual([0, 1, 2, 3, 4, 5, 6].map((step) => (step * HALF_AN_HOUR) / 6));
    expect(results.get(0)?.error).toEqual({
      kind: 'throttled',
      message: 'Graph is throttling: slower; the service asks to wait 5 min',
      code: 'TooMany',
    });
  });

  test('is waited for again after a row went through', async () => {
    const jobs = await jobsFor(2);
    service.onItem = (item) =>
      item === 'PATCH a0' && service.clock.now() >= START + 1_200_000 ? undefined : throttled('300');
    const { statuses } = await carryOut(jobs, { retries: 1 });
    expect(service.times.at(-1)).toBe(1_200_000 + HALF_AN_HOUR);
    expect(statuses).toEqual(['written', 'failed']);
  });

  test('makes everyone wait for the longest that the service asked for', async () => {
    const jobs = await jobsFor(3);
    const waits = new Map([
      ['PATCH a1', '20'],
      ['PATCH a2', '5'],
    ]);
    service.onItem = (item) => {
      const seconds = waits.get(item);
      waits.delete(item);
      return seconds === undefined ? undefined : throttled(seconds);
    };
    await carryOut(jobs);
    expect(service.times.slice(0, 3)).toEqual([0, 0, 20_000]);
    expect(service.rateLimiter.throttled).toBe(2);
  });

  test('is waited for as long as the rate limiter thinks fit where the service does not say', async () => {
    const jobs = await jobsFor(1);
    firstAnswers('PATCH a0', problem(429, 'TooMany', 'slower'));
    await carryOut(jobs);
    expect(service.times).toEqual([0, 750]);
  });
});

describe('a batch that fails as a whole', () => {
  const batchOnce = (instead: Reply | 'cut', times = 1) => {
    let left = times;
    service.onRequest = (items) => {
      if (items.length === 1 || left === 0) return undefined;
      left -= 1;
      return instead;
    };
  };

  test.each([404, 405, 501])('with %i is sent row by row, and so is everything after it', async (status) => {
    const jobs = await jobsFor(6);
    batchOnce(problem(status, 'NoBatch', 'what is that'));
    const { statuses } = await carryOut(jobs);
    expect(sizes()).toEqual([1, 2, 1, 1, 1, 1, 1]);
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });

  test('is refused: so is each of its rows', async () => {
    const jobs = await jobsFor(3);
    batchOnce(problem(400, 'BadRequest', 'no', { 'request-id': 'whole' }));
    const { entries, statuses, results } = await carryOut(jobs);
    expect(sizes()).toEqual([1, 2]);
    expect(statuses).toEqual(['written', 'failed', 'failed']);
    expect(results.get(2)).toEqual(
      rowRecord(rowOf(4, 'a2', {}), 'failed', {
        before: { pendingCount: 3 },
        sent: { pendingCount: 4 },
        error: { kind: 'graph', message: 'Graph refused: no', code: 'BadRequest' },
      }),
    );
    expect(entries.at(-1)).toMatchObject({ index: 2, requestId: 'whole' });
    expect(service.sleeps).toEqual([]);
  });

  test('is throttled: its rows use up no tries', async () => {
    const jobs = await jobsFor(3);
    batchOnce(problem(429, 'TooMany', 'slower', { 'retry-after': '5' }));
    const { statuses, intents } = await carryOut(jobs, { retries: 1 });
    expect(service.times).toEqual([0, 0, 5_000, 5_000]);
    expect(statuses).toEqual(['written', 'written', 'written']);
    expect(intents.flatMap(({ again }) => again)).toEqual([]);
    expect(service.rateLimiter.throttled).toBe(2);
  });

  test.each([
    ['7', 7_350],
    [undefined, 750],
  ])('is put off (Retry-After: %s): nobody sends anything before', async (seconds, time) => {
    const jobs = await jobsFor(4);
    batchOnce(problem(503, 'Busy', 'busy', seconds === undefined ? {} : { 'retry-after': seconds }));
    const { statuses } = await carryOut(jobs);
    expect(service.times.slice(0, 3)).toEqual([0, 0, time]);
    expect(statuses).toEqual(jobs.map(() => 'written'));
    expect(service.rateLimiter.throttled).toBe(0);
  });

  test('goes to the end of the queue, and counts as tried', async () => {
    const jobs = await jobsFor(5);
    batchOnce('cut');
    const { intents, results } = await carryOut(jobs);
    expect(intents.map(({ indexes, again }) => [indexes, again])).toEqual([
      [[0], []],
      [[1, 2], []],
      [[3, 4], []],
      [
        [1, 2],
        [1, 2],
      ],
    ]);
    expect([results.get(1)?.again, results.get(3)?.again]).toEqual([true, undefined]);
    expect(service.times).toEqual([0, 0, 188, 188]);
  });

  test('is given up after its tries', async () => {
    const jobs = await jobsFor(1);
    service.onRequest = () => 'cut';
    const { intents, results } = await carryOut(jobs);
    expect(intents.map(({ again }) => again)).toEqual([[], [0], [0]]);
    expect(service.times).toEqual([0, 188, 563]);
    expect(results.get(0)).toMatchObject({
      status: 'failed',
      sent: { pendingCount: 4 },
      error: { kind: 'network', code: 'ECONNRESET' },
    });
  });

  test('is reported each time, with the wait that follows', async () => {
    const jobs = await jobsFor(60);
    service.onRequest = () => (service.asked.length > 3 && service.asked.length < 14 ? 'cut' : undefined);
    const { events, statuses } = await carryOut(jobs, { retries: 99 });
    const retries = events.flatMap((event) => (event.kind === 'retry' ? [event] : []));
    expect(retries.map(({ count, waitMilliseconds }) => [count, waitMilliseconds])).toEqual([
      [8, 188],
      [8, 375],
      [5, 750],
      [2, 1_500],
      [1, 3_000],
      [1, 6_000],
      [1, 12_000],
      [1, 24_000],
      [1, 24_000],
      [1, 24_000],
    ]);
    expect(retries[0]).toMatchObject({
      attempt: undefined,
      reason: expect.stringMatching(/^no answer from \S+: the connection was cut$/),
    });
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });

  test('by asking for more than five minutes ends the run', async () => {
    const jobs = await jobsFor(4);
    batchOnce(problem(503, 'Busy', 'busy', { 'retry-after': '720' }));
    const { statuses, results } = await carryOut(jobs);
    expect([service.times, service.sleeps]).toEqual([[0, 0], []]);
    expect(statuses).toEqual(['written', 'failed', 'failed', 'failed']);
    expect(results.get(3)?.error?.message).toBe(
      'Graph is unavailable: busy; the service asks to wait 12 min',
    );
  });

  test('that does not end within half an hour ends the run, however many tries each row has', async () => {
    const jobs = await jobsFor(60);
    service.onRequest = () => (service.asked.length > 3 ? 'cut' : undefined);
    const { statuses, results } = await carryOut(jobs, { retries: 99 });
    expect(statuses.filter((status) => status === 'written')).toHaveLength(7);
    expect(results.get(59)).toMatchObject({ status: 'failed', error: { kind: 'network' } });
    const waited = service.sleeps.reduce((sum, wait) => sum + wait, 0);
    expect(waited).toBeGreaterThanOrEqual(30 * 60_000);
    expect(waited).toBeLessThan(31 * 60_000);
  });

  test('makes the next ones smaller and later, until they get through', async () => {
    const jobs = await jobsFor(60);
    const cuts = new Set([3, 4, 5, 6, 7, 10]);
    service.onRequest = () => (cuts.has(service.asked.length - 1) ? 'cut' : undefined);
    const { statuses } = await carryOut(jobs, { retries: 9 });
    expect(sizes().slice(0, 14)).toEqual([1, 2, 4, 8, 8, 5, 2, 1, 1, 2, 4, 2, 4, 8]);
    expect(service.sleeps.slice(0, 6)).toEqual([188, 375, 750, 1_500, 3_000, 188]);
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });

  test('closes the way even for a row whose own wait is over', async () => {
    const jobs = await jobsFor(2);
    firstAnswers('PATCH a0', problem(503, 'Busy', 'busy', { 'retry-after': '1' }));
    service.onRequest = ([item]) => (item === 'PATCH a1' ? 'cut' : undefined);
    const { statuses } = await carryOut(jobs, { retries: 1 });
    expect(service.sleeps).toEqual([188, 862]);
    expect(statuses).toEqual(['written', 'failed']);
  });
});

describe('connections that break together', () => {
  test('are one cut', async () => {
    const jobs = await jobsFor(41, WIDE);
    let held = 0;
    let open = (): void => undefined;
    const full = new Promise<void>((resolve) => {
      open = resolve;
    });
    service.onRequest = async () => {
      held += 1;
      if (held > 3) return undefined;
      if (held === 3) open();
      await full;
      return 'cut';
    };
    const { statuses } = await carryOut(jobs);
    expect(new Set(service.sleeps)).toEqual(new Set([188]));
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });

  test('hold back whoever was let through meanwhile: what the quota granted is given back', async () => {
    const jobs = await jobsFor(21);
    const returned: unknown[] = [];
    let grants = 0;
    let answered = (): void => undefined;
    const cut = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const rateLimiter = {
      ...GENEROUS,
      acquire: async (_kind: string, most: number) => {
        grants += 1;
        if (grants === 1) return 1;
        await cut;
        return most;
      },
      answered: () => answered(),
      release: (...given: unknown[]) => returned.push(given),
    } as unknown as RateLimiter;
    service.onRequest = () => (service.asked.length === 1 ? 'cut' : undefined);
    const { intents, statuses } = await carryOut(jobs, { rateLimiter });
    expect(returned).toEqual([['write', 20]]);
    expect(service.times[1]).toBeGreaterThanOrEqual(188);
    expect(intents.filter(({ indexes }) => indexes.length === 0)).toEqual([]);
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });
});

describe('a service that goes away', () => {
  test('may come back where it answered before', async () => {
    const jobs = await jobsFor(2);
    let intents = 0;
    const { results } = await carryOut(jobs, {
      journal: {
        append: async ([entry]) => {
          if (entry?.type !== 'intent') return;
          intents += 1;
          if (intents === 2) await service.shut();
        },
        close: async () => undefined,
      },
    });
    expect(intents).toBe(4);
    expect(results.get(0)?.status).toBe('written');
    expect(results.get(1)).toMatchObject({
      status: 'failed',
      error: { kind: 'network', code: 'ECONNREFUSED' },
    });
  });

  test('was never there where it did not answer before: nothing is tried again', async () => {
    const jobs = await jobsFor(1);
    await service.shut();
    const { intents, results } = await carryOut(jobs);
    expect(intents).toHaveLength(1);
    expect(service.sleeps).toEqual([]);
    expect(results.get(0)?.error).toMatchObject({ kind: 'network', code: 'ECONNREFUSED' });
  });
});

describe('being stopped', () => {
  test('before the first row, nothing is sent', async () => {
    const { entries } = await carryOut(await jobsFor(2), { stop: AbortSignal.abort() });
    expect(entries).toEqual([]);
    expect(service.asked).toEqual([]);
  });

  test('what is under way is finished, and nothing else started', async () => {
    const jobs = await jobsFor(9);
    const stop = new AbortController();
    service.onItem = (item) => {
      if (item === 'PATCH a2') stop.abort();
      return undefined;
    };
    const { statuses } = await carryOut(jobs, { stop: stop.signal });
    expect(service.asked).toEqual([['PATCH a0'], ['PATCH a1', 'PATCH a2']]);
    expect(statuses).toEqual(['written', 'written', 'written']);
  });

  test.each([
    ['a row', DOCUMENTED, problem(503, 'Busy', 'busy')],
    ['the quota', { writes: 1, requests: 9, window: 20_000 }, undefined],
  ])('ends the wait for %s', async (_, limit, reply) => {
    const jobs = await jobsFor(2, limit);
    const stop = new AbortController();
    service.onSleep = () => stop.abort();
    service.onItem = (item) => (item === 'PATCH a0' ? reply : undefined);
    const { intents } = await carryOut(jobs, { stop: stop.signal });
    expect(service.sleeps).toEqual([]);
    expect(intents.filter(({ indexes }) => indexes.includes(0))).toHaveLength(1);
  });
});

describe('a run fails', () => {
  test.each(['intent', 'result'])('where the journal cannot take the %s', async (type) => {
    const jobs = await jobsFor(1);
    const append = async ([entry]: readonly JournalEntry[]): Promise<void> => {
      if (entry?.type === type) throw new Error('the disk is full');
    };
    const run = carryOut(jobs, { journal: { append, close: async () => undefined } });
    await expect(run).rejects.toThrow('the disk is full');
    expect(service.asked).toHaveLength(type === 'intent' ? 0 : 1);
  });

  test('by a defect', async () => {
    const jobs = await jobsFor(1);
    const sendOnce = async (): Promise<never> => {
      throw new TypeError('a defect');
    };
    const graph = { sendOnce } as unknown as GraphClient;
    await expect(carryOut(jobs, { graph })).rejects.toThrow('a defect');
  });
});
