import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Row } from '../../src/input/row.ts';
import { type PlanOptions, planRows, planWithoutReading } from '../../src/runs/plan.ts';
import { inShard } from '../../src/runs/shard.ts';
import { problem } from '../support/answers.ts';
import { START } from '../support/fake-graph.ts';
import { rowOf, type StoredOverviews, startStoredOverviews } from '../support/stored-overviews.ts';
import { TARGET } from './rows.ts';

const UNREAD = {
  displayName: null,
  via: 'direct',
  certificateId: null,
  before: null,
  sent: null,
  after: null,
  error: null,
};

let service: StoredOverviews;
beforeEach(async () => {
  service = await startStoredOverviews({
    a: { id: 'a_overview', pendingCount: 3, failedCount: 7 },
    b: { id: 'b_overview', pendingCount: 4, failedCount: 0 },
    c: { pendingCount: 5 },
    'a/rootCertificate': { id: 'b_overview', pendingCount: 4, failedCount: 0 },
    'c/rootCertificate': { pendingCount: 5 },
  });
});

function options(more: Partial<PlanOptions> = {}): PlanOptions {
  const { graph, rateLimiter, clock, events } = service;
  const signal = new AbortController().signal;
  return { graph, rateLimiter, clock, signal, emit: (event) => events.push(event), ...more };
}

function plan(rows: readonly Row[], more: Partial<PlanOptions> = {}) {
  return planRows(rows, TARGET, options(more));
}

describe('planRows', () => {
  test('plans to write only what differs, with the present values', async () => {
    const row = rowOf(2, 'a', { pendingCount: 3, failedCount: 8 });
    expect(await plan([row])).toEqual({
      target: TARGET,
      writes: [
        {
          row: { ...row, values: { failedCount: 8 } },
          before: { id: 'a_overview', pendingCount: 3, failedCount: 7 },
          readAt: START,
        },
      ],
      settled: [],
    });
  });

  test('marks a row whose values are already up to date as unchanged', async () => {
    const { writes, settled } = await plan([rowOf(2, 'a', { pendingCount: 3, failedCount: 7 })]);
    expect(writes).toEqual([]);
    expect(settled).toEqual([{ ...UNREAD, line: 2, deviceConfigurationId: 'a', status: 'unchanged' }]);
  });

  test('skips rows without values and duplicates, and does not read them', async () => {
    const { writes, settled } = await plan([
      rowOf(2, 'a', {}),
      { ...rowOf(3, 'b', { pendingCount: 9 }), duplicateOf: 2 },
    ]);
    expect(writes).toEqual([]);
    expect(settled).toEqual([
      { ...UNREAD, line: 2, deviceConfigurationId: 'a', status: 'skipped' },
      {
        ...UNREAD,
        line: 3,
        deviceConfigurationId: 'b',
        status: 'skipped',
        error: { kind: 'usage', message: 'duplicate of line 2', code: null },
      },
    ]);
    expect(service.requests).toEqual([]);
  });

  test('marks a row that cannot be read as failed, with the message of the service', async () => {
    const { writes, settled } = await plan([
      rowOf(2, 'gone', { pendingCount: 9 }),
      rowOf(3, 'a', { pendingCount: 9 }),
    ]);
    expect(writes.map(({ row }) => row.line)).toEqual([3]);
    expect(settled).toEqual([
      {
        ...UNREAD,
        line: 2,
        deviceConfigurationId: 'gone',
        status: 'failed',
        error: {
          kind: 'not-found',
          message: 'not found: no such configuration',
          code: 'ResourceNotFound',
        },
      },
    ]);
  });

  describe('with a base', () => {
    /** The row for `a`, which has 3 pending and 7 failed devices, with these base values. */
    const based = (base: Row['base']): Row => ({
      ...rowOf(2, 'a', { pendingCount: 9, failedCount: 8, errorCount: 1 }),
      ...(base === undefined ? {} : { base }),
    });

    test('skips a row with an edited value that the tenant has changed too', async () => {
      const { writes, settled } = await plan([based({ pendingCount: 2, failedCount: 7, errorCount: 5 })]);
      expect(writes).toEqual([]);
      expect(settled).toEqual([
        {
          ...UNREAD,
          line: 2,
          deviceConfigurationId: 'a',
          status: 'skipped',
          before: { id: 'a_overview', pendingCount: 3, failedCount: 7 },
          error: {
            kind: 'refused',
            message:
              'changed in the tenant since the export: pendingCount was 2, is 3, and the file has 9; ' +
              'errorCount was 5, is undefined, and the file has 1; --force overwrites it',
            code: null,
          },
        },
      ]);
    });

    test('skips a row with an edited empty cell that has a value in the tenant', async () => {
      service.overviews.set('a', { pendingCount: 9, failedCount: 8, errorCount: 4 });
      expect((await plan([based({ errorCount: null })])).settled[0]?.error?.message).toBe(
        'changed in the tenant since the export: errorCount was empty, is 4, and the file has 1; ' +
          '--force overwrites it',
      );
    });

    test.each([
      ['no value has changed', { pendingCount: 3, failedCount: 7 }],
      ['a changed value already is the new one', { errorCount: null, successCount: 5 }],
      ['an empty cell has no value in the tenant', { errorCount: null }],
      ['the base has none of the values', {}],
    ])('writes a row if %s', async (_, base) => {
      service.overviews.set('a', { ...service.overviews.get('a'), successCount: 6 });
      const row = based(base);
      const edited = { ...row, values: { ...row.values, successCount: 6 } };
      expect((await plan([edited])).writes.map(({ row: { line } }) => line)).toEqual([2]);
    });

    test('writes a changed row with force', async () => {
      const row = based({ pendingCount: 2 });
      expect((await plan([row], { force: true })).writes).toHaveLength(1);
      expect((await plan([row], { force: false })).writes).toHaveLength(0);
    });
  });

  test('has the display names that were read with the overviews', async () => {
    service.names.set('a', 'Wi-Fi').set('b', 'VPN');
    const found: string[][] = [];
    const rows = [
      rowOf(2, 'a', { pendingCount: 9 }),
      rowOf(3, 'b', { pendingCount: 4 }),
      { ...rowOf(4, 'c', { pendingCount: 9 }), displayName: 'as in the file' },
    ];
    const { writes, settled } = await plan(rows, { onName: (...names) => found.push(names) });
    expect(writes.map(({ row }) => row.displayName)).toEqual(['Wi-Fi', 'as in the file']);
    expect(settled.map(({ displayName }) => displayName)).toEqual(['VPN']);
    expect(found).toEqual([
      ['a', 'Wi-Fi'],
      ['b', 'VPN'],
    ]);
    expect((await plan(rows)).writes).toEqual(writes);
  });

  test('has the writes in the order of the file', async () => {
    const { writes } = await plan([
      rowOf(4, 'c', { pendingCount: 9 }),
      rowOf(2, 'a', { pendingCount: 9 }),
      rowOf(3, 'b', { pendingCount: 9 }),
    ]);
    expect(writes.map(({ row }) => row.line)).toEqual([2, 3, 4]);
  });

  test('reports progress for each overview that it reads', async () => {
    await plan([rowOf(2, 'a', {}), rowOf(3, 'a', { pendingCount: 3 }), rowOf(4, 'b', { pendingCount: 3 })]);
    expect(service.events).toMatchObject([
      { kind: 'progress', task: 'reading', done: 1, total: 2 },
      { kind: 'progress', task: 'reading', done: 2, total: 2 },
    ]);
  });
});

describe('two routes to one overview', () => {
  test('are written once if they have the same values', async () => {
    const first = rowOf(2, 'b', { pendingCount: 9 });
    const { writes, settled } = await plan([first, rowOf(3, 'a', { pendingCount: 9 }, ['rootCertificate'])]);
    expect(writes).toMatchObject([
      { row: first, before: { id: 'b_overview', pendingCount: 4, failedCount: 0 } },
    ]);
    expect(settled).toEqual([
      {
        ...UNREAD,
        line: 3,
        deviceConfigurationId: 'a',
        via: 'root',
        status: 'skipped',
        error: { kind: 'usage', message: 'duplicate of line 2', code: null },
      },
    ]);
  });

  test('are rejected if they have different values', async () => {
    const rows = [
      rowOf(2, 'b', { pendingCount: 9 }),
      rowOf(3, 'a', { pendingCount: 8 }, ['rootCertificate']),
    ];
    await expect(plan(rows)).rejects.toMatchObject({
      kind: 'usage',
      message: 'lines 2 and 3 have different values for the same overview (b_overview)',
      details: { hint: 'keep one of the two rows; nothing was written' },
    });
  });

  test('are duplicates of the first of three rows', async () => {
    const { settled } = await plan([
      rowOf(2, 'b', { pendingCount: 9 }),
      rowOf(3, 'a', { pendingCount: 9 }, ['rootCertificate']),
      rowOf(4, 'b', { pendingCount: 9 }),
    ]);
    expect(settled.map(({ line, error }) => [line, error?.message])).toEqual([
      [3, 'duplicate of line 2'],
      [4, 'duplicate of line 2'],
    ]);
  });

  test('cannot be distinguished without ids of overviews: both are written', async () => {
    const { writes } = await plan([
      rowOf(2, 'c', { pendingCount: 9 }),
      rowOf(3, 'c', { pendingCount: 8 }, ['rootCertificate']),
    ]);
    expect(writes.map(({ row }) => row.line)).toEqual([2, 3]);
  });

  test('are not recognized by an id that is not a string', async () => {
    service.overviews.set('b', { id: 7, pendingCount: 4 });
    service.overviews.set('a/rootCertificate', { id: 7, pendingCount: 4 });
    const { writes } = await plan([
      rowOf(2, 'b', { pendingCount: 9 }),
      rowOf(3, 'a', { pendingCount: 8 }, ['rootCertificate']),
    ]);
    expect(writes.map(({ row }) => row.line)).toEqual([2, 3]);
  });

  test('are not searched for if every row has the direct route', async () => {
    service.overviews.set('a', { id: 'same', pendingCount: 1 });
    service.overviews.set('b', { id: 'same', pendingCount: 1 });
    const { writes } = await plan([rowOf(2, 'a', { pendingCount: 8 }), rowOf(3, 'b', { pendingCount: 9 })]);
    expect(writes.map(({ row }) => row.line)).toEqual([2, 3]);
  });
});

describe('the shard of a row', () => {
  const count = 2;
  const partOf = (key: string) => (inShard(key, { index: 1, count }) ? 1 : 2);
  const linesOf = async (rows: readonly Row[], index: number) => {
    const { writes, settled } = await plan(rows, { shard: { index, count } });
    return [...writes.map(({ row }) => row.line), ...settled.map(({ line }) => line)];
  };

  test('is identified by the id of the overview, also for a route through another configuration', async () => {
    const rows = [
      rowOf(2, 'b', { pendingCount: 9 }),
      rowOf(3, 'a', { pendingCount: 9 }, ['rootCertificate']),
    ];
    expect(await linesOf(rows, partOf('b_overview'))).toEqual([2, 3]);
    expect(await linesOf(rows, 3 - partOf('b_overview'))).toEqual([]);
  });

  test('is identified by the route to an overview without an id', async () => {
    const row = rowOf(2, 'c', { pendingCount: 9 }, ['rootCertificate']);
    const other = rowOf(3, 'c', { pendingCount: 9 });
    expect([partOf('c/rootCertificate'), partOf('c')]).toEqual([1, 1]);
    expect(await linesOf([row, other], 1)).toEqual([2, 3]);
    expect(await linesOf([row, other], 2)).toEqual([]);
  });

  test('is identified by the configuration if nothing is read', async () => {
    const rows = [rowOf(2, 'a', {}), rowOf(3, 'b', {}), rowOf(4, 'c', {}), rowOf(5, 'd', {})];
    const lines = (part: number) =>
      rows.filter((row) => partOf(row.deviceConfigurationId) === part).map(({ line }) => line);
    expect(lines(1)).not.toEqual([]);
    expect(lines(2)).not.toEqual([]);
    expect(await linesOf(rows, 1)).toEqual(lines(1));
    expect(await linesOf(rows, 2)).toEqual(lines(2));
  });
});

describe('a plan of which no row can be read', () => {
  const rows = [
    rowOf(2, 'a', { pendingCount: 9 }, ['rootCertificate']),
    rowOf(3, 'b', { pendingCount: 9 }, ['rootCertificate']),
  ];

  test.each([
    [401, 'sign-in'],
    [403, 'permission'],
    [503, 'throttled'],
  ])('with %i for every row fails with the kind %s', async (status, kind) => {
    service.onItem = () => problem(status, 'Denied', 'not you');
    await expect(plan(rows)).rejects.toMatchObject({ kind, details: { code: 'Denied' } });
  });

  test('fails if the service does not listen', async () => {
    await service.shut();
    await expect(plan(rows)).rejects.toMatchObject({ kind: 'network' });
  });

  test('does not fail if one row can be read, or fails for another reason', async () => {
    const denied = problem(403, 'Denied', 'not you');
    service.onItem = (item) => (item.includes('a/') ? denied : undefined);
    service.overviews.set('b/rootCertificate', { pendingCount: 4 });
    expect((await plan(rows)).settled.map(({ line }) => line)).toEqual([2]);
    service.onItem = (item) => (item.includes('a/') ? denied : problem(401, 'Who', 'who are you'));
    expect((await plan(rows)).settled.map(({ error }) => error?.kind)).toEqual(['permission', 'sign-in']);
  });

  test('does not fail if no configuration exists', async () => {
    service.onItem = () => problem(404, 'ResourceNotFound', 'gone');
    expect((await plan(rows)).settled.map(({ status }) => status)).toEqual(['failed', 'failed']);
  });

  test('is empty if there are no rows', async () => {
    expect(await plan([])).toEqual({ target: TARGET, writes: [], settled: [] });
  });
});

test('a plan without reading writes every row with values', () => {
  const rows = [
    rowOf(2, 'a', { pendingCount: 3 }),
    rowOf(3, 'b', {}),
    { ...rowOf(4, 'a', { pendingCount: 3 }), duplicateOf: 2 },
  ];
  expect(planWithoutReading(rows, TARGET)).toEqual({
    target: TARGET,
    writes: [{ row: rows[0], before: null }],
    settled: [
      { ...UNREAD, line: 3, deviceConfigurationId: 'b', status: 'skipped' },
      {
        ...UNREAD,
        line: 4,
        deviceConfigurationId: 'a',
        status: 'skipped',
        error: { kind: 'usage', message: 'duplicate of line 2', code: null },
      },
    ],
  });
});
