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

/** So many overviews that hold 3 and are to hold 4, read by another process as a rule. */
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

async function carryOut(jobs: readonly Job[], more: Partial<ExecuteOptions> = {}) {
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

const requests = (): string[] => service.asked.flat();

describe('a value that is about to be overwritten', () => {
  test.each<[string, number | undefined, string[]]>([
    ['now', START, ['PATCH a0']],
    ['30 s ago', START - 30_000, ['PATCH a0']],
    ['longer ago', START - 30_001, ['GET a0', 'PATCH a0']],
    ['in the future, by a clock that was set back', START + 1, ['GET a0', 'PATCH a0']],
    ['by another process', undefined, ['GET a0', 'PATCH a0']],
  ])('and was read %s is read again where it may have changed', async (_, readAt, expected) => {
    await carryOut(await jobsFor(1, {}, readAt));
    expect(requests()).toEqual(expected);
  });

  test('is not read again where nothing is to be read', async () => {
    await carryOut(await jobsFor(1), { read: false });
    expect(requests()).toEqual(['PATCH a0']);
  });

  test('is read in the batch of its row, after the wait for the quota', async () => {
    await carryOut(await jobsFor(4));
    expect(service.asked).toEqual([
      ['GET a0'],
      ['PATCH a0'],
      ['GET a1', 'GET a2'],
      ['PATCH a1', 'PATCH a2'],
      ['GET a3'],
      ['PATCH a3'],
    ]);
  });

  test('and is the new one already is left alone: the row is unchanged', async () => {
    const jobs = await jobsFor(1);
    service.overviews.set('a0', { pendingCount: 4, failedCount: 9 });
    const { results, entries } = await carryOut(jobs);
    expect(requests()).toEqual(['GET a0']);
    expect(results.get(0)).toMatchObject({ status: 'unchanged', before: null, sent: null });
    expect(entries).toEqual([
      expect.objectContaining({ type: 'result', index: 0, status: 'unchanged', before: null, sent: null }),
    ]);
  });

  test('and is neither that of the plan nor the new one is refused, and the others go on', async () => {
    const jobs = await jobsFor(2);
    service.overviews.set('a0', { pendingCount: 7 });
    const { results, intents } = await carryOut(jobs);
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

  test('is overwritten by force, and the journal has it before it is', async () => {
    const jobs = await jobsFor(1);
    service.overviews.set('a0', { pendingCount: 7 });
    const { results, entries } = await carryOut(jobs, { force: true });
    expect(entries.slice(0, 2)).toEqual([
      { type: 'read', index: 0, before: { pendingCount: 7 } },
      { type: 'intent', indexes: [0], again: [] },
    ]);
    expect(results.get(0)).toMatchObject({ status: 'written', before: { pendingCount: 7 } });
  });

  test('is compared by what the row writes alone', async () => {
    const jobs = await jobsFor(1);
    service.overviews.set('a0', { pendingCount: 3, failedCount: 5 });
    const { results, entries } = await carryOut(jobs);
    expect(results.get(0)).toMatchObject({ status: 'written', before: { pendingCount: 3 } });
    expect(entries[0]).toMatchObject({ type: 'intent' });
  });

  test('and of which one property is new already is replaced as it is', async () => {
    const [job] = await jobsFor(1);
    const row = rowOf(2, 'a0', { pendingCount: 4, failedCount: 5 });
    const write = { row, before: { pendingCount: 3, failedCount: 1 } };
    service.overviews.set('a0', { pendingCount: 4, failedCount: 1 });
    const { entries } = await carryOut([{ ...(job as Job), write }]);
    expect(entries[0]).toEqual({ type: 'read', index: 0, before: { pendingCount: 4, failedCount: 1 } });
  });

  test('and is new by an earlier sending of the same row keeps what that replaced', async () => {
    const [job] = await jobsFor(1, { again: true });
    const row = rowOf(2, 'a0', { pendingCount: 4, failedCount: 5 });
    const write = { row, before: { pendingCount: 3, failedCount: 1 } };
    service.overviews.set('a0', { pendingCount: 4, failedCount: 1 });
    const { entries } = await carryOut([{ ...(job as Job), write }]);
    expect(entries[0]).toMatchObject({ type: 'intent', again: [0] });
    service.overviews.set('a0', { pendingCount: 4, failedCount: 5 });
    const { results } = await carryOut([{ ...(job as Job), write }]);
    expect(results.get(0)).toMatchObject({ status: 'written', before: { pendingCount: 3, failedCount: 1 } });
  });

  test('is not certain where records were lost', async () => {
    const jobs = await jobsFor(1, { again: true, uncertain: true });
    const { entries } = await carryOut(jobs);
    expect(entries[0]).toEqual({ type: 'read', index: 0, before: { pendingCount: 3 } });
    service.overviews.set('a0', { pendingCount: 4 });
    const { results } = await carryOut(jobs);
    expect(results.get(0)).toMatchObject({ status: 'written', before: null });
  });

  test('and cannot be read fails its row, which was never sent', async () => {
    const jobs = await jobsFor(2);
    service.onItem = (item) => (item === 'GET a0' ? problem(404, 'Gone') : undefined);
    const { results } = await carryOut(jobs);
    expect(results.get(0)).toMatchObject({ status: 'failed', before: null, sent: null });
    expect(results.get(1)).toMatchObject({ status: 'written' });
    expect(requests()).not.toContain('PATCH a0');
  });

  test('is read again as often as the row is sent again after a while', async () => {
    const jobs = await jobsFor(1);
    let busy = 1;
    service.onItem = (item) => {
      if (item !== 'PATCH a0' || busy === 0) return undefined;
      busy -= 1;
      service.overviews.set('a0', { pendingCount: 8 });
      return problem(503, 'Busy', 'busy', { 'retry-after': '40' });
    };
    const { results } = await carryOut(jobs);
    expect(requests()).toEqual(['GET a0', 'PATCH a0', 'GET a0']);
    expect(results.get(0)).toMatchObject({ status: 'skipped', error: { kind: 'refused' } });
  });
});

describe('where nobody is let in', () => {
  test.each<[number, string]>([
    [401, 'sign-in'],
    [403, 'permission'],
  ])('by %i, the rest is left after 20 rows', async (status, kind) => {
    const jobs = await jobsFor(60, {}, START);
    service.onItem = () => problem(status, 'Denied', 'no');
    const { results, executed } = await carryOut(jobs);
    expect(executed.denied).toMatchObject({ kind });
    expect(results.size).toBeGreaterThanOrEqual(20);
    expect(results.size).toBeLessThan(40);
    expect([...results.values()].every((record) => record.status === 'failed')).toBe(true);
  });

  test('after another row was, all are tried', async () => {
    const jobs = await jobsFor(60, {}, START);
    service.onItem = (item) => (item === 'PATCH a0' ? undefined : problem(403, 'Denied', 'no'));
    const { results, executed } = await carryOut(jobs);
    expect(executed.denied).toBeUndefined();
    expect(results.size).toBe(60);
  });

  test('the reason of few rows is that of all', async () => {
    const jobs = await jobsFor(3, {}, START);
    service.onItem = () => problem(403, 'Denied', 'no');
    expect((await carryOut(jobs)).executed.denied).toMatchObject({ kind: 'permission' });
  });
});

describe('a deadline', () => {
  test('begins no row after it, and wakes who waits for the quota', async () => {
    const jobs = await jobsFor(300, {}, START);
    const deadline = new Deadline(START + 15_000, service.clock);
    const { results } = await carryOut(jobs, {
      deadline,
      rateLimiter: new RateLimiter(DOCUMENTED, deadline.clock, () => 0.5),
    });
    expect(results.size).toBe(100);
    expect(service.clock.now()).toBe(START + 15_000);
  });

  test('is said where nothing was written yet, and is lifted for what begins no row', async () => {
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
