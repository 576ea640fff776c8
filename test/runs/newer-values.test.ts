import { describe, expect, test } from '@jest/globals';
import { RateLimiter } from '../../src/graph/rate-limiter.ts';
import { Failure } from '../../src/outcome/errors.ts';
import { Deadline } from '../../src/runs/deadline.ts';
import { type Executed, type ExecuteOptions, execute } from '../../src/runs/execute.ts';
import type { Job } from '../../src/runs/job.ts';
import type { JournalEntry } from '../../src/runs/journal-entries.ts';
import type { RowRecord } from '../../src/runs/row-record.ts';
import { problem } from '../support/answers.ts';
import { DOCUMENTED, START } from '../support/fake-graph.ts';
import { rowOf, type StoredOverviews, startStoredOverviews } from '../support/stored-overviews.ts';
import { journalInto } from './rows.ts';

let service: StoredOverviews;

/** Jobs that change this number of overviews from 3 to 4, read by another process unless `readAt` is given. */
async function jobsFor(count: number, more: Partial<Job> = {}, readAt?: number): Promise<Job[]> {
  const names = Array.from({ length: count }, (_, index) => `a${index}`);
  service = await startStoredOverviews(Object.fromEntries(names.map((name) => [name, { pendingCount: 3 }])));
  return names.map((name, index) => ({
    index,
    write: {
      row: rowOf(index + 2, name, { pendingCount: 4 }),
      before: { pendingCount: 3 },
      ...(readAt === undefined ? {} : { readAt }),
    },
    again: false,
    ...more,
  }));
}

async function executeJobs(jobs: readonly Job[], more: Partial<ExecuteOptions> = {}) {
  const entries: JournalEntry[] = [];
  const results = new Map<number, RowRecord>();
  const executed: Executed = await execute(jobs, {
    graph: service.graph,
    rateLimiter: service.rateLimiter,
    journal: journalInto(entries),
    clock: service.clock,
    retry: service.graph.retry,
    stop: new AbortController().signal,
    verify: false,
    read: true,
    force: false,
    onResult: (index, record) => results.set(index, record),
    ...more,
  });
  return { entries, results, executed, intents: entries.filter(({ type }) => type === 'intent').length };
}

const requests = (): string[] => service.requests.flat();

describe('the value before a write', () => {
  test.each<[string, number | undefined, string[]]>([
    ['now', START, ['PATCH a0']],
    ['30 s ago', START - 30_000, ['PATCH a0']],
    ['longer ago', START - 30_001, ['GET a0', 'PATCH a0']],
    ['in the future, by a clock that was set back', START + 1, ['GET a0', 'PATCH a0']],
    ['by another process', undefined, ['GET a0', 'PATCH a0']],
  ])('that was read %s is read again if it may have changed', async (_, readAt, expected) => {
    await executeJobs(await jobsFor(1, {}, readAt));
    expect(requests()).toEqual(expected);
  });

  test('is not read again with `read: false`', async () => {
    await executeJobs(await jobsFor(1), { read: false });
    expect(requests()).toEqual(['PATCH a0']);
  });

  test('is read in the batch of its row, after the wait for the quota', async () => {
    await executeJobs(await jobsFor(4));
    expect(service.requests).toEqual([
      ['GET a0'],
      ['PATCH a0'],
      ['GET a1', 'GET a2'],
      ['PATCH a1', 'PATCH a2'],
      ['GET a3'],
      ['PATCH a3'],
    ]);
  });

  test('that is already the new one is not written: the row is unchanged', async () => {
    const jobs = await jobsFor(1);
    service.overviews.set('a0', { pendingCount: 4, failedCount: 9 });
    const { results, entries } = await executeJobs(jobs);
    expect(requests()).toEqual(['GET a0']);
    expect(results.get(0)).toMatchObject({ status: 'unchanged', before: null, sent: null });
    expect(entries).toEqual([
      expect.objectContaining({ type: 'result', index: 0, status: 'unchanged', before: null, sent: null }),
    ]);
  });

  test('that is neither that of the plan nor the new one is not overwritten, and the other rows continue', async () => {
    const jobs = await jobsFor(2);
    service.overviews.set('a0', { pendingCount: 7 });
    const { results, intents } = await executeJobs(jobs);
    expect(results.get(0)).toMatchObject({
      status: 'skipped',
      before: { pendingCount: 7 },
      sent: null,
      error: {
        kind: 'refused',
        message: 'changed since it was read: pendingCount is 7; --force overwrites it',
      },
    });
    expect(results.get(1)).toMatchObject({ status: 'written' });
    expect(service.overviews.get('a0')).toEqual({ pendingCount: 7 });
    expect(intents).toBe(1);
  });

  test('is overwritten with force, and is in the journal before that', async () => {
    const jobs = await jobsFor(1);
    service.overviews.set('a0', { pendingCount: 7 });
    const { results, entries } = await executeJobs(jobs, { force: true });
    expect(entries.slice(0, 2)).toEqual([
      { type: 'read', index: 0, before: { pendingCount: 7 } },
      { type: 'intent', indexes: [0], again: [] },
    ]);
    expect(results.get(0)).toMatchObject({ status: 'written', before: { pendingCount: 7 } });
  });

  test('is compared only in the properties that the row writes', async () => {
    const jobs = await jobsFor(1);
    service.overviews.set('a0', { pendingCount: 3, failedCount: 5 });
    const { results, entries } = await executeJobs(jobs);
    expect(results.get(0)).toMatchObject({ status: 'written', before: { pendingCount: 3 } });
    expect(entries[0]).toMatchObject({ type: 'intent' });
  });

  test('of which one property is already new is recorded and replaced', async () => {
    const [job] = await jobsFor(1);
    const row = rowOf(2, 'a0', { pendingCount: 4, failedCount: 5 });
    const write = { row, before: { pendingCount: 3, failedCount: 1 } };
    service.overviews.set('a0', { pendingCount: 4, failedCount: 1 });
    const { entries } = await executeJobs([{ ...(job as Job), write }]);
    expect(entries[0]).toEqual({ type: 'read', index: 0, before: { pendingCount: 4, failedCount: 1 } });
  });

  test('that an earlier attempt of the same row replaced is kept', async () => {
    const [job] = await jobsFor(1, { again: true });
    const row = rowOf(2, 'a0', { pendingCount: 4, failedCount: 5 });
    const write = { row, before: { pendingCount: 3, failedCount: 1 } };
    service.overviews.set('a0', { pendingCount: 4, failedCount: 1 });
    const { entries } = await executeJobs([{ ...(job as Job), write }]);
    expect(entries[0]).toMatchObject({ type: 'intent', again: [0] });
    service.overviews.set('a0', { pendingCount: 4, failedCount: 5 });
    const { results } = await executeJobs([{ ...(job as Job), write }]);
    expect(results.get(0)).toMatchObject({ status: 'written', before: { pendingCount: 3, failedCount: 1 } });
  });

  test('is uncertain if records of the journal were lost', async () => {
    const jobs = await jobsFor(1, { again: true, uncertain: true });
    const { entries } = await executeJobs(jobs);
    expect(entries[0]).toEqual({ type: 'read', index: 0, before: { pendingCount: 3 } });
    service.overviews.set('a0', { pendingCount: 4 });
    const { results } = await executeJobs(jobs);
    expect(results.get(0)).toMatchObject({ status: 'written', before: null });
  });

  test('that cannot be read fails its row, which is not sent', async () => {
    const jobs = await jobsFor(2);
    service.onItem = (item) => (item === 'GET a0' ? problem(404, 'Gone') : undefined);
    const { results } = await executeJobs(jobs);
    expect(results.get(0)).toMatchObject({ status: 'failed', before: null, sent: null });
    expect(results.get(1)).toMatchObject({ status: 'written' });
    expect(requests()).not.toContain('PATCH a0');
  });

  test('is read again before each later attempt of its row', async () => {
    const jobs = await jobsFor(1);
    let busy = 1;
    service.onItem = (item) => {
      if (item !== 'PATCH a0' || busy === 0) return undefined;
      busy -= 1;
      service.overviews.set('a0', { pendingCount: 8 });
      return problem(503, 'Busy', 'busy', { 'retry-after': '40' });
    };
    const { results } = await executeJobs(jobs);
    expect(requests()).toEqual(['GET a0', 'PATCH a0', 'GET a0']);
    expect(results.get(0)).toMatchObject({ status: 'skipped', error: { kind: 'refused' } });
  });
});

describe('a service that denies access', () => {
  test.each<[number, string]>([
    [401, 'sign-in'],
    [403, 'permission'],
  ])('with %i ends the run after 20 rows', async (status, kind) => {
    const jobs = await jobsFor(60, {}, START);
    service.onItem = () => problem(status, 'Denied', 'no');
    const { results, executed } = await executeJobs(jobs);
    expect(executed.denied).toMatchObject({ kind });
    expect(results.size).toBeGreaterThanOrEqual(20);
    expect(results.size).toBeLessThan(40);
    expect([...results.values()].every((record) => record.status === 'failed')).toBe(true);
  });

  test('after it accepted a row does not end the run', async () => {
    const jobs = await jobsFor(60, {}, START);
    service.onItem = (item) => (item === 'PATCH a0' ? undefined : problem(403, 'Denied', 'no'));
    const { results, executed } = await executeJobs(jobs);
    expect(executed.denied).toBeUndefined();
    expect(results.size).toBe(60);
  });

  test('is the failure of a run with few rows', async () => {
    const jobs = await jobsFor(3, {}, START);
    service.onItem = () => problem(403, 'Denied', 'no');
    expect((await executeJobs(jobs)).executed.denied).toMatchObject({ kind: 'permission' });
  });
});

describe('a deadline of a run', () => {
  test('starts no row after it, and ends the wait for the quota', async () => {
    const jobs = await jobsFor(300, {}, START);
    const deadline = new Deadline(START + 15_000, service.clock);
    const { results } = await executeJobs(jobs, {
      deadline,
      rateLimiter: new RateLimiter(DOCUMENTED, deadline.clock, () => 0.5),
    });
    expect(results.size).toBe(100);
    expect(service.clock.now()).toBe(START + 15_000);
  });

  test('rejects a wait beyond it, and no longer applies after it is lifted', async () => {
    await jobsFor(0);
    const deadline = new Deadline(START + 1_000, service.clock);
    expect(deadline.passed).toBe(false);
    await expect(deadline.clock.sleep(2_000)).rejects.toMatchObject({ kind: 'deadline', exitCode: 124 });
    expect(deadline.passed).toBe(true);
    deadline.lift();
    await deadline.clock.sleep(500);
    expect(service.clock.now()).toBe(START + 1_500);
    expect(deadline.failure()).toBeInstanceOf(Failure);
  });
});
