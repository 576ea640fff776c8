import { expect, test } from '@jest/globals';
import { notReached, plainOverview, rowRecord } from '../../src/runs/row-record.ts';
import { recordOf, rowOf } from './rows.ts';

test('a record of a row has null for values that are not given', async () => {
  const row = await rowOf(3);
  expect(rowRecord(row, 'skipped')).toEqual({
    line: 3,
    deviceConfigurationId: 'c3',
    displayName: null,
    via: 'direct',
    certificateId: null,
    status: 'skipped',
    before: null,
    sent: null,
    after: null,
    error: null,
  });
  const route = { ...row.route, certificateId: 'x' };
  expect(rowRecord({ ...row, route }, 'written', { after: { pendingCount: 1 } })).toMatchObject({
    certificateId: 'x',
    status: 'written',
    after: { pendingCount: 1 },
  });
});

test('a row that was not reached is skipped, unless it has a result', () => {
  const record = recordOf(2);
  expect(notReached(record)).toEqual({ ...record, status: 'skipped' });
  for (const status of ['written', 'failed', 'skipped'] as const)
    expect(notReached({ ...record, status })).toEqual({ ...record, status });
});

test('the annotations of Graph are removed from an overview', () => {
  expect(
    plainOverview({ '@odata.type': 'x', 'id@odata.bind': 'y', id: 'z', pendingCount: 1, other: null }),
  ).toEqual({ id: 'z', pendingCount: 1, other: null });
});

test('strings of a known overview are reused without changing the result', () => {
  const known = { id: 'z', lastUpdateDateTime: 'then', failedCount: 3 };
  const overview = { id: 'z', lastUpdateDateTime: 'now', pendingCount: 1 };
  expect(plainOverview(overview, known)).toEqual(overview);
  expect(plainOverview({ ...overview, '@odata.etag': 'e' }, known)).toEqual(overview);
});
