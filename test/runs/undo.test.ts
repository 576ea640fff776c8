import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JournalState } from '../../src/runs/journal-state.ts';
import { type RowRecord, rowRecord } from '../../src/runs/row-record.ts';
import { planUndo, undoRows } from '../../src/runs/undo.ts';
import { problem } from '../support/answers.ts';
import { START } from '../support/fake-graph.ts';
import { rowOf, type StoredOverviews, startStoredOverviews } from '../support/stored-overviews.ts';
import { HEAD, TARGET } from './rows.ts';

let service: StoredOverviews;
beforeEach(async () => {
  service = await startStoredOverviews({ a: { pendingCount: 4, failedCount: 7 }, b: { pendingCount: 4 } });
});

/** A row that a run wrote: 3 pending before, 4 sent. */
function wrote(line: number, id: string, more: Partial<RowRecord> = {}): RowRecord {
  return rowRecord(rowOf(line, id, {}), 'written', {
    before: { pendingCount: 3, failedCount: 7 },
    sent: { pendingCount: 4 },
    after: { pendingCount: 4, failedCount: 7 },
    ...more,
  });
}

/** A run of such rows; `doubtful` ones were sent without an answer. */
function runOf(results: readonly RowRecord[], doubtful: readonly RowRecord[] = []): JournalState {
  const planned = [...results, ...doubtful].map(
    (record): RowRecord => ({
      ...record,
      status: 'planned',
      after: null,
      error: null,
    }),
  );
  return {
    head: HEAD,
    plan: new Map(planned.entries()),
    agreed: true,
    doubtful: new Set(doubtful.map((_, index) => results.length + index)),
    results: new Map(results.entries()),
    verified: new Set(),
    ended: null,
    done: false,
    uncertain: new Set<number>(),
    damage: undefined,
  };
}

async function undo(state: JournalState, force = false) {
  const { graph, rateLimiter, clock } = service;
  return planUndo(await undoRows(state, force), TARGET, force, {
    graph,
    rateLimiter,
    clock,
    signal: new AbortController().signal,
  });
}

/** The lines that are restored, and the results of the others. */
async function outcome(state: JournalState, force = false) {
  const { writes, settled } = await undo(state, force);
  return {
    back: writes.map(({ row }) => row.line),
    settled: settled.map(({ line, status, error }) => [line, status, error?.message]),
  };
}

describe('a row that the run wrote', () => {
  test('gets its previous values of the properties that were sent', async () => {
    const { target, writes, settled } = await undo(runOf([wrote(2, 'a')]));
    expect(target).toBe(TARGET);
    expect(settled).toEqual([]);
    expect(writes).toEqual([
      {
        row: rowOf(2, 'a', { pendingCount: 3 }),
        before: { pendingCount: 4, failedCount: 7 },
        readAt: START,
      },
    ]);
  });

  test('is unchanged if it already has its previous values', async () => {
    service.overviews.set('a', { pendingCount: 3, failedCount: 1 });
    const { writes, settled } = await undo(runOf([wrote(2, 'a')]));
    expect(writes).toEqual([]);
    expect(settled).toEqual([rowRecord(rowOf(2, 'a', {}), 'unchanged')]);
  });

  test('that has changed since is skipped, with its present values', async () => {
    service.overviews.set('a', { pendingCount: 9, failedCount: 1, successCount: 2 });
    const record = wrote(2, 'a', {
      before: { pendingCount: 3, failedCount: 7, successCount: 2 },
      sent: { pendingCount: 4, failedCount: 8, successCount: 2 },
      after: null,
    });
    const { writes, settled } = await undo(runOf([record]));
    expect(writes).toEqual([]);
    expect(settled).toEqual([
      rowRecord(rowOf(2, 'a', {}), 'skipped', {
        before: { pendingCount: 9, failedCount: 1, successCount: 2 },
        error: {
          kind: 'refused',
          message: 'changed since the run: pendingCount, failedCount; --force overwrites it',
          code: null,
        },
      }),
    ]);
    expect(await outcome(runOf([record]), true)).toEqual({ back: [2], settled: [] });
  });

  test('is compared with the values that the service stored', async () => {
    service.overviews.set('a', { pendingCount: 6 });
    const mismatched = wrote(2, 'a', { status: 'mismatched', after: { pendingCount: 6 } });
    expect(await outcome(runOf([mismatched]))).toEqual({ back: [2], settled: [] });
  });

  test('is compared with the sent values if the answer had none', async () => {
    const silent = [wrote(2, 'a', { after: {} }), wrote(3, 'b', { after: null })];
    expect(await outcome(runOf(silent))).toEqual({ back: [2, 3], settled: [] });
  });

  test('is compared with null if the answer had null', async () => {
    service.overviews.set('a', { pendingCount: null });
    const nulled = wrote(2, 'a', { status: 'mismatched', after: { pendingCount: null } });
    expect(await outcome(runOf([nulled]))).toEqual({ back: [2], settled: [] });
  });

  test('cannot be restored by a run that did not read its previous values', async () => {
    const state = runOf([wrote(2, 'a', { before: null })]);
    const unread = { ...state, head: { ...HEAD, settings: { ...HEAD.settings, read: false } } };
    expect((await outcome(unread)).settled).toEqual([
      [2, 'failed', 'the run did not read the previous values'],
    ]);
  });

  test.each([
    [null, 'the previous values are uncertain, since records of the journal were lost'],
    [{}, 'some previous values are missing'],
    [{ pendingCount: null }, 'some previous values are missing'],
  ])('cannot be restored from %j', async (before, message) => {
    const { writes, settled } = await undo(runOf([wrote(2, 'a', { before })]));
    expect(writes).toEqual([]);
    expect(settled).toEqual([
      rowRecord(rowOf(2, 'a', { pendingCount: 4 }), 'failed', {
        error: { kind: 'refused', message, code: null },
      }),
    ]);
    expect(service.requests).toEqual([]);
  });

  test('cannot be restored if one of its previous values is missing', async () => {
    const record = wrote(2, 'a', { before: { pendingCount: 3 }, sent: { pendingCount: 4, failedCount: 8 } });
    expect((await outcome(runOf([record]))).settled).toEqual([
      [2, 'failed', 'some previous values are missing'],
    ]);
  });

  test('gets previous dates back', async () => {
    service.overviews.set('a', { lastUpdateDateTime: '2026-01-02T00:00:00Z' });
    const record = wrote(2, 'a', {
      before: { lastUpdateDateTime: '2025-01-02T00:00:00Z' },
      sent: { lastUpdateDateTime: '2026-01-02T01:00:00+01:00' },
      after: null,
    });
    const { writes } = await undo(runOf([record]));
    expect(writes[0]?.row.values).toEqual({ lastUpdateDateTime: '2025-01-02T00:00:00Z' });
  });
});

describe('a row whose previous values are uncertain since records were lost', () => {
  const lost = { ...runOf([wrote(2, 'a'), wrote(3, 'b')]), uncertain: new Set([0]) };

  test('is skipped', async () => {
    const { writes, settled } = await undo(lost);
    expect(writes.map(({ row }) => row.line)).toEqual([3]);
    expect(settled).toEqual([
      rowRecord(rowOf(2, 'a', {}), 'skipped', {
        error: {
          kind: 'refused',
          message:
            'the last records of the journal are damaged, so it is uncertain which values the run replaced; ' +
            '--force restores those of its plan',
          code: null,
        },
      }),
    ]);
  });

  test('is restored with force', async () => {
    expect(await outcome(lost, true)).toEqual({ back: [2, 3], settled: [] });
  });

  test('is restored with force to the values of its plan if it failed', async () => {
    const failed = wrote(2, 'a', { status: 'failed', before: null, after: null });
    const state = { ...runOf([failed, wrote(3, 'b')]), uncertain: new Set([0]) };
    const plan = new Map([...state.plan, [0, { ...wrote(2, 'a'), status: 'planned' as const }]]);
    const { writes } = await undo({ ...state, plan } as JournalState, true);
    expect(writes.map(({ row }) => [row.line, row.values])).toEqual([
      [2, { pendingCount: 3 }],
      [3, { pendingCount: 3 }],
    ]);
  });
});

test('the rows of an undo have the present display names', async () => {
  service.names.set('a', 'Wi-Fi').set('b', 'VPN');
  service.overviews.set('b', { pendingCount: 3, failedCount: 7 });
  const { writes, settled } = await undo(runOf([wrote(2, 'a'), wrote(3, 'b')]));
  expect(writes.map(({ row }) => row.displayName)).toEqual(['Wi-Fi']);
  expect(settled.map(({ displayName }) => displayName)).toEqual(['VPN']);
});

describe('a row whose result is unknown', () => {
  const failed = wrote(2, 'a', {
    status: 'failed',
    after: null,
    error: { kind: 'network', message: 'cut', code: null },
  });

  test('is restored if the service has the sent values', async () => {
    expect(await outcome(runOf([failed], [wrote(3, 'b')]))).toEqual({ back: [2, 3], settled: [] });
  });

  test.each([false, true])('is unchanged if the service has other values (force: %s)', async (force) => {
    service.overviews.set('a', { pendingCount: 5 });
    service.overviews.set('b', { pendingCount: 5 });
    const expected = {
      back: [],
      settled: [
        [2, 'unchanged', undefined],
        [3, 'unchanged', undefined],
      ],
    };
    expect(await outcome(runOf([failed], [wrote(3, 'b')]), force)).toEqual(expected);
  });

  test('is compared with the sent values, not with those in the error answer', async () => {
    service.overviews.set('a', { pendingCount: 5 });
    const { settled } = await outcome(runOf([{ ...failed, after: { pendingCount: 5 } }]));
    expect(settled).toEqual([[2, 'unchanged', undefined]]);
  });
});

test('rows that the run did not send are not part of an undo', async () => {
  const rows = [
    wrote(2, 'a', { status: 'unchanged', sent: null }),
    wrote(3, 'b', { status: 'failed', sent: null }),
    wrote(4, 'b', { status: 'skipped' }),
    wrote(5, 'b', { status: 'written', sent: null }),
  ];
  expect(await outcome(runOf(rows))).toEqual({ back: [], settled: [] });
  expect(service.requests).toEqual([]);
});

test('a planned row that was never sent is not part of an undo', async () => {
  const state = runOf([], [wrote(2, 'a')]);
  expect(await outcome({ ...state, doubtful: new Set() })).toEqual({ back: [], settled: [] });
});

test('a row that cannot be read fails, and the others are restored in the order of the file', async () => {
  const state = runOf([wrote(4, 'b'), wrote(3, 'gone'), wrote(2, 'a')]);
  expect(await outcome(state)).toEqual({
    back: [2, 4],
    settled: [[3, 'failed', 'not found: no such configuration']],
  });
});

test('an undo fails if access is denied', async () => {
  service.onItem = () => problem(401, 'Who', 'who are you');
  await expect(undo(runOf([wrote(2, 'a'), wrote(3, 'b')]))).rejects.toMatchObject({ kind: 'sign-in' });
});
