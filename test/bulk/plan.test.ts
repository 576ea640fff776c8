import { describe, expect, test } from '@jest/globals';
import { checkReached, failedRow, planBlindly, planRows } from '../../src/bulk/plan.ts';
import type { Row } from '../../src/bulk/row.ts';
import { Failure } from '../../src/errors.ts';
import type { Event } from '../../src/events.ts';
import { batchOf, byPath, graphOn, type Said } from '../graph-on-loopback.ts';
import { recordOf, rowOf, TARGET } from './rows.ts';

/** A service that does not list with overviews: each row is asked for. */
const NO_LISTING: Said = [501, { error: { code: 'NotImplemented', message: 'no' } }];

/** Plans rows against a service that answers each read by the id of its configuration. */
async function planned(
  rows: readonly Row[],
  read: (id: string) => Said,
  shard?: { index: number; count: number },
) {
  const idOf = (url: string) => /deviceConfigurations\/([^/]+)/.exec(url)?.[1] ?? '';
  const on = await graphOn(
    byPath((path, body) =>
      path === '/$batch'
        ? batchOf(body, ({ url }) => read(idOf(url)))
        : path.includes('?')
          ? NO_LISTING
          : read(idOf(path)),
    ),
  );
  const events: Event[] = [];
  const options = { ...on.options, report: (event: Event) => void events.push(event), shard };
  return { plan: await planRows(rows, TARGET, options), events, requests: on.server.requests };
}

describe('planning', () => {
  test('sends only what differs, and leaves alone what is there', async () => {
    const rows = [
      await rowOf(4, { pendingCount: 5, failedCount: 1 }),
      await rowOf(3, { pendingCount: 1 }),
      await rowOf(2, { pendingCount: 2, lastUpdateDateTime: '2026-01-01T00:00:00Z' }),
    ];
    const present = {
      '@odata.context': 'x',
      pendingCount: 1,
      failedCount: 1,
      lastUpdateDateTime: '2026-01-01T01:00:00+01:00',
    };
    const { '@odata.context': _, ...before } = present;
    const { plan, events } = await planned(rows, () => [200, present]);
    expect(plan).toEqual({
      target: TARGET,
      writes: [
        { row: { ...rows[2], values: { pendingCount: 2 } }, before },
        { row: { ...rows[0], values: { pendingCount: 5 } }, before },
      ],
      settled: [recordOf(3, { status: 'unchanged', before: null, sent: null })],
    });
    expect(events).toHaveLength(3);
    expect(events[2]).toMatchObject({ kind: 'progress', task: 'reading', done: 3, total: 3 });
  });

  test('does not ask for rows that say nothing, or what another says', async () => {
    const rows = [await rowOf(2, {}), { ...(await rowOf(3)), duplicateOf: 2 }];
    const { plan, requests } = await planned(rows, () => [200, { pendingCount: 1 }]);
    expect(plan.writes).toEqual([]);
    expect(plan.settled).toEqual([
      recordOf(2, { status: 'unchanged', before: null, sent: null }),
      recordOf(3, {
        before: null,
        sent: null,
        error: { kind: 'usage', message: 'says the same as line 2', code: null },
      }),
    ]);
    expect(requests).toEqual([]);
  });

  test('a row that cannot be read fails, and the others go on', async () => {
    const gone: Said = [404, { error: { code: 'ResourceNotFound', message: 'gone' } }];
    const { plan } = await planned([await rowOf(2), await rowOf(3)], (id) =>
      id === 'c2' ? gone : [200, { pendingCount: 1 }],
    );
    expect(plan.writes.map(({ row }) => row.line)).toEqual([3]);
    expect(plan.settled).toEqual([
      recordOf(2, {
        status: 'failed',
        before: null,
        sent: null,
        error: { kind: 'not-found', message: 'Graph does not have it: gone', code: 'ResourceNotFound' },
      }),
    ]);
  });

  test('where nobody is let in, it ends', async () => {
    const no: Said = [403, { error: { code: 'Forbidden', message: 'no' } }];
    await expect(planned([await rowOf(2), await rowOf(3)], () => no)).rejects.toMatchObject({
      kind: 'permission',
    });
  });

  describe('two routes to one overview', () => {
    const SAME = { id: 'o', pendingCount: 1 };

    test('that want the same are one write', async () => {
      const rows = [await rowOf(2, { pendingCount: 5 }), await rowOf(3, { pendingCount: 5 }, 'windows-vpn')];
      const { plan } = await planned(rows, () => [200, SAME]);
      expect(plan.writes.map(({ row }) => row.line)).toEqual([2]);
      expect(plan.settled).toMatchObject([
        { line: 3, status: 'skipped', error: { message: 'says the same as line 2' } },
      ]);
    });

    test('that want different values are a fault, before anything is written', async () => {
      const rows = [await rowOf(2, { pendingCount: 5 }), await rowOf(3, { pendingCount: 6 }, 'windows-vpn')];
      await expect(planned(rows, () => [200, SAME])).rejects.toMatchObject({
        kind: 'usage',
        message: 'lines 2 and 3 lead to the same overview (o) and want different values for it',
        details: { hint: 'keep one of the two rows; nothing was written' },
      });
    });

    test('are two where the service does not say', async () => {
      const rows = [await rowOf(2, { pendingCount: 5 }), await rowOf(3, { pendingCount: 6 }, 'windows-vpn')];
      const { plan } = await planned(rows, () => [200, { pendingCount: 1 }]);
      expect(plan.writes).toHaveLength(2);
    });

    test('are not looked for among configurations themselves: each has its own', async () => {
      const rows = [await rowOf(2, { pendingCount: 5 }), await rowOf(3, { pendingCount: 6 })];
      const { plan } = await planned(rows, () => [200, SAME]);
      expect(plan.writes).toHaveLength(2);
    });
  });

  test('parts of a file hold each row once, by the overview it leads to', async () => {
    const rows = [
      ...(await Promise.all(
        Array.from({ length: 12 }, (_, index) => rowOf(index + 2, { pendingCount: 99 })),
      )),
      await rowOf(40, {}),
      { ...(await rowOf(41)), duplicateOf: 2 },
    ];
    const parts = await Promise.all(
      [1, 2, 3].map((index) =>
        planned(rows, (id) => [200, { id: `o-${id}`, pendingCount: 1 }], { index, count: 3 }),
      ),
    );
    const lines = parts.map(({ plan }) => [
      ...plan.writes.map(({ row }) => row.line),
      ...plan.settled.map(({ line }) => line),
    ]);
    expect(lines.flat().sort((one, other) => one - other)).toEqual(rows.map(({ line }) => line));
    expect(lines.every((part) => part.length > 0 && part.length < 14)).toBe(true);
  });
});

test('a blind plan writes every row that says something', async () => {
  const rows = [await rowOf(2), await rowOf(3, {}), { ...(await rowOf(4)), duplicateOf: 2 }];
  expect(planBlindly(rows, TARGET)).toEqual({
    target: TARGET,
    writes: [{ row: rows[0], before: null }],
    settled: [
      recordOf(3, { status: 'unchanged', before: null, sent: null }),
      recordOf(4, {
        before: null,
        sent: null,
        error: { kind: 'usage', message: 'says the same as line 2', code: null },
      }),
    ],
  });
});

describe('failures of all rows', () => {
  const throttled = new Failure('throttled', 'x');

  test.each(['network', 'sign-in', 'permission', 'throttled'] as const)(
    'of kind %s are one failure',
    (kind) => {
      const failure = new Failure(kind, 'x');
      expect(() => checkReached([failure, new Failure(kind, 'y')], 2)).toThrow(failure);
    },
  );

  test.each<[string, readonly Failure[], number]>([
    ['of some rows', [throttled], 2],
    ['of no row', [], 0],
    ['that are each row’s own', [new Failure('not-found', 'x')], 1],
    ['of different kinds', [throttled, new Failure('network', 'x')], 2],
  ])('%s are theirs', (_, failures, rows) => {
    expect(() => checkReached(failures, rows)).not.toThrow();
  });
});

test('a failed row says what failed', async () => {
  const failure = new Failure('graph', 'words', { code: 'X' });
  expect(failedRow(await rowOf(2), failure, { sent: { pendingCount: 2 } })).toEqual(
    recordOf(2, { status: 'failed', before: null, error: { kind: 'graph', message: 'words', code: 'X' } }),
  );
  expect(failedRow(await rowOf(2), new Failure('network', 'words')).error).toEqual({
    kind: 'network',
    message: 'words',
    code: null,
  });
});
