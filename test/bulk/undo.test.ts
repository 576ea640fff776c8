import { describe, expect, test } from '@jest/globals';
import type { JournalState } from '../../src/bulk/journal.ts';
import type { RowRecord } from '../../src/bulk/row.ts';
import { planUndo } from '../../src/bulk/undo.ts';
import { batchOf, byPath, graphOn, type Said } from '../graph-on-loopback.ts';
import { recordOf, TARGET } from './rows.ts';

const WRITTEN = { status: 'written', after: { pendingCount: 2 } } as const;

interface Ran {
  readonly planned: RowRecord;
  readonly result?: RowRecord;
  readonly doubtful?: boolean;
}

/** A row that was written as planned. */
function written(line: number, more: Partial<RowRecord> = {}): Ran {
  const planned = recordOf(line);
  return { planned, result: { ...planned, status: 'written', after: { pendingCount: line }, ...more } };
}

function stateOf(rows: readonly Ran[]): JournalState {
  return {
    head: { type: 'run', format: 1, run: 'r', started: 's', command: 'apply', undoes: null, target: TARGET },
    plan: new Map(rows.map(({ planned }, index) => [index, planned])),
    agreed: true,
    doubtful: new Set([...rows.keys()].filter((index) => rows[index]?.doubtful === true)),
    results: new Map(rows.flatMap(({ result }, index) => (result === undefined ? [] : [[index, result]]))),
    verified: new Set(),
    ended: true,
  };
}

/** Plans the undo of rows against a service that holds one overview for each. */
async function undone(rows: readonly Ran[], held: Said | ((id: string) => Said), force = false) {
  const idOf = (url: string) => /deviceConfigurations\/([^/]+)/.exec(url)?.[1] ?? '';
  const read = (id: string) => (typeof held === 'function' ? held(id) : held);
  const on = await graphOn(
    byPath((path, body) =>
      path === '/$batch' ? batchOf(body, ({ url }) => read(idOf(url))) : read(idOf(path)),
    ),
  );
  return planUndo(stateOf(rows), TARGET, force, on.options);
}

describe('undo', () => {
  test('puts back what the run wrote, and nothing else', async () => {
    const row = written(2, { before: { pendingCount: 0, failedCount: 7 } });
    const { writes, settled, target } = await undone([row], [200, { pendingCount: 2, failedCount: 9 }]);
    expect(target).toBe(TARGET);
    expect(settled).toEqual([]);
    expect(writes).toMatchObject([
      {
        row: { line: 2, deviceConfigurationId: 'c2', values: { pendingCount: 0 } },
        before: { pendingCount: 2, failedCount: 9 },
      },
    ]);
  });

  test('leaves alone what is back already', async () => {
    const { writes, settled } = await undone([written(2)], [200, { pendingCount: 0 }]);
    expect(writes).toEqual([]);
    expect(settled).toEqual([recordOf(2, { status: 'unchanged', before: null, sent: null })]);
  });

  test('refuses what someone changed since, unless it is forced', async () => {
    const held: Said = [200, { '@odata.type': 'x', pendingCount: 5 }];
    const { writes, settled } = await undone([written(2)], held);
    expect(writes).toEqual([]);
    expect(settled).toEqual([
      recordOf(2, {
        before: { pendingCount: 5 },
        sent: null,
        error: {
          kind: 'refused',
          message: 'changed since by someone else: pendingCount; --force overwrites it',
          code: null,
        },
      }),
    ]);
    const forced = await undone([written(2)], held, true);
    expect(forced.settled).toEqual([]);
    expect(forced.writes).toMatchObject([
      { row: { values: { pendingCount: 0 } }, before: { pendingCount: 5 } },
    ]);
  });

  test('names all that was changed', async () => {
    const row = written(2, {
      before: { pendingCount: 0, failedCount: 0 },
      sent: { pendingCount: 2, failedCount: 3 },
      after: { pendingCount: 2, failedCount: 3 },
    });
    const { settled } = await undone([row], [200, { pendingCount: 8, failedCount: 9 }]);
    expect(settled[0]?.error?.message).toContain('pendingCount, failedCount;');
  });

  test('takes what the service made of a row for what the run left there', async () => {
    const row = written(2, { status: 'mismatched', after: { pendingCount: 4 } });
    expect((await undone([row], [200, { pendingCount: 4 }])).writes).toHaveLength(1);
    expect((await undone([row], [200, { pendingCount: 2 }])).writes).toHaveLength(0);
    const silent = written(2, { after: { other: 1 } });
    expect((await undone([silent], [200, { pendingCount: 2 }])).writes).toHaveLength(1);
    const unread = written(2, { after: null });
    expect((await undone([unread], [200, { pendingCount: 2 }])).writes).toHaveLength(1);
  });

  test.each<[string, Ran]>([
    [
      'failed',
      { planned: recordOf(2), result: recordOf(2, { status: 'failed', after: { pendingCount: 9 } }) },
    ],
    ['is in doubt', { planned: recordOf(2), doubtful: true }],
  ])(
    'puts back a row that %s where the service holds what was sent, and else leaves it alone',
    async (_, row) => {
      expect((await undone([row], [200, { pendingCount: 2 }])).writes).toHaveLength(1);
      for (const force of [false, true]) {
        const { writes, settled } = await undone([row], [200, { pendingCount: 5 }], force);
        expect(writes).toEqual([]);
        expect(settled).toMatchObject([{ line: 2, status: 'unchanged' }]);
      }
    },
  );

  test('passes over what was never sent', async () => {
    const rows: Ran[] = [
      { planned: recordOf(2) },
      { planned: recordOf(3, { status: 'unchanged', sent: null }) },
      { planned: recordOf(4), result: recordOf(4, { status: 'unchanged' }) },
    ];
    expect(await undone(rows, [200, { pendingCount: 2 }])).toMatchObject({ writes: [], settled: [] });
  });

  test.each<[string, Partial<RowRecord>, string]>([
    ['did not read', { before: null }, 'the run did not read the values before'],
    ['did not find', { before: { failedCount: 1 } }, 'the values before were not all there'],
    ['found null for', { before: { pendingCount: null } }, 'the values before were not all there'],
  ])('cannot put back what the run %s', async (_, more, message) => {
    const { settled } = await undone([written(2, more)], [200, { pendingCount: 2 }]);
    expect(settled).toEqual([
      recordOf(2, {
        status: 'failed',
        before: null,
        sent: null,
        error: { kind: 'refused', message, code: null },
      }),
    ]);
  });

  test('puts back a date', async () => {
    const values = { lastUpdateDateTime: '2026-01-01T00:00:00Z' };
    const row = written(2, {
      before: { lastUpdateDateTime: '2025-01-01T00:00:00Z' },
      sent: values,
      after: values,
    });
    const { writes } = await undone([row], [200, { lastUpdateDateTime: '2026-01-01T01:00:00+01:00' }]);
    expect(writes).toMatchObject([{ row: { values: { lastUpdateDateTime: '2025-01-01T00:00:00Z' } } }]);
  });

  test('tells which rows cannot be read, goes on in the order of the file, and ends where none can', async () => {
    const gone: Said = [404, { error: { code: 'X', message: 'gone' } }];
    const { writes, settled } = await undone([written(5), written(2), written(3)], (id) =>
      id === 'c3' ? gone : [200, { pendingCount: Number(id.slice(1)) }],
    );
    expect(writes.map(({ row }) => row.line)).toEqual([2, 5]);
    expect(settled).toMatchObject([{ line: 3, status: 'failed', error: { kind: 'not-found' } }]);
    const no: Said = [403, { error: { code: 'X', message: 'no' } }];
    await expect(undone([written(2), written(3)], no)).rejects.toMatchObject({ kind: 'permission' });
  });

  test('of a run that wrote nothing does nothing', async () => {
    expect(await undone([{ planned: recordOf(2, WRITTEN) }], [200, { pendingCount: 2 }])).toMatchObject({
      writes: [{ row: { line: 2 } }],
    });
    expect(await undone([], [200, {}])).toMatchObject({ writes: [], settled: [] });
  });
});
