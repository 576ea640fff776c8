import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { GraphClient } from '../../src/graph/client.ts';
import { RateLimiter } from '../../src/graph/rate-limiter.ts';
import { Failure } from '../../src/outcome/errors.ts';
import { readJournal, reopenJournal } from '../../src/runs/journal.ts';
import type { JournalEntry } from '../../src/runs/journal-entries.ts';
import type { Plan, PlannedWrite } from '../../src/runs/plan.ts';
import { resumeRun } from '../../src/runs/resume.ts';
import { type RowRecord, rowRecord } from '../../src/runs/row-record.ts';
import { plannedRecord, type RunOptions, startRun } from '../../src/runs/run.ts';
import { runsFolder } from '../../src/runs/runs-folder.ts';
import { planUndo, undoRows } from '../../src/runs/undo.ts';
import { parseLog } from '../../src/state/read-log.ts';
import { problem } from '../support/answers.ts';
import { START, WIDE } from '../support/fake-graph.ts';
import { rowOf, type StoredOverviews, startStoredOverviews } from '../support/stored-overviews.ts';
import { countsOf, HEAD, TARGET } from './rows.ts';

/** The time of the test clock, which only advances in sleeps. */
const AT = '2026-01-02T03:04:05.000Z';

const SETTLED = rowRecord(rowOf(3, 'z', {}), 'unchanged');

let service: StoredOverviews;
let reported: RowRecord[];

/** A plan for this number of overviews, from `a0`, and one row that is settled. */
async function planFor(count: number): Promise<Plan> {
  const names = Array.from({ length: count }, (_, index) => `a${index}`);
  service = await startStoredOverviews(Object.fromEntries(names.map((name) => [name, { pendingCount: 3 }])));
  const lines = [2, 4, 5, 6, 7];
  const writes = names.map((name, index) => ({
    row: rowOf(lines[index] ?? 0, name, { pendingCount: 4 }),
    before: { pendingCount: 3 },
    readAt: START,
  }));
  return { target: TARGET, writes, settled: [SETTLED] };
}

function options(more: Partial<RunOptions> = {}): RunOptions {
  const { graph, rateLimiter, clock, runtime, events } = service;
  reported = [];
  return {
    graph,
    rateLimiter,
    clock,
    runtime,
    signal: new AbortController().signal,
    emit: (event) => events.push(event),
    read: true,
    force: false,
    verify: true,
    stop: new AbortController().signal,
    onRow: (record) => reported.push(record),
    ...more,
  };
}

function run(plan: Plan, more: Partial<RunOptions> = {}) {
  return startRun(plan, HEAD, options(more));
}

/** The journal without the results of rows. */
function entries(): JournalEntry[] {
  return parseLog(readFileSync(join(runsFolder(service.runtime), 'run.jsonl')))
    .records as unknown as JournalEntry[];
}

/** The final status of each row, by line. */
function ends(rows: readonly RowRecord[]) {
  return rows.map(({ line, status }) => [line, status]);
}

/** The first write of `a1` is refused with this Retry-After, and these reads show the previous value. */
function showsOldValue(seconds: string, isOld: (item: string) => boolean): void {
  const refusals = [problem(503, 'Busy', 'busy', { 'retry-after': seconds })];
  service.onItem = (item) => {
    if (item === 'PATCH a1') return refusals.pop();
    return isOld(item) ? { status: 200, body: { pendingCount: 3 } } : undefined;
  };
}

const WRITTEN = (line: number, id: string) =>
  rowRecord(rowOf(line, id, {}), 'written', {
    before: { pendingCount: 3 },
    sent: { pendingCount: 4 },
    after: { pendingCount: 4 },
  });

describe('a run', () => {
  test('records every step in its journal', async () => {
    const plan = await planFor(2);
    await run(plan);
    const result = { type: 'result', status: 'written', after: { pendingCount: 4 }, error: null };
    expect(entries()).toEqual([
      HEAD,
      { type: 'plan', index: 0, record: SETTLED },
      ...plan.writes.map((write, index) => ({
        type: 'plan',
        index: index + 1,
        record: { ...plannedRecord(write) },
      })),
      { type: 'agreed', rows: 2 },
      { type: 'intent', indexes: [1], again: [] },
      { ...result, index: 1, requestId: 'r1' },
      { type: 'intent', indexes: [2], again: [] },
      { ...result, index: 2, requestId: 'r2' },
      { type: 'verified', indexes: [1, 2] },
      {
        type: 'end',
        at: AT,
        interrupted: false,
        inDoubt: 0,
        counts: countsOf({ planned: 2, unchanged: 1, written: 2 }),
      },
    ]);
  });

  test('returns every row in the order of the file', async () => {
    const outcome = await run(await planFor(2));
    expect(outcome).toEqual({
      run: 'run',
      rows: [WRITTEN(2, 'a0'), SETTLED, WRITTEN(4, 'a1')],
      remaining: 0,
      inDoubt: 0,
      unread: 0,
    });
  });

  test('reports each row once, settled ones first', async () => {
    await run(await planFor(2));
    expect(ends(reported)).toEqual([
      [3, 'unchanged'],
      [2, 'written'],
      [4, 'written'],
    ]);
  });

  test('releases its journal when it ends', async () => {
    await run(await planFor(1));
    const { journal } = await reopenJournal(service.runtime, 'run');
    await journal.close();
  });

  test('releases its journal when it fails', async () => {
    const plan = await planFor(1);
    const onRow = (): void => {
      throw new TypeError('a defect');
    };
    await expect(run(plan, { onRow })).rejects.toThrow('a defect');
    const { journal } = await reopenJournal(service.runtime, 'run');
    await journal.close();
  });

  test('writes a large plan to its journal in several groups, and the confirmation with the last of them', async () => {
    const plan = await planFor(2_001);
    await run(plan, { verify: false, rateLimiter: new RateLimiter(WIDE, service.clock, () => 0.5) });
    const types = entries().map(({ type }) => type);
    expect(types.filter((type) => type === 'plan')).toHaveLength(2_002);
    expect([types.indexOf('agreed'), types.indexOf('intent')]).toEqual([2_003, 2_004]);
  });

  test('confirms a plan of exactly a thousand rows once', async () => {
    const plan = await planFor(999);
    await run(plan, { verify: false, rateLimiter: new RateLimiter(WIDE, service.clock, () => 0.5) });
    const types = entries().map(({ type }) => type);
    expect(types.filter((type) => type === 'agreed')).toHaveLength(1);
    expect(types.indexOf('agreed')).toBe(1_001);
  });

  test('without rows to write has no progress', async () => {
    const plan = await planFor(0);
    await run(plan);
    expect(service.events).toEqual([]);
    expect(ends(reported)).toEqual([[3, 'unchanged']]);
  });

  test('counts the rows in doubt, if it was interrupted while they were sent', async () => {
    const plan = await planFor(3);
    const stop = new AbortController();
    const sendOnce = async () => {
      stop.abort();
      throw new Failure('interrupted', 'interrupted by SIGINT');
    };
    const graph = { sendOnce, retry: service.graph.retry } as unknown as GraphClient;
    const { rows, remaining, inDoubt } = await run(plan, { graph, stop: stop.signal, verify: false });
    expect([remaining, inDoubt]).toEqual([3, 1]);
    expect(rows.map(({ line, error }) => [line, error?.kind])).toEqual([
      [2, 'interrupted'],
      [3, undefined],
      [4, undefined],
      [5, undefined],
    ]);
    expect(entries().at(-1)).toMatchObject({ type: 'end', interrupted: true, inDoubt: 1 });
  });

  test('reports its progress and the results of the rows', async () => {
    const plan = await planFor(4);
    service.onItem = (item) => {
      if (item === 'PATCH a1') return problem(400, 'BadRequest', 'no');
      return item === 'PATCH a2' ? { status: 200, body: { pendingCount: 9 } } : undefined;
    };
    await run(plan, { verify: false });
    const progress = service.events.flatMap((event) =>
      event.kind === 'progress' ? [[event.done, event.total, event.earlier, event.outcomes]] : [],
    );
    // The settled row is not included.
    const none = { written: 0, unchanged: 0, differ: 0, failed: 0, skipped: 0 };
    expect(progress).toEqual([
      [0, 4, 0, none],
      [1, 4, 0, { ...none, written: 1 }],
      [2, 4, 0, expect.anything()],
      [3, 4, 0, expect.anything()],
      [4, 4, 0, { ...none, written: 2, differ: 1, failed: 1 }],
    ]);
  });

  test('reports until when it waits for the quota', async () => {
    const plan = await planFor(1);
    let throttled = false;
    service.onItem = () => {
      if (throttled) return undefined;
      throttled = true;
      return problem(429, 'TooMany', 'slower', { 'retry-after': '5' });
    };
    await run(plan, { verify: false });
    const event = service.events.findLast((one) => one.kind === 'progress');
    if (event?.kind !== 'progress') throw new Error('no progress event');
    expect([event.waitingUntil?.(), event.waitingFor?.()]).toEqual([
      START + 5_000,
      'the end of throttling (429)',
    ]);
    expect(event.waited?.()).toBe(5_000);
  });

  test('uses the random function of the runtime for jitter', async () => {
    const plan = await planFor(1);
    let requests = 0;
    service.onItem = () => {
      requests += 1;
      return requests === 1 ? problem(503, 'Busy', 'busy') : undefined;
    };
    await run(plan, { verify: false });
    expect(service.sleeps).toEqual([750]);
  });
});

describe('the verification of a run', () => {
  test('reads every row that was written, and no others', async () => {
    const plan = await planFor(3);
    service.onItem = (item) => (item === 'PATCH a1' ? problem(400, 'BadRequest', 'no') : undefined);
    await run(plan);
    expect(service.requests.at(-1)).toEqual(['GET a0', 'GET a2']);
    expect(service.events.filter((event) => event.kind === 'progress' && event.task !== 'writing')).toEqual([
      expect.objectContaining({ task: 'reading back', done: 1, total: 2 }),
      expect.objectContaining({ task: 'reading back', done: 2, total: 2 }),
    ]);
    expect(ends(reported)).toEqual([
      [3, 'unchanged'],
      [4, 'failed'],
      [2, 'written'],
      [5, 'written'],
    ]);
  });

  test('is optional', async () => {
    const plan = await planFor(1);
    const { rows, unread } = await run(plan, { verify: false });
    expect(service.requests).toEqual([['PATCH a0']]);
    expect(unread).toBe(0);
    expect(rows).toEqual([WRITTEN(2, 'a0'), SETTLED]);
    expect(reported).toEqual([SETTLED, WRITTEN(2, 'a0')]);
    expect(entries().map(({ type }) => type)).not.toContain('verified');
  });

  test('finds rows that the service did not store as sent', async () => {
    const plan = await planFor(2);
    service.onItem = (item) =>
      item === 'GET a0'
        ? { status: 200, body: { pendingCount: 9, '@odata.context': 'somewhere' } }
        : undefined;
    const { rows } = await run(plan);
    const message = 'pendingCount was sent as 4; the answer had 4, the read-back had 9';
    const error = { kind: 'mismatch', message, code: null };
    const kept = { ...WRITTEN(2, 'a0'), status: 'mismatched', after: { pendingCount: 9 }, error };
    expect(rows).toEqual([kept, SETTLED, WRITTEN(4, 'a1')]);
    expect(reported[1]).toEqual(kept);
    expect(entries().slice(-3)).toEqual([
      {
        type: 'result',
        index: 1,
        status: 'mismatched',
        after: { pendingCount: 9 },
        error,
        requestId: null,
      },
      { type: 'verified', indexes: [1, 2] },
      {
        type: 'end',
        at: AT,
        interrupted: false,
        inDoubt: 0,
        counts: countsOf({ planned: 2, unchanged: 1, written: 1, mismatched: 1 }),
      },
    ]);
  });

  test('is repeated for rows that still have their previous value, until ten seconds after their answers', async () => {
    const plan = await planFor(3);
    let reads = 0;
    service.onItem = (item) => {
      if (item === 'GET a0') reads += 1;
      if (item === 'GET a0' && reads < 3) return { status: 200, body: { pendingCount: 3 } };
      return item === 'GET a1' ? { status: 200, body: { pendingCount: 3 } } : undefined;
    };
    const { rows } = await run(plan);
    expect(service.requests.slice(-6)).toEqual([
      ['GET a0', 'GET a1', 'GET a2'],
      ['GET a0', 'GET a1'],
      ['GET a0', 'GET a1'],
      ['GET a1'],
      ['GET a1'],
      ['GET a1'],
    ]);
    expect(service.sleeps.slice(-5)).toEqual([500, 1_000, 2_000, 4_000, 2_500]);
    expect(ends(rows.filter(({ line }) => line !== 3))).toEqual([
      [2, 'written'],
      [4, 'mismatched'],
      [5, 'written'],
    ]);
    expect(rows[2]?.error?.message).toBe('pendingCount was sent as 4; the answer had 4, the read-back had 3');
  });

  test('of each row is repeated until ten seconds after its own answer', async () => {
    const plan = await planFor(2);
    showsOldValue('5', (item) => item.startsWith('GET'));
    const { rows } = await run(plan, { read: false });
    // The rows were answered at 0 s and 5.25 s, and are read at 5.25, 5.75, 6.75, 8.75, 12.75 and 15.25 s.
    expect(service.sleeps).toEqual([5_250, 500, 1_000, 2_000, 4_000, 2_500]);
    expect(service.requests.slice(-3)).toEqual([['GET a0', 'GET a1'], ['GET a0', 'GET a1'], ['GET a1']]);
    expect(ends(rows)).toEqual([
      [2, 'mismatched'],
      [3, 'unchanged'],
      [4, 'mismatched'],
    ]);
  });

  test('of a row with an answer long ago is not repeated', async () => {
    const plan = await planFor(2);
    showsOldValue('20', (item) => item === 'GET a0');
    const { rows } = await run(plan, { read: false });
    expect(service.sleeps).toEqual([20_500]);
    expect(ends(rows)).toEqual([
      [2, 'mismatched'],
      [3, 'unchanged'],
      [4, 'written'],
    ]);
  });

  test('names all values that were not stored', async () => {
    const plan = await planFor(1);
    const [write] = plan.writes as [PlannedWrite];
    const row = rowOf(2, 'a0', { pendingCount: 4, failedCount: 5 });
    service.onItem = (item) =>
      item === 'GET a0' ? { status: 200, body: { pendingCount: 8, failedCount: 9 } } : undefined;
    const { rows } = await run({ ...plan, writes: [{ ...write, row }] }, { read: false });
    expect(rows[0]?.error?.message).toBe(
      'pendingCount was sent as 4; the answer had 4, the read-back had 8; ' +
        'failedCount was sent as 5; the answer had 5, the read-back had 9',
    );
  });

  test('reports the present values if the answer to the write had none', async () => {
    const plan = await planFor(1);
    service.onItem = (item) => {
      if (item !== 'PATCH a0') return undefined;
      service.overviews.set('a0', { pendingCount: 4, failedCount: 2 });
      return { status: 204 };
    };
    const { rows } = await run(plan);
    expect(rows[0]?.after).toEqual({ pendingCount: 4, failedCount: 2 });
  });

  test('that fails for a row adds an error to the written row', async () => {
    const plan = await planFor(2);
    service.onItem = (item) => (item === 'GET a0' ? problem(404, 'Gone', 'not here') : undefined);
    const { rows, unread } = await run(plan);
    expect(rows[0]).toEqual({
      ...WRITTEN(2, 'a0'),
      error: {
        kind: 'not-found',
        message: 'written, but it could not be read back: not found: not here',
        code: 'Gone',
      },
    });
    expect(unread).toBe(0);
    expect(entries().slice(-2)).toEqual([
      { type: 'verified', indexes: [2] },
      {
        type: 'end',
        at: AT,
        interrupted: false,
        inDoubt: 0,
        counts: countsOf({ planned: 2, unchanged: 1, written: 2 }),
      },
    ]);
  });

  test('of a service that answers without an overview has no error code', async () => {
    const plan = await planFor(1);
    service.onItem = (item) => (item === 'GET a0' ? { status: 200, body: {} } : undefined);
    const { rows } = await run(plan);
    expect(rows[0]?.error).toEqual({
      kind: 'graph',
      message: 'written, but it could not be read back: the service answered 200 without an overview',
      code: null,
    });
    expect(entries().map(({ type }) => type)).not.toContain('verified');
  });

  test('that is denied leaves every row written', async () => {
    const plan = await planFor(4);
    service.onRequest = ([item]) => (item === 'LIST' ? problem(403, 'Denied', 'not you') : undefined);
    const { rows, unread } = await run(plan);
    const message = 'written, but it could not be read back: Graph does not permit this: not you';
    const progress = rows.filter(({ line }) => line !== 3);
    expect(progress.map(({ status, error }) => [status, error?.kind, error?.message, error?.code])).toEqual(
      progress.map(() => ['written', 'permission', message, 'Denied']),
    );
    expect(unread).toBe(0);
    expect(entries().at(-1)).toMatchObject({
      type: 'end',
      interrupted: false,
      counts: countsOf({ planned: 4, unchanged: 1, written: 4 }),
    });
  });

  test('can be interrupted: then the run is not done', async () => {
    const plan = await planFor(4);
    const stop = new AbortController();
    service.onRequest = ([item]) => {
      if (item !== 'LIST') return undefined;
      stop.abort();
      return problem(403, 'Denied', 'not you');
    };
    const { rows, unread, remaining } = await run(plan, { stop: stop.signal });
    expect({ unread, remaining }).toEqual({ unread: 4, remaining: 0 });
    expect(rows.map(({ error }) => error)).toEqual(rows.map(() => null));
    expect(ends(reported)).toEqual([
      [3, 'unchanged'],
      [2, 'written'],
      [4, 'written'],
      [5, 'written'],
      [6, 'written'],
    ]);
    expect(entries().at(-1)).toMatchObject({ type: 'end', at: AT, interrupted: true, inDoubt: 0 });
    expect(await readJournal(service.runtime, 'run')).toMatchObject({ ended: AT, done: false });
  });

  test('fails with an unexpected error', async () => {
    const plan = await planFor(1);
    const signal = AbortSignal.abort(new TypeError('a defect'));
    await expect(run(plan, { signal })).rejects.toThrow('a defect');
  });
});

test('rows that were not started are skipped, with their planned values', async () => {
  const plan = await planFor(4);
  const stop = new AbortController();
  service.onItem = (item) => {
    if (item === 'PATCH a0') stop.abort();
    return undefined;
  };
  const { rows, remaining, unread } = await run(plan, { stop: stop.signal, verify: false });
  expect({ remaining, unread }).toEqual({ remaining: 3, unread: 0 });
  const skipped = [4, 5, 6].map((line, index) =>
    rowRecord(rowOf(line, `a${index + 1}`, {}), 'skipped', {
      before: { pendingCount: 3 },
      sent: { pendingCount: 4 },
    }),
  );
  expect(rows).toEqual([WRITTEN(2, 'a0'), SETTLED, ...skipped]);
  expect(reported).toEqual([SETTLED, WRITTEN(2, 'a0'), ...skipped]);
  expect(entries().at(-1)).toMatchObject({
    interrupted: true,
    counts: countsOf({ planned: 4, unchanged: 1, written: 1, skipped: 3 }),
  });
});

test('rows that were not started are not verified', async () => {
  const plan = await planFor(3);
  const stop = new AbortController();
  service.onItem = (item) => {
    if (item === 'PATCH a0') stop.abort();
    return undefined;
  };
  const { remaining, unread } = await run(plan, { stop: stop.signal });
  expect({ remaining, unread }).toEqual({ remaining: 2, unread: 0 });
  expect(service.requests).toEqual([['PATCH a0'], ['GET a0']]);
});

describe('a write that is answered 204', () => {
  test('is verified, and its row is written', async () => {
    const plan = await planFor(2);
    service.onItem = (item) => {
      const id = item.replace('PATCH ', '');
      if (id === item) return undefined;
      service.overviews.set(id, { pendingCount: 4 });
      return { status: 204 };
    };
    const { rows } = await run(plan);
    expect(rows.map(({ status }) => status)).toEqual(['written', 'unchanged', 'written']);
  });

  test('is not confirmed without verification: apply --resume reads it, and sends nothing again', async () => {
    const plan = await planFor(2);
    service.onItem = (item) => {
      if (!item.startsWith('PATCH')) return undefined;
      service.overviews.set(item.replace('PATCH ', ''), { pendingCount: 4 });
      return { status: 204 };
    };
    const { rows, remaining } = await run(plan, { verify: false });
    expect(rows.map(({ status, error }) => [status, error?.kind])).toEqual([
      ['failed', 'graph'],
      ['unchanged', undefined],
      ['failed', 'graph'],
    ]);
    expect(remaining).toBe(0);
    service.requests.length = 0;
    const { journal, state } = await reopenJournal(service.runtime, HEAD.run);
    const resumed = await resumeRun(journal, state, options({ verify: false }));
    await journal.close();
    expect(service.requests).toEqual([['GET a0', 'GET a1']]);
    expect(resumed.rows.map(({ status, after }) => [status, after])).toEqual([
      ['written', { pendingCount: 4 }],
      ['unchanged', null],
      ['written', { pendingCount: 4 }],
    ]);
  });

  test('is undone without verification only if the service has stored it', async () => {
    const plan = await planFor(2);
    service.onItem = (item) => {
      if (item === 'PATCH a0') service.overviews.set('a0', { pendingCount: 4 });
      return item.startsWith('PATCH') ? { status: 204 } : undefined;
    };
    await run(plan, { verify: false });
    const undo = await undoRows(await readJournal(service.runtime, HEAD.run), true);
    const { writes, settled } = await planUndo(undo, TARGET, true, options());
    expect(writes.map(({ row }) => [row.deviceConfigurationId, row.values])).toEqual([
      ['a0', { pendingCount: 3 }],
    ]);
    expect(settled.map(({ deviceConfigurationId, status }) => [deviceConfigurationId, status])).toEqual([
      ['a1', 'unchanged'],
    ]);
  });
});
