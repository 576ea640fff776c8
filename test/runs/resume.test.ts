import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../src/outcome/events.ts';
import type { Overview } from '../../src/overview/difference.ts';
import type { EndEntry, JournalEntry } from '../../src/runs/journal-entries.ts';
import type { JournalState } from '../../src/runs/journal-state.ts';
import { plannedWrite, resumeRun } from '../../src/runs/resume.ts';
import { type RowRecord, rowRecord } from '../../src/runs/row-record.ts';
import type { RunOptions } from '../../src/runs/run.ts';
import { problem } from '../support/answers.ts';
import { rowOf, type StoredOverviews, startStoredOverviews } from '../support/stored-overviews.ts';
import { countsOf, journalInto, NOTHING } from './rows.ts';

let service: StoredOverviews;

/** A row as planned: 3 pending before, 4 to be sent. */
function planned(line: number, id: string, more: Partial<RowRecord> = {}): RowRecord {
  return rowRecord(rowOf(line, id, {}), 'planned', {
    before: { pendingCount: 3 },
    sent: { pendingCount: 4 },
    ...more,
  });
}

const written = (record: RowRecord): RowRecord => ({
  ...record,
  status: 'written',
  after: { pendingCount: 4 },
});
const failed = (record: RowRecord): RowRecord => ({
  ...record,
  status: 'failed',
  error: { kind: 'network', message: 'cut', code: null },
});

/** Resumes a run whose journal has this state. */
async function resume(
  overviews: Readonly<Record<string, Overview>>,
  state: Partial<JournalState>,
  more: Partial<RunOptions> & { onItem?: StoredOverviews['onItem'] } = {},
) {
  service = await startStoredOverviews(overviews);
  if (more.onItem !== undefined) service.onItem = more.onItem;
  const { graph, rateLimiter, clock, runtime } = service;
  const entries: JournalEntry[] = [];
  const reported: RowRecord[] = [];
  const journal = journalInto(entries);
  const whole: JournalState = {
    ...NOTHING,
    ...state,
  };
  const outcome = await resumeRun(journal, whole, {
    graph,
    rateLimiter,
    clock,
    runtime,
    signal: new AbortController().signal,
    emit: () => undefined,
    read: true,
    force: false,
    verify: false,
    stop: new AbortController().signal,
    onRow: (record) => reported.push(record),
    ...more,
  });
  return { outcome, entries, reported };
}

const plan = (...records: readonly RowRecord[]) => new Map(records.entries());
const MISMATCH = 'pendingCount was sent as 4; the answer had 4, the read-back had 9';
const END: EndEntry = {
  type: 'end',
  at: '2026-01-02T03:04:05.000Z',
  interrupted: false,
  inDoubt: 0,
  counts: countsOf({ planned: 1, written: 1 }),
};

describe('a row that was never sent', () => {
  test('is read again before it is sent', async () => {
    const row = planned(2, 'a');
    const { outcome, entries, reported } = await resume({ a: { pendingCount: 3 } }, { plan: plan(row) });
    expect(service.requests).toEqual([['GET a'], ['PATCH a']]);
    expect(outcome).toEqual({ run: 'run', rows: [written(row)], remaining: 0, inDoubt: 0, unread: 0 });
    expect(reported).toEqual([written(row)]);
    expect(entries).toEqual([
      { type: 'intent', indexes: [0], again: [] },
      {
        type: 'result',
        index: 0,
        status: 'written',
        after: { pendingCount: 4 },
        error: null,
        requestId: 'r2',
      },
      END,
    ]);
  });
});

describe('a row that is known to be written', () => {
  const row = planned(2, 'a');

  test('is not written again', async () => {
    const state = { plan: plan(row), results: plan(written(row)) };
    const { outcome, entries, reported } = await resume({ a: { pendingCount: 4 } }, state);
    expect(service.requests).toEqual([]);
    expect(outcome.rows).toEqual([written(row)]);
    expect(reported).toEqual([written(row)]);
    expect(entries).toEqual([END]);
  });

  test('is verified if it was not yet', async () => {
    const state = { plan: plan(row), results: plan(written(row)) };
    const { outcome, entries, reported } = await resume({ a: { pendingCount: 9 } }, state, { verify: true });
    const error = { kind: 'mismatch', message: MISMATCH, code: null };
    const record = { ...written(row), status: 'mismatched', after: { pendingCount: 9 }, error };
    expect(service.requests).toEqual([['GET a']]);
    expect(outcome.rows).toEqual([record]);
    expect(reported).toEqual([record]);
    expect(entries).toEqual([
      {
        type: 'result',
        index: 0,
        status: 'mismatched',
        after: { pendingCount: 9 },
        error,
        requestId: null,
      },
      { type: 'verified', indexes: [0] },
      { ...END, counts: countsOf({ planned: 1, mismatched: 1 }) },
    ]);
  });

  test('is not verified twice', async () => {
    const state = { plan: plan(row), results: plan(written(row)), verified: new Set([0]) };
    const { reported } = await resume({ a: { pendingCount: 9 } }, state, { verify: true });
    expect(service.requests).toEqual([]);
    expect(reported).toEqual([written(row)]);
  });

  test('but mismatched is reported unchanged', async () => {
    const mismatched: RowRecord = { ...row, status: 'mismatched', after: { pendingCount: 9 } };
    const { reported } = await resume({}, { plan: plan(row), results: plan(mismatched) }, { verify: true });
    expect(service.requests).toEqual([]);
    expect(reported).toEqual([mismatched]);
  });
});

describe('a row that the plan settled', () => {
  test('is reported as planned', async () => {
    const unchanged = rowRecord(rowOf(2, 'a', {}), 'unchanged');
    const unread = failed(planned(3, 'b'));
    const { outcome, reported } = await resume({ b: { pendingCount: 3 } }, { plan: plan(unchanged, unread) });
    expect(service.requests).toEqual([]);
    expect(reported).toEqual([unchanged, unread]);
    expect(outcome.rows).toEqual([unchanged, unread]);
  });

  test('and whose result failed as well is not sent', async () => {
    const unread = failed(planned(2, 'a'));
    const { outcome } = await resume(
      { a: { pendingCount: 3 } },
      { plan: plan(unread), results: plan(unread) },
    );
    expect(service.requests).toEqual([]);
    expect(outcome.rows).toEqual([unread]);
  });

  test('is reported by its result if its plan is missing', async () => {
    const lost = failed(planned(2, 'a'));
    const { reported } = await resume({ a: { pendingCount: 3 } }, { results: plan(lost) });
    expect(service.requests).toEqual([]);
    expect(reported).toEqual([lost]);
  });
});

describe('a row that was sent without an answer', () => {
  const row = planned(2, 'a', { certificateId: null });
  const state = { plan: plan(row), doubtful: new Set([0]) };

  test('is not sent again if the service has stored it', async () => {
    const { outcome, entries, reported } = await resume(
      { a: { pendingCount: 4, '@odata.etag': 'x', failedCount: 1 } },
      state,
      { verify: true },
    );
    const record = { ...written(row), after: { pendingCount: 4, failedCount: 1 } };
    expect(service.requests).toEqual([['GET a']]);
    expect(outcome).toEqual({ run: 'run', rows: [record], remaining: 0, inDoubt: 0, unread: 0 });
    expect(reported).toEqual([record]);
    expect(entries).toEqual([
      {
        type: 'result',
        index: 0,
        status: 'written',
        after: { pendingCount: 4, failedCount: 1 },
        error: null,
        requestId: null,
      },
      { type: 'verified', indexes: [0] },
      END,
    ]);
  });

  test('is sent again if the service has not stored it, and marked so', async () => {
    const { outcome, entries } = await resume({ a: { pendingCount: 3 } }, state);
    expect(service.requests).toEqual([['GET a'], ['PATCH a']]);
    expect(outcome.rows).toEqual([{ ...written(row), again: true }]);
    expect(entries[0]).toEqual({ type: 'intent', indexes: [0], again: [0] });
  });

  test('fails if its present values cannot be read', async () => {
    const onItem: StoredOverviews['onItem'] = (item) =>
      item === 'GET a' ? problem(404, 'Gone', 'not here') : undefined;
    const { outcome } = await resume({ a: { pendingCount: 3 } }, state, { onItem });
    expect(service.requests).toEqual([['GET a'], ['GET a']]);
    expect(outcome.rows[0]).toMatchObject({
      status: 'failed',
      sent: { pendingCount: 4 },
      error: { code: 'Gone' },
    });
  });
});

test('a row that failed is read, and sent again if it is not stored', async () => {
  const rows = [planned(2, 'a'), planned(3, 'b'), planned(4, 'c')] as const;
  const { outcome } = await resume(
    { a: { pendingCount: 4 }, b: { pendingCount: 3 }, c: { pendingCount: 3 } },
    { plan: plan(...rows), results: plan(failed(rows[0]), failed(rows[1])) },
  );
  expect(service.requests[0]).toEqual(['GET a', 'GET b']);
  expect(service.requests.slice(1).flat()).toEqual(['PATCH b', 'GET c', 'PATCH c']);
  expect(outcome.rows).toEqual([written(rows[0]), { ...written(rows[1]), again: true }, written(rows[2])]);
});

describe('the planned write of a journal row', () => {
  test('has the route with the certificate', async () => {
    service = await startStoredOverviews({});
    const record = planned(2, 'a', { via: 'wifi-eap-root', certificateId: 'c1' });
    const { row, before } = await plannedWrite(record, 'beta');
    expect(before).toEqual({ pendingCount: 3 });
    expect(row).toEqual({
      line: 2,
      deviceConfigurationId: 'a',
      displayName: null,
      route: {
        via: 'wifi-eap-root',
        segments: [
          'microsoft.graph.windowsWifiEnterpriseEAPConfiguration',
          'rootCertificatesForServerValidation',
          'c1',
        ],
        certificateId: 'c1',
        uncast: false,
      },
      values: { pendingCount: 4 },
    });
  });

  test('has no values if nothing was sent', async () => {
    service = await startStoredOverviews({});
    expect((await plannedWrite(planned(2, 'a', { sent: null }), 'v1.0')).row.values).toEqual({});
  });

  test('has the API version of the run', async () => {
    service = await startStoredOverviews({});
    await expect(plannedWrite(planned(2, 'a', { via: 'root' }), 'v1.0')).rejects.toThrow('v1.0');
  });
});

test('a row without an answer is read through its certificate', async () => {
  const row = planned(2, 'a', { via: 'wifi-eap-root', certificateId: 'c1' });
  const path = 'microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/c1';
  const { outcome } = await resume(
    { [`a/${path}`]: { pendingCount: 4 } },
    { plan: plan(row), doubtful: new Set([0]) },
  );
  expect(outcome.rows).toEqual([written(row)]);
});

describe('a row that was skipped since somebody else had changed it', () => {
  const row = planned(2, 'a');
  const skipped = (kind: string): RowRecord =>
    rowRecord(rowOf(2, 'a', {}), 'skipped', {
      before: { pendingCount: 7 },
      error: { kind, message: 'words', code: null },
    });

  test('is written by a later process with force', async () => {
    const state = { plan: plan(row), results: plan(skipped('refused')) };
    const { outcome, entries } = await resume({ a: { pendingCount: 7 } }, state, { force: true });
    expect(service.requests).toEqual([['GET a'], ['PATCH a']]);
    expect(entries.slice(0, 2)).toEqual([
      { type: 'read', index: 0, before: { pendingCount: 7 } },
      { type: 'intent', indexes: [0], again: [] },
    ]);
    expect(outcome.rows).toEqual([{ ...written(row), before: { pendingCount: 7 } }]);
  });

  test.each<[string, RowRecord, boolean]>([
    ['without force', skipped('refused'), false],
    ['if it was skipped for another reason', skipped('usage'), true],
    ['if it has no error', { ...skipped('usage'), error: null }, true],
    ['if it was not skipped', { ...skipped('refused'), status: 'mismatched' }, true],
  ])('is not written %s', async (_, record, force) => {
    const { reported } = await resume(
      { a: { pendingCount: 7 } },
      { plan: plan(row), results: plan(record) },
      { force },
    );
    expect(service.requests).toEqual([]);
    expect(reported).toEqual([record]);
  });
});

describe('a row in doubt that is read', () => {
  const TWO = { before: { pendingCount: 3, failedCount: 1 }, sent: { pendingCount: 4, failedCount: 5 } };

  test.each<[string, Partial<RowRecord>, Overview, string[]]>([
    ['has all values of the plan: it is not read again', TWO, TWO.before, ['GET a', 'PATCH a']],
    [
      'has one of its new values: it is read again',
      TWO,
      { pendingCount: 4, failedCount: 1 },
      ['GET a', 'GET a', 'PATCH a'],
    ],
    [
      'has no values of the plan to compare with: it is read again',
      { before: null },
      { pendingCount: 3 },
      ['GET a', 'GET a', 'PATCH a'],
    ],
  ])('%s', async (_, more, present, requests) => {
    const row = planned(2, 'a', more);
    await resume({ a: present }, { plan: plan(row), doubtful: new Set([0]) });
    expect(service.requests.flat()).toEqual(requests);
  });

  test('has an uncertain value before if records were lost', async () => {
    const row = planned(2, 'a');
    const lost = { plan: plan(row), doubtful: new Set([0]), uncertain: new Set([0]) };
    const stored = await resume({ a: { pendingCount: 4 } }, lost);
    expect(stored.outcome.rows).toEqual([{ ...written(row), before: null }]);
    const unstored = await resume({ a: { pendingCount: 3 } }, lost);
    expect(service.requests.flat()).toEqual(['GET a', 'GET a', 'PATCH a']);
    expect(unstored.entries[0]).toEqual({ type: 'read', index: 0, before: { pendingCount: 3 } });
  });
});

test('the progress of a resumed run begins with the rows of the earlier process', async () => {
  const rows = [planned(2, 'a'), planned(3, 'b'), planned(4, 'c'), planned(5, 'd')] as const;
  const unchanged = rowRecord(rowOf(6, 'e', {}), 'unchanged');
  const events: Event[] = [];
  const { outcome, entries } = await resume(
    { a: { pendingCount: 4 }, b: { pendingCount: 3 }, c: { pendingCount: 4 }, d: { pendingCount: 3 } },
    {
      plan: plan(...rows, unchanged),
      results: new Map([[0, written(rows[0])]]),
      doubtful: new Set([2]),
    },
    { emit: (event) => events.push(event) },
  );
  const progress = events.flatMap((event) =>
    event.kind === 'progress' && event.task === 'writing'
      ? [[event.done, event.total, event.earlier, event.outcomes?.written]]
      : [],
  );
  // Of the four rows to write one was written, and one was found to be stored.
  expect(progress).toEqual([
    [2, 4, 2, 2],
    [3, 4, 2, 3],
    [4, 4, 2, 4],
  ]);
  expect(outcome.rows.map(({ line, status }) => [line, status])).toEqual([
    [2, 'written'],
    [3, 'written'],
    [4, 'written'],
    [5, 'written'],
    [6, 'unchanged'],
  ]);
  expect(entries.at(-1)).toEqual({ ...END, counts: countsOf({ planned: 4, written: 4, unchanged: 1 }) });
});

test('a row of an earlier process is verified together with the rows of this one', async () => {
  const rows = [planned(2, 'a'), planned(3, 'b')] as const;
  const { outcome, reported } = await resume(
    { a: { pendingCount: 4 }, b: { pendingCount: 3 } },
    { plan: plan(...rows), results: plan(written(rows[0])) },
    { verify: true },
  );
  expect(service.requests.flat()).toEqual(['GET b', 'PATCH b', 'GET a', 'GET b']);
  expect(outcome.rows).toEqual([written(rows[0]), written(rows[1])]);
  expect(reported.map(({ line }) => line)).toEqual([2, 3]);
});
