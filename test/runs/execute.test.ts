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

/** A service with this number of overviews, from `a0`, and a job for each. */
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

/** Executes jobs. @returns the journal entries, and the result of each row */
async function executeJobs(
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
  const executed = await execute(jobs, {
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
  return { executed, entries, events, results, intents, statuses };
}

/** The number of items of each request. */
function sizes(): number[] {
  return service.requests.map(({ length }) => length);
}

/** Answers the first requests of an item with these replies in turn, then as usual. */
function firstAnswers(item: string, ...answers: readonly Reply[]): void {
  const left = [...answers];
  service.onItem = (asked) => (asked === item ? left.shift() : undefined);
}

/** Answers the first request of each of these items with its reply, then as usual. */
function answerOnce(replies: Readonly<Record<string, Reply>>): void {
  const left = new Map(Object.entries(replies));
  service.onItem = (asked) => {
    const reply = left.get(asked);
    left.delete(asked);
    return reply;
  };
}

const busy = (seconds: string) => problem(503, 'Busy', 'busy', { 'retry-after': seconds });

describe('a row that is written', () => {
  test('is in the journal before it is sent, and its result before it is reported', async () => {
    const jobs = await jobsFor(3);
    const order: string[] = [];
    service.onRequest = (items) => {
      order.push(items.join(' '));
      return undefined;
    };
    await executeJobs(jobs, {
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

  test('is reported with the values before, the sent values and the values after', async () => {
    const jobs = await jobsFor(2);
    const { entries, results } = await executeJobs(jobs);
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

  test('is marked if it was sent by an earlier process', async () => {
    const [first, second] = await jobsFor(2);
    const { intents, results } = await executeJobs([{ ...(first as Job), again: true }, second as Job]);
    expect(intents.map(({ again }) => again)).toEqual([[0], []]);
    expect([results.get(0)?.again, results.get(1)?.again]).toEqual([true, undefined]);
  });

  const UNPROVEN = 'so it is unknown whether the row was stored; `apply --resume` reads its present values';

  test.each<[string, Reply, string, RowRecord['after']]>([
    ['204', { status: 204 }, '204 without the overview', null],
    ['an empty 200', { status: 200 }, '200 without the overview', null],
    ['null', { status: 200, body: null }, '200 without the overview', null],
    ['a list', { status: 200, body: [] }, '200 without the overview', null],
    ['a string', { status: 200, body: '"done"' }, '200 without the overview', null],
    ['an empty object', { status: 200, body: {} }, '200 without the overview', {}],
    [
      'another property',
      { status: 200, body: { failedCount: 1 } },
      '200 without pendingCount',
      { failedCount: 1 },
    ],
  ])(
    'is confirmed only by an answer with the sent values, or by verification: %s',
    async (_, reply, answered, after) => {
      const [job] = await jobsFor(1);
      service.onItem = () => reply;
      const unread = await executeJobs([job as Job]);
      expect(unread.results.get(0)).toEqual(
        rowRecord(rowOf(2, 'a0', {}), 'failed', {
          before: { pendingCount: 3 },
          sent: { pendingCount: 4 },
          error: { kind: 'graph', message: `answered ${answered}, ${UNPROVEN}`, code: null },
        }),
      );
      const toRead = await executeJobs([job as Job], { verify: true });
      expect(toRead.results.get(0)).toMatchObject({
        status: 'written',
        sent: { pendingCount: 4 },
        after,
        error: null,
      });
      expect(service.requests).toEqual([['PATCH a0'], ['PATCH a0']]);
    },
  );

  test('is not confirmed by an answer with neither of two sent values', async () => {
    const [job] = await jobsFor(1);
    service.onItem = () => ({ status: 200, body: { successCount: 1 } });
    const row = rowOf(2, 'a0', { pendingCount: 4, failedCount: 1 });
    const { results } = await executeJobs([{ ...(job as Job), write: { row, before: null } }]);
    expect(results.get(0)?.error?.message).toBe(
      `answered 200 without pendingCount, failedCount, ${UNPROVEN}`,
    );
  });

  const MISMATCH: Partial<RowRecord> = {
    status: 'mismatched',
    error: { kind: 'mismatch', message: 'failedCount was sent as 1; the answer had 2', code: null },
  };

  test.each<[string, object, Partial<RowRecord>]>([
    ['every property', { pendingCount: 4, failedCount: 1 }, { status: 'written', error: null }],
    ['one of two properties', { pendingCount: 4 }, { status: 'failed' }],
    ['another value', { pendingCount: 4, failedCount: 2 }, MISMATCH],
    ['another value and only one of two properties', { failedCount: 2 }, MISMATCH],
    [
      'other values of both',
      { pendingCount: 5, failedCount: 2 },
      {
        status: 'mismatched',
        error: {
          kind: 'mismatch',
          message:
            'pendingCount was sent as 4; the answer had 5; failedCount was sent as 1; the answer had 2',
          code: null,
        },
      },
    ],
    [
      'the overview in the member value',
      { value: { pendingCount: 4, failedCount: 1 } },
      { status: 'written' },
    ],
  ])('is compared in all sent properties: the answer has %s', async (_, body, expected) => {
    const [job] = await jobsFor(1);
    service.onItem = () => ({ status: 200, body });
    const row = rowOf(2, 'a0', { pendingCount: 4, failedCount: 1 });
    const { results } = await executeJobs([{ ...(job as Job), write: { row, before: null } }]);
    expect(results.get(0)).toMatchObject(expected);
    if (expected.status === 'failed')
      expect(results.get(0)?.error?.message).toBe(`answered 200 without failedCount, ${UNPROVEN}`);
  });

  test.each([true, false])(
    'but whose answer 200 has an error body fails with the message of the service (verify: %s)',
    async (verify) => {
      const jobs = await jobsFor(4);
      const refusal = { error: { code: 'Throttled', message: 'not now' } };
      service.onItem = (item) =>
        ['PATCH a1', 'PATCH a3'].includes(item) ? { status: 200, body: refusal } : undefined;
      const { results, statuses } = await executeJobs(jobs, { verify });
      expect(sizes()).toEqual([1, 2, 1]);
      expect(statuses).toEqual(['written', 'failed', 'written', 'failed']);
      for (const index of [1, 3])
        expect(results.get(index)).toMatchObject({
          after: null,
          error: { kind: 'graph', message: 'Graph refused: not now', code: 'Throttled' },
        });
    },
  );

  test('is compared in a batch whose items have unusual statuses', async () => {
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
    const { results } = await executeJobs(jobs, { retries: 0 });
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

  test('has no request id if the service sends none', async () => {
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
    const { entries } = await executeJobs(jobs);
    const results = entries.flatMap((entry) => (entry.type === 'result' ? [entry.requestId] : []));
    expect(results).toEqual([null, null, null]);
  });

  test('is mismatched if the service stores another value', async () => {
    const jobs = await jobsFor(1);
    service.onItem = () => ({ status: 200, body: { pendingCount: 9 } });
    const { results } = await executeJobs(jobs);
    expect(results.get(0)).toMatchObject({ status: 'mismatched', after: { pendingCount: 9 } });
  });
});

describe('the quota of a run', () => {
  test('is approached with increasing batches, and not exceeded', async () => {
    await executeJobs(await jobsFor(101));
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
  ])('%j allows %i rows in %i simultaneous requests', async (limit, count, atOnce) => {
    const jobs = await jobsFor(count, limit);
    let inProgress = 0;
    let most = 0;
    let open = (): void => undefined;
    const full = new Promise<void>((resolve) => {
      open = resolve;
    });
    service.onRequest = async () => {
      inProgress += 1;
      most = Math.max(most, inProgress);
      if (inProgress === atOnce) open();
      await full;
      inProgress -= 1;
      return undefined;
    };
    const { statuses } = await executeJobs(jobs);
    expect(most).toBe(atOnce);
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });

  test('sends nothing for no rows', async () => {
    expect((await executeJobs(await jobsFor(0))).entries).toEqual([]);
  });
});

/** Grants every request. */
const GENEROUS = {
  tight: false,
  acquire: async (_kind: string, most: number) => most,
  answered: () => undefined,
  succeeded: () => undefined,
};

test('slots for rows that another batch has taken in the meantime are released', async () => {
  const jobs = await jobsFor(21);
  const returned: unknown[] = [];
  const rateLimiter = {
    ...GENEROUS,
    release: (...given: unknown[]) => returned.push(given),
  } as unknown as RateLimiter;
  const { statuses } = await executeJobs(jobs, { rateLimiter });
  expect(returned).toEqual([['write', 19]]);
  expect(sizes().sort((one, other) => one - other)).toEqual([1, 20]);
  expect(statuses).toEqual(jobs.map(() => 'written'));
});

describe('a row that the service rejects', () => {
  test('fails with the message of the service, and no other row fails', async () => {
    const jobs = await jobsFor(3);
    service.onItem = (item) => (item === 'PATCH a1' ? problem(400, 'BadRequest', 'no') : undefined);
    const { entries, results, statuses } = await executeJobs(jobs);
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

  test('does not fail the rows after it', async () => {
    const jobs = await jobsFor(3);
    service.onItem = (item) => (item === 'PATCH a0' ? problem(400, 'BadRequest', 'no') : undefined);
    expect((await executeJobs(jobs)).statuses).toEqual(['failed', 'written', 'written']);
  });

  test('temporarily for more than five minutes does not fail the rows after it', async () => {
    const jobs = await jobsFor(3);
    firstAnswers('PATCH a0', problem(503, 'Busy', 'busy', { 'retry-after': '720' }));
    const { statuses, results } = await executeJobs(jobs);
    expect(statuses).toEqual(['failed', 'written', 'written']);
    expect(results.get(0)?.error?.message).toBe(
      'Graph is unavailable: busy; the service asks to wait 12 min',
    );
  });

  test('temporarily is reported with the other rows of its batch, and the longest wait', async () => {
    const jobs = await jobsFor(3, WIDE);
    answerOnce({ 'PATCH a0': busy('20'), 'PATCH a1': busy('5') });
    const { events } = await executeJobs(jobs);
    expect(events).toEqual([
      {
        kind: 'retry',
        method: 'PATCH',
        count: 2,
        reason: '503',
        attempt: 2,
        attempts: 3,
        waitMilliseconds: 20_500,
        until: START + 20_500,
      },
    ]);
  });

  test('permanently is not retried', async () => {
    const jobs = await jobsFor(1);
    service.onItem = () => problem(400, 'BadRequest', 'no');
    const { statuses } = await executeJobs(jobs);
    expect(service.requests).toEqual([['PATCH a0']]);
    expect(statuses).toEqual(['failed']);
  });

  test('temporarily is retried after its Retry-After, and marked as sent again', async () => {
    const jobs = await jobsFor(1);
    firstAnswers('PATCH a0', problem(503, 'Busy', 'busy', { 'retry-after': '10' }));
    const { intents, results } = await executeJobs(jobs);
    expect(service.times).toEqual([0, 10_500]);
    expect(intents.map(({ again }) => again)).toEqual([[], [0]]);
    expect(results.get(0)).toMatchObject({ status: 'written', again: true });
  });

  test('temporarily without Retry-After waits longer each time, and fails after its attempts', async () => {
    const jobs = await jobsFor(1);
    service.onItem = () => problem(503, 'Busy', 'busy');
    const { results } = await executeJobs(jobs);
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
  ])('temporarily waits at most five minutes in total, with %s s each', async (seconds, times) => {
    const jobs = await jobsFor(1);
    service.onItem = () => problem(503, 'Busy', 'busy', { 'retry-after': seconds });
    const { statuses } = await executeJobs(jobs, { retries: 9, random: () => 0 });
    expect(service.times).toEqual(times);
    expect(statuses).toEqual(['failed']);
  });

  test('temporarily is sent before the others after its wait', async () => {
    const jobs = await jobsFor(2);
    firstAnswers('PATCH a0', problem(503, 'Busy', 'busy', { 'retry-after': '0' }));
    await executeJobs(jobs);
    expect(service.requests).toEqual([['PATCH a0'], ['PATCH a0'], ['PATCH a1']]);
    expect(service.sleeps).toEqual([]);
  });

  test('temporarily does not delay the others while it waits', async () => {
    const jobs = await jobsFor(3);
    answerOnce({ 'PATCH a0': busy('20'), 'PATCH a1': busy('5') });
    const { statuses } = await executeJobs(jobs);
    expect(service.requests).toEqual([['PATCH a0'], ['PATCH a1'], ['PATCH a2'], ['PATCH a1'], ['PATCH a0']]);
    expect(service.sleeps).toEqual([5_250, 15_250]);
    expect(statuses).toEqual(['written', 'written', 'written']);
  });
});

describe('a row that is throttled', () => {
  const throttled = (seconds: string) => problem(429, 'TooMany', 'slower', { 'retry-after': seconds });

  test('does not count as attempted, and is sent again first', async () => {
    const jobs = await jobsFor(2);
    firstAnswers('PATCH a0', throttled('5'), throttled('5'), throttled('5'));
    const { statuses, intents } = await executeJobs(jobs, { retries: 1 });
    expect(service.requests).toEqual([['PATCH a0'], ['PATCH a0'], ['PATCH a0'], ['PATCH a0'], ['PATCH a1']]);
    expect(service.times).toEqual([0, 5_000, 10_000, 15_000, 15_000]);
    expect(statuses).toEqual(['written', 'written']);
    expect(intents.flatMap(({ again }) => again)).toEqual([]);
    expect(service.rateLimiter.throttled).toBe(3);
  });

  test('is not sent again with 0 retries', async () => {
    const jobs = await jobsFor(2);
    firstAnswers('PATCH a0', throttled('5'));
    const { results, statuses, events } = await executeJobs(jobs, { retries: 0 });
    expect(service.requests).toEqual([['PATCH a0'], ['PATCH a1']]);
    expect(service.times).toEqual([0, 5_000]);
    expect(statuses).toEqual(['failed', 'written']);
    expect(results.get(0)?.error?.message).toBe('Graph is throttling: slower');
    expect(events).toEqual([]);
  });

  test('for more than five minutes is not retried, and neither is any other row', async () => {
    const jobs = await jobsFor(3);
    service.onItem = () => throttled('720');
    const { results, statuses } = await executeJobs(jobs);
    expect([service.requests, service.sleeps]).toEqual([[['PATCH a0']], []]);
    expect(statuses).toEqual(['failed', 'failed', 'failed']);
    const message = 'Graph is throttling: slower; the service asks to wait 12 min';
    expect([0, 1, 2].map((index) => results.get(index)?.error?.message)).toEqual([message, message, message]);
  });

  test('is reported, with the end of the wait', async () => {
    const jobs = await jobsFor(1);
    firstAnswers('PATCH a0', throttled('200'));
    const { events } = await executeJobs(jobs);
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

  test('fails after half an hour in which no row was accepted', async () => {
    const jobs = await jobsFor(1);
    service.onItem = () => throttled('300');
    const { results } = await executeJobs(jobs, { retries: 1 });
    expect(service.times).toEqual([0, 1, 2, 3, 4, 5, 6].map((step) => (step * HALF_AN_HOUR) / 6));
    expect(results.get(0)?.error).toEqual({
      kind: 'throttled',
      message: 'Graph is throttling: slower; the service asks to wait 5 min',
      code: 'TooMany',
    });
  });

  test('fails after half an hour, although the service asks for a shorter wait', async () => {
    const jobs = await jobsFor(1);
    service.onItem = () => throttled('200');
    const { statuses } = await executeJobs(jobs, { retries: 9 });
    expect(service.times).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((step) => step * 200_000));
    expect(statuses).toEqual(['failed']);
  });

  test('for more than five minutes fails with the others of its batch, and nothing waits', async () => {
    const jobs = await jobsFor(3, WIDE);
    const waits = new Map([
      ['PATCH a0', '5'],
      ['PATCH a1', '720'],
    ]);
    service.onItem = (item) => {
      const seconds = waits.get(item);
      return seconds === undefined ? undefined : throttled(seconds);
    };
    const { statuses, events, results } = await executeJobs(jobs);
    expect(statuses).toEqual(['failed', 'failed', 'written']);
    expect(results.get(0)?.error?.message).toMatch(/the service asks to wait 12 min$/);
    expect([events, service.sleeps, service.rateLimiter.throttled]).toEqual([[], [], 0]);
  });

  test('is not in doubt if the run is interrupted during its wait', async () => {
    const jobs = await jobsFor(2, WIDE);
    const stop = new AbortController();
    firstAnswers('PATCH a0', throttled('5'));
    service.onSleep = () => stop.abort();
    const { executed, statuses } = await executeJobs(jobs, { stop: stop.signal });
    expect([executed.inDoubt.size, statuses]).toEqual([0, ['written']]);
  });

  test('is retried for another half hour after a row was accepted', async () => {
    const jobs = await jobsFor(2);
    service.onItem = (item) =>
      item === 'PATCH a0' && service.clock.now() >= START + 1_200_000 ? undefined : throttled('300');
    const { statuses } = await executeJobs(jobs, { retries: 1 });
    expect(service.times.at(-1)).toBe(1_200_000 + HALF_AN_HOUR);
    expect(statuses).toEqual(['written', 'failed']);
  });

  test('makes all rows wait for the longest Retry-After', async () => {
    const jobs = await jobsFor(3);
    answerOnce({ 'PATCH a1': throttled('20'), 'PATCH a2': throttled('5') });
    await executeJobs(jobs);
    expect(service.times.slice(0, 3)).toEqual([0, 0, 20_000]);
    expect(service.rateLimiter.throttled).toBe(2);
  });

  test('waits for the time of the rate limiter if there is no Retry-After', async () => {
    const jobs = await jobsFor(1);
    firstAnswers('PATCH a0', problem(429, 'TooMany', 'slower'));
    await executeJobs(jobs);
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

  test.each([404, 405, 501])('with %i is sent row by row, as are all rows after it', async (status) => {
    const jobs = await jobsFor(6);
    batchOnce(problem(status, 'NoBatch', 'what is that'));
    const { statuses } = await executeJobs(jobs);
    expect(sizes()).toEqual([1, 2, 1, 1, 1, 1, 1]);
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });

  test('with 400 fails each of its rows', async () => {
    const jobs = await jobsFor(3);
    batchOnce(problem(400, 'BadRequest', 'no', { 'request-id': 'whole' }));
    const { entries, statuses, results } = await executeJobs(jobs);
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

  test('with 429 does not count as an attempt of its rows', async () => {
    const jobs = await jobsFor(3);
    batchOnce(problem(429, 'TooMany', 'slower', { 'retry-after': '5' }));
    const { statuses, intents } = await executeJobs(jobs, { retries: 1 });
    expect(service.times).toEqual([0, 0, 5_000, 5_000]);
    expect(statuses).toEqual(['written', 'written', 'written']);
    expect(intents.flatMap(({ again }) => again)).toEqual([]);
    expect(service.rateLimiter.throttled).toBe(2);
  });

  test.each([
    ['7', 7_350],
    [undefined, 750],
  ])('with 503 (Retry-After: %s) delays all rows', async (seconds, time) => {
    const jobs = await jobsFor(4);
    batchOnce(problem(503, 'Busy', 'busy', seconds === undefined ? {} : { 'retry-after': seconds }));
    const { statuses } = await executeJobs(jobs);
    expect(service.times.slice(0, 3)).toEqual([0, 0, time]);
    expect(statuses).toEqual(jobs.map(() => 'written'));
    expect(service.rateLimiter.throttled).toBe(0);
  });

  test('by a closed connection goes to the end of the queue, and its rows are marked as sent', async () => {
    const jobs = await jobsFor(5);
    batchOnce('cut');
    const { intents, results } = await executeJobs(jobs);
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

  test('by a closed connection is not reported as retried with 0 retries', async () => {
    const jobs = await jobsFor(2);
    service.onRequest = () => 'cut';
    const { events, statuses } = await executeJobs(jobs, { retries: 0 });
    expect([events, statuses]).toEqual([[], ['failed', 'failed']]);
  });

  test('by a closed connection fails after its attempts', async () => {
    const jobs = await jobsFor(1);
    service.onRequest = () => 'cut';
    const { intents, results } = await executeJobs(jobs);
    expect(intents.map(({ again }) => again)).toEqual([[], [0], [0]]);
    expect(service.times).toEqual([0, 188, 563]);
    expect(results.get(0)).toMatchObject({
      status: 'failed',
      sent: { pendingCount: 4 },
      error: { kind: 'network', code: 'ECONNRESET' },
    });
  });

  test('is reported each time, with the wait after it', async () => {
    const jobs = await jobsFor(60);
    service.onRequest = () =>
      service.requests.length > 3 && service.requests.length < 14 ? 'cut' : undefined;
    const { events, statuses } = await executeJobs(jobs, { retries: 99 });
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
      method: 'PATCH',
      attempt: undefined,
      reason: expect.stringMatching(/^no answer from \S+: the connection was cut$/),
    });
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });

  test('with a Retry-After of more than five minutes ends the run', async () => {
    const jobs = await jobsFor(4);
    batchOnce(problem(503, 'Busy', 'busy', { 'retry-after': '720' }));
    const { statuses, results, events } = await executeJobs(jobs);
    expect([service.times, service.sleeps, events]).toEqual([[0, 0], [], []]);
    expect(statuses).toEqual(['written', 'failed', 'failed', 'failed']);
    expect(results.get(3)?.error?.message).toBe(
      'Graph is unavailable: busy; the service asks to wait 12 min',
    );
  });

  test('for half an hour ends the run, with any number of retries', async () => {
    const jobs = await jobsFor(60);
    service.onRequest = () => (service.requests.length > 3 ? 'cut' : undefined);
    const { statuses, results } = await executeJobs(jobs, { retries: 99 });
    expect(statuses.filter((status) => status === 'written')).toHaveLength(7);
    expect(results.get(59)).toMatchObject({ status: 'failed', error: { kind: 'network' } });
    const waited = service.sleeps.reduce((sum, wait) => sum + wait, 0);
    expect(waited).toBeGreaterThanOrEqual(30 * 60_000);
    expect(waited).toBeLessThan(31 * 60_000);
  });

  test('makes the next ones smaller and later, until one succeeds', async () => {
    const jobs = await jobsFor(60);
    const cuts = new Set([3, 4, 5, 6, 7, 10]);
    service.onRequest = () => (cuts.has(service.requests.length - 1) ? 'cut' : undefined);
    const { statuses } = await executeJobs(jobs, { retries: 9 });
    expect(sizes().slice(0, 14)).toEqual([1, 2, 4, 8, 8, 5, 2, 1, 1, 2, 4, 2, 4, 8]);
    expect(service.sleeps.slice(0, 6)).toEqual([188, 375, 750, 1_500, 3_000, 188]);
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });

  test('delays even a row whose own wait has ended', async () => {
    const jobs = await jobsFor(2);
    firstAnswers('PATCH a0', problem(503, 'Busy', 'busy', { 'retry-after': '1' }));
    service.onRequest = ([item]) => (item === 'PATCH a1' ? 'cut' : undefined);
    const { statuses } = await executeJobs(jobs, { retries: 1 });
    expect(service.sleeps).toEqual([188, 862]);
    expect(statuses).toEqual(['written', 'failed']);
  });
});

describe('connections that are closed at the same time', () => {
  test('are handled as one failure', async () => {
    const jobs = await jobsFor(41, WIDE);
    let received = 0;
    let open = (): void => undefined;
    const full = new Promise<void>((resolve) => {
      open = resolve;
    });
    service.onRequest = async () => {
      received += 1;
      if (received > 3) return undefined;
      if (received === 3) open();
      await full;
      return 'cut';
    };
    const { statuses } = await executeJobs(jobs);
    expect(new Set(service.sleeps)).toEqual(new Set([188]));
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });

  test('delay a batch that was granted in the meantime: its slots are released', async () => {
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
    service.onRequest = () => (service.requests.length === 1 ? 'cut' : undefined);
    const { intents, statuses } = await executeJobs(jobs, { rateLimiter });
    expect(returned).toEqual([['write', 20]]);
    expect(service.times[1]).toBeGreaterThanOrEqual(188);
    expect(intents.filter(({ indexes }) => indexes.length === 0)).toEqual([]);
    expect(statuses).toEqual(jobs.map(() => 'written'));
  });
});

describe('a service that stops listening', () => {
  test('is retried if it has answered before', async () => {
    const jobs = await jobsFor(2);
    let intents = 0;
    const { results } = await executeJobs(jobs, {
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

  test('is not retried if it has never answered', async () => {
    const jobs = await jobsFor(1);
    await service.shut();
    const { intents, results } = await executeJobs(jobs);
    expect(intents).toHaveLength(1);
    expect(service.sleeps).toEqual([]);
    expect(results.get(0)?.error).toMatchObject({ kind: 'network', code: 'ECONNREFUSED' });
  });
});

describe('stopping a run', () => {
  test('before the first row sends nothing', async () => {
    const { entries } = await executeJobs(await jobsFor(2), { stop: AbortSignal.abort() });
    expect(entries).toEqual([]);
    expect(service.requests).toEqual([]);
  });

  test('completes the requests in progress, and starts no others', async () => {
    const jobs = await jobsFor(9);
    const stop = new AbortController();
    service.onItem = (item) => {
      if (item === 'PATCH a2') stop.abort();
      return undefined;
    };
    const { statuses } = await executeJobs(jobs, { stop: stop.signal });
    expect(service.requests).toEqual([['PATCH a0'], ['PATCH a1', 'PATCH a2']]);
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
    const { intents } = await executeJobs(jobs, { stop: stop.signal });
    expect(service.sleeps).toEqual([]);
    expect(intents.filter(({ indexes }) => indexes.includes(0))).toHaveLength(1);
  });
});

describe('a run is rejected', () => {
  test.each(['intent', 'result'])('if the %s cannot be written to the journal', async (type) => {
    const jobs = await jobsFor(1);
    const append = async ([entry]: readonly JournalEntry[]): Promise<void> => {
      if (entry?.type === type) throw new Error('the disk is full');
    };
    const run = executeJobs(jobs, { journal: { append, close: async () => undefined } });
    await expect(run).rejects.toThrow('the disk is full');
    expect(service.requests).toHaveLength(type === 'intent' ? 0 : 1);
  });

  test('with an unexpected error', async () => {
    const jobs = await jobsFor(1);
    const sendOnce = async (): Promise<never> => {
      throw new TypeError('a defect');
    };
    const graph = { sendOnce } as unknown as GraphClient;
    await expect(executeJobs(jobs, { graph })).rejects.toThrow('a defect');
  });
});
