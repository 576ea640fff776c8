import { expect, test } from '@jest/globals';
import { type RowStatus, rowRecord } from '../../src/runs/row-record.ts';
import { countRows, summarize } from '../../src/runs/summary.ts';
import { rowOf } from '../support/stored-overviews.ts';

test('the rows are counted by status, and the time is in seconds with milliseconds', () => {
  const statuses: RowStatus[] = [
    'written',
    'failed',
    'written',
    'skipped',
    'mismatched',
    'unchanged',
    'written',
  ];
  const rows = statuses.map((status, index) => rowRecord(rowOf(index + 2, 'a', {}), status));
  expect(summarize('20260102-030405-7f3a91c0', rows, 6, 1234.6, 3)).toEqual({
    run: '20260102-030405-7f3a91c0',
    planned: 6,
    unchanged: 1,
    written: 3,
    mismatched: 1,
    failed: 1,
    skipped: 1,
    seconds: 1.235,
    throttled: 3,
    rows,
  });
});

test('the number of planned rows does not depend on their records', () => {
  expect(countRows([rowRecord(rowOf(2, 'a', {}), 'planned')], 3)).toEqual({
    planned: 3,
    unchanged: 0,
    written: 0,
    mismatched: 0,
    failed: 0,
    skipped: 0,
  });
});

test('without rows every count is 0', () => {
  expect(summarize(null, [], 0, 0, 0)).toEqual({
    run: null,
    planned: 0,
    unchanged: 0,
    written: 0,
    mismatched: 0,
    failed: 0,
    skipped: 0,
    seconds: 0,
    throttled: 0,
    rows: [],
  });
});
