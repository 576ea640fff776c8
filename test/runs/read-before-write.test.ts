import { describe, expect, test } from '@jest/globals';
import type { GraphClient } from '../../src/graph/client.ts';
import type { RateLimiter } from '../../src/graph/rate-limiter.ts';
import { RetryPolicy } from '../../src/graph/retry-policy.ts';
import { Failure } from '../../src/outcome/errors.ts';
import type { Event } from '../../src/outcome/events.ts';
import { type ExecuteOptions, execute } from '../../src/runs/execute.ts';
import type { Job } from '../../src/runs/job.ts';
import type { JournalEntry } from '../../src/runs/journal-entries.ts';
import { type RowRecord, rowRecord } from '../../src/runs/row-record.ts';
import { problem, type Reply } from '../support/answers.ts';
import { START } from '../support/fake-graph.ts';
import { rowOf, type StoredOverviews, startStoredOverviews } from '../support/stored-overviews.ts';
import { journalInto } from './rows.ts';

let service: StoredOverviews;

/** Jobs that change this number of overviews from 3 to 4, and were planned by another process. */
async function jobsFor(count: number): Promise<Job[]> {
  const names = Array.from({ length: count }, (_, index) => `a${index}`);
  service = await startStoredOverviews(Object.fromEntries(names.map((name) => [name, { pendingCount: 3 }])));
  return names.map((name, index) => ({
    index,
    write: { row: rowOf(index + 2, name, { pendingCount: 4 }), before: { pendingCount: 3 } },
    again: false,
  }));
}

/** Executes jobs with a limiter that grants every request. */
async function executeJobs(
  jobs: readonly Job[],
  { retries = 5, ...more }: Partial<ExecuteOptions> & { readonly retries?: number } = {},
) {
  const entries: JournalEntry[] = [];
  const events: Event[] = [];
  const results = new Map<number, RowRecord>();
  /** The calls of the limiter that concern writes, and those after a 429. */
  const limited: unknown[] = [];
  const rateLimiter = {
    tight: false,
    acquire: async (_kind: string, most: number, signal: AbortSignal) => {
      signal.throwIfAborted();
      return most;
    },
    answered: (kind: string, ...counts: readonly number[]) => {
      if (kind === 'write') limited.push(['answered', ...counts]);
    },
    release: (...given: readonly unknown[]) => limited.push(['released', ...given]),
    throttledBy: (...given: readonly unknown[]) => {
      limited.push(['throttled', ...given]);
      return 0;
    },
  } as unknown as RateLimiter;
  const { graph, clock } = service;
  const executed = await execute(jobs, {
    graph,
    rateLimiter,
    journal: journalInto(entries),
    clock,
    retry: new RetryPolicy({ retries, random: () => 0.5, clock, emit: (event) => events.push(event) }),
    stop: new AbortController().signal,
    verify: false,
    read: true,
    force: false,
    onResult: (index, record) => results.set(index, record),
    ...more,
  });
  const intents = entries.flatMap((entry) => (entry.type === 'intent' ? [entry] : []));
  const statuses = [...results].sort(([one], [other]) => one - other).map(([, { status }]) => status);
  return { executed, entries, events, results, limited, intents, statuses };
}

const requests = (): string[] => service.requests.map((items) => items.join(' + '));

/** Answers the first requests of an item with 503. */
function busyFor(item: string, count: number, headers: Record<string, string> = {}): void {
  let left = count;
  service.onItem = (asked) => {
    if (asked !== item || left === 0) return undefined;
    left -= 1;
    return problem(503, 'Busy', 'busy', headers);
  };
}

describe('rows whose values cannot be read before they are written', () => {
  test('wait together if that is temporary, and were not sent', async () => {
    const jobs = await jobsFor(2);
    service.onRequest = () => (service.requests.length <= 6 ? problem(503, 'Busy', 'busy') : undefined);
    const { intents, statuses, events, limited } = await executeJobs(jobs);
    const reads = Array.from({ length: 7 }, () => 'GET a0 + GET a1');
    expect(requests()).toEqual([...reads, 'PATCH a0 + PATCH a1']);
    // The wait of the run. Those between the attempts to read are waits of the limiter.
    expect(service.sleeps).toEqual([750]);
    expect(events).toMatchObject([
      { kind: 'retry', method: 'PATCH', count: 2, attempt: undefined, waitMilliseconds: 750 },
    ]);
    expect(intents).toEqual([{ type: 'intent', indexes: [0, 1], again: [] }]);
    expect(limited.slice(-2)).toEqual([
      ['released', 'write', 2],
      ['answered', 2, 2],
    ]);
    expect(statuses).toEqual(['written', 'written']);
  });

  test('fail with nothing sent after their attempts', async () => {
    const jobs = await jobsFor(2);
    service.onRequest = () => problem(503, 'Busy', 'busy');
    const { entries, results, limited } = await executeJobs(jobs, { retries: 0 });
    const failed = (index: number) =>
      rowRecord(rowOf(index + 2, `a${index}`, {}), 'failed', {
        error: {
          kind: 'throttled',
          message: 'Graph is unavailable: busy (given up after 6 attempts)',
          code: 'Busy',
        },
      });
    expect([...results.values()]).toEqual([failed(0), failed(1)]);
    expect(entries.map(({ type }) => type)).toEqual(['result', 'result']);
    expect(limited.at(-1)).toEqual(['released', 'write', 2]);
  });

  test('fail with the number of attempts to read them', async () => {
    const jobs = await jobsFor(1);
    service.onRequest = () => problem(503, 'Busy', 'busy');
    const { results } = await executeJobs(jobs, { retries: 2 });
    expect(results.get(0)?.error?.message).toBe('Graph is unavailable: busy (given up after 6 attempts)');
    expect(service.requests).toHaveLength(18);
  });

  test('wait alone if others can be read', async () => {
    const jobs = await jobsFor(2);
    busyFor('GET a0', 6);
    const { intents, results, events, limited } = await executeJobs(jobs);
    expect(limited.filter((call) => (call as unknown[])[0] === 'throttled')).toEqual([]);
    const reads = Array.from({ length: 5 }, () => 'GET a0');
    expect(requests()).toEqual(['GET a0 + GET a1', ...reads, 'PATCH a1', 'GET a0', 'PATCH a0']);
    expect(events).toMatchObject([
      { kind: 'retry', method: 'PATCH', count: 1, attempt: 2, reason: '503', waitMilliseconds: 750 },
    ]);
    expect(intents.map(({ indexes, again }) => [indexes, again])).toEqual([
      [[1], []],
      [[0], []],
    ]);
    expect(results.get(0)).toEqual(
      rowRecord(rowOf(2, 'a0', {}), 'written', {
        before: { pendingCount: 3 },
        sent: { pendingCount: 4 },
        after: { pendingCount: 4 },
      }),
    );
  });

  test('are sent before the others if they are throttled', async () => {
    const jobs = await jobsFor(2);
    let left = 6;
    service.onItem = (item) => {
      if (item !== 'GET a0' || left === 0) return undefined;
      left -= 1;
      return problem(429, 'TooMany', 'slower', { 'retry-after': '1' });
    };
    const { limited, statuses } = await executeJobs(jobs, { retries: 1 });
    expect(limited.filter((call) => (call as unknown[])[0] === 'throttled')).toEqual([
      ...Array.from({ length: 6 }, () => ['throttled', 'read', 1, 1_000]),
      ['throttled', 'read', 0, 1_000],
    ]);
    expect(requests().slice(-3)).toEqual(['PATCH a1', 'GET a0', 'PATCH a0']);
    expect(statuses).toEqual(['written', 'written']);
  });

  test('fail at once if the service asks for a long wait', async () => {
    const jobs = await jobsFor(2);
    service.onItem = (item) =>
      item === 'GET a0' ? problem(429, 'TooMany', 'slower', { 'retry-after': '720' }) : undefined;
    const { limited, results } = await executeJobs(jobs);
    expect(limited).not.toContainEqual(['throttled', 'read', 0, 720_000]);
    expect(results.get(0)).toMatchObject({
      status: 'failed',
      sent: null,
      error: { kind: 'throttled', message: 'Graph is throttling: slower; the service asks to wait 12 min' },
    });
    expect(requests()).not.toContain('PATCH a0');
  });

  test('of a batch that is denied end the run', async () => {
    const jobs = await jobsFor(25);
    service.onItem = () => problem(403, 'Denied', 'no');
    const { executed, statuses, intents } = await executeJobs(jobs);
    expect(executed.denied).toMatchObject({ kind: 'permission', message: 'Graph does not permit this: no' });
    expect(statuses).toEqual(Array.from({ length: 25 }, () => 'failed'));
    expect(intents).toEqual([]);
  });

  test.each<[string, Reply, boolean]>([
    ['a row that does not exist', problem(404, 'Gone', 'no such id'), false],
    ['a row that is refused', problem(400, 'BadRequest', 'no'), false],
    ['a row that is not available', problem(503, 'Busy', 'busy'), true],
    ['a row that is throttled', problem(429, 'TooMany', 'slower'), true],
  ])('end the run if all others are denied, unless access is proven: %s', async (_, reply, ends) => {
    const jobs = await jobsFor(25);
    service.onItem = (item) => (item === 'PATCH a0' ? reply : problem(403, 'Denied', 'no'));
    const { executed } = await executeJobs(jobs, { read: false, retries: 0 });
    expect(executed.denied?.kind).toBe(ends ? 'permission' : undefined);
  });

  test('end the run if all others are denied, also if the first batch was not sent', async () => {
    const jobs = await jobsFor(45);
    service.onItem = () => problem(403, 'Denied', 'no');
    const { graph } = service;
    const sendOnce = graph.sendOnce.bind(graph);
    let sent = 0;
    graph.sendOnce = async (request) => {
      sent += 1;
      if (sent === 1) throw new Failure('network', 'no answer', { connection: 'refused', written: 'no' });
      return sendOnce(request);
    };
    const { executed, statuses } = await executeJobs(jobs, { read: false, retries: 0 });
    expect(executed.denied?.kind).toBe('permission');
    expect(statuses).toEqual(jobs.map(() => 'failed'));
  });

  test('do not end the run if only some are denied, and one does not exist', async () => {
    const jobs = await jobsFor(25);
    service.onItem = (item) =>
      item === 'GET a0' ? problem(404, 'Gone', 'no such id') : problem(403, 'Denied', 'no');
    const { executed } = await executeJobs(jobs);
    expect(executed.denied).toBeUndefined();
  });
});

describe('values that were read in the same batch', () => {
  test('are those of the rows that need it', async () => {
    const [first, second] = (await jobsFor(2)) as [Job, Job];
    const fresh = { ...first, write: { ...first.write, readAt: START } };
    const { statuses } = await executeJobs([fresh, second]);
    expect(requests()).toEqual(['GET a1', 'PATCH a0 + PATCH a1']);
    expect(statuses).toEqual(['written', 'written']);
  });

  test('are read again if they are outdated at its end', async () => {
    const jobs = await jobsFor(2);
    busyFor('GET a0', 1, { 'retry-after': '40' });
    const { limited, statuses } = await executeJobs(jobs);
    expect(requests()).toEqual(['GET a0 + GET a1', 'GET a0', 'PATCH a0', 'GET a1', 'PATCH a1']);
    expect(limited).toEqual([
      ['released', 'write', 1],
      ['answered', 1, 1],
      ['answered', 1, 1],
    ]);
    expect(statuses).toEqual(['written', 'written']);
  });

  test('and are already as sent need no slot', async () => {
    const jobs = await jobsFor(3);
    service.overviews.set('a1', { pendingCount: 4 });
    const { limited, statuses } = await executeJobs(jobs);
    expect(requests()).toEqual(['GET a0 + GET a1 + GET a2', 'PATCH a0 + PATCH a2']);
    expect(limited).toEqual([
      ['released', 'write', 1],
      ['answered', 2, 2],
    ]);
    expect(statuses).toEqual(['written', 'unchanged', 'written']);
  });
});

test('values that were uncertain are certain after they were read again', async () => {
  const [job] = (await jobsFor(1)) as [Job];
  busyFor('PATCH a0', 1, { 'retry-after': '40' });
  const { entries, results } = await executeJobs([{ ...job, again: true, uncertain: true }]);
  expect(requests()).toEqual(['GET a0', 'PATCH a0', 'GET a0', 'PATCH a0']);
  expect(entries.map(({ type }) => type)).toEqual(['read', 'intent', 'intent', 'result']);
  expect(results.get(0)).toMatchObject({ status: 'written', before: { pendingCount: 3 }, again: true });
});

describe('values that stay uncertain, since one of them may be from the first attempt', () => {
  const VALUES = { pendingCount: 4, failedCount: 5 };
  const BEFORE = { pendingCount: 3, failedCount: 1 };

  /** A row that was sent by another process, of which one value is stored and records are lost. */
  async function lostJob(): Promise<Job> {
    const [job] = (await jobsFor(1)) as [Job];
    service.overviews.set('a0', { pendingCount: 4, failedCount: 1 });
    return { ...job, write: { row: rowOf(2, 'a0', VALUES), before: BEFORE }, again: true, uncertain: true };
  }

  test('are not in the record of the row, and are marked in the journal', async () => {
    const { entries, results } = await executeJobs([await lostJob()]);
    expect(entries[0]).toEqual({ type: 'read', index: 0, before: BEFORE, uncertain: true });
    expect(entries.at(-1)).toMatchObject({ type: 'result', status: 'written', before: null });
    expect(results.get(0)).toMatchObject({ status: 'written', before: null, sent: VALUES, after: VALUES });
  });

  test('are compared before each later attempt, so that newer ones are not overwritten', async () => {
    const job = await lostJob();
    busyFor('PATCH a0', 1, { 'retry-after': '40' });
    service.onSleep = () => service.overviews.set('a0', { pendingCount: 4, failedCount: 9 });
    const { entries, results } = await executeJobs([job]);
    expect(requests()).toEqual(['GET a0', 'PATCH a0', 'GET a0']);
    expect(entries.filter(({ type }) => type === 'read')).toHaveLength(1);
    expect(results.get(0)).toMatchObject({
      status: 'skipped',
      before: null,
      sent: VALUES,
      error: { kind: 'refused', message: expect.stringContaining('failedCount is 9') },
    });
  });

  test('are not in the record of a row that fails', async () => {
    const job = await lostJob();
    service.onItem = (item) => (item === 'PATCH a0' ? problem(400, 'BadRequest', 'no') : undefined);
    const { results } = await executeJobs([job]);
    expect(results.get(0)).toMatchObject({ status: 'failed', before: null, sent: VALUES });
  });
});

describe('rows of an interrupted run', () => {
  const INTERRUPTED = new Failure('interrupted', 'interrupted by SIGINT');

  test('are not in doubt if only their values were to be read', async () => {
    const jobs = await jobsFor(2);
    const stop = new AbortController();
    service.onRequest = () => {
      stop.abort(INTERRUPTED);
      return problem(503, 'Busy', 'busy');
    };
    const { executed, results, entries } = await executeJobs(jobs, { stop: stop.signal });
    expect([executed.inDoubt.size, results.size, entries]).toEqual([0, 0, []]);
    expect(requests()).toEqual(['GET a0 + GET a1']);
  });

  test('are in doubt if they were sent and not answered', async () => {
    const jobs = await jobsFor(3);
    const sendOnce = async () => Promise.reject(INTERRUPTED);
    const graph = { sendOnce } as unknown as GraphClient;
    const { executed, results, intents, limited } = await executeJobs(jobs.slice(1), { graph, read: false });
    expect([[...executed.inDoubt], results.size]).toEqual([[1, 2], 0]);
    expect(intents).toEqual([{ type: 'intent', indexes: [1, 2], again: [] }]);
    expect(limited).toEqual([['answered', 2, 0]]);
  });

  test.each<[string, readonly ('no' | 'unknown')[], readonly number[]]>([
    ['are not in doubt if they were certainly not written', ['no'], []],
    ['are in doubt if they may have been written', ['unknown'], [0, 1]],
    ['are in doubt if they may have been written the first time', ['unknown', 'no'], [0, 1]],
  ])('%s', async (_, attempts, doubts) => {
    const jobs = await jobsFor(2);
    const stop = new AbortController();
    const left = [...attempts];
    const sendOnce = async () => {
      const written = left.shift();
      if (left.length === 0) stop.abort();
      throw new Failure('network', 'cut', { connection: 'cut', transient: true, written });
    };
    const graph = { sendOnce } as unknown as GraphClient;
    const { executed, results } = await executeJobs(jobs, { graph, read: false, stop: stop.signal });
    expect([[...executed.inDoubt], results.size]).toEqual([doubts, 0]);
  });
});

test('the number of accepted rows is reported to the limiter', async () => {
  const jobs = await jobsFor(3);
  service.onItem = (item) => (item === 'PATCH a1' ? problem(400, 'BadRequest', 'no') : undefined);
  const { limited } = await executeJobs(jobs, { read: false });
  expect(limited).toEqual([['answered', 3, 2]]);
});
