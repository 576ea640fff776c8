import { expect, test } from '@jest/globals';
import type { Job } from '../../src/runs/job.ts';
import { type Pending, RowQueue } from '../../src/runs/row-queue.ts';
import { rowOf } from '../support/stored-overviews.ts';

function jobs(count: number): Job[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    write: { row: rowOf(index + 2, `c${index}`, { pendingCount: 4 }), before: null },
    again: false,
  }));
}

const indexes = (rows: readonly Pending[]): number[] => rows.map(({ index }) => index);

test('rows are taken in their order, after those that were put first and before those that were put last', () => {
  const queue = new RowQueue(jobs(5));
  const [zero, one, two] = queue.take(3) as [Pending, Pending, Pending];
  expect(zero).toMatchObject({ index: 0, tries: 0, waited: 0 });
  queue.putFirst([one, two]);
  queue.putLast(zero);
  expect(queue.length).toBe(5);
  expect(indexes(queue.take(4))).toEqual([1, 2, 3, 4]);
  expect(indexes(queue.take(4))).toEqual([0]);
  expect([queue.length, queue.isEmpty]).toEqual([0, true]);
});

test('no more rows are taken than wanted', () => {
  const queue = new RowQueue(jobs(3));
  const [zero, one, two] = queue.take(3) as [Pending, Pending, Pending];
  queue.putFirst([zero]);
  for (const row of [one, two, one]) queue.putLast(row);
  expect(indexes(queue.take(2))).toEqual([0, 1]);
  expect(queue.length).toBe(2);
});

test('a delayed row is first when it is due', () => {
  const queue = new RowQueue(jobs(2));
  const [zero, one] = queue.take(2) as [Pending, Pending];
  expect(queue.nextDue).toBe(Number.POSITIVE_INFINITY);
  queue.delay({ ...zero, due: 5_000 });
  queue.delay({ ...one, due: 3_000 });
  expect([queue.length, queue.isEmpty, queue.nextDue]).toEqual([0, false, 3_000]);
  queue.requeueDue(2_999);
  expect(queue.length).toBe(0);
  queue.requeueDue(3_000);
  expect(queue.nextDue).toBe(0);
  expect(indexes(queue.take(9))).toEqual([1]);
  expect(queue.nextDue).toBe(5_000);
});

test('all rows can be taken, including delayed ones', () => {
  const queue = new RowQueue(jobs(3));
  const [zero] = queue.take(1) as [Pending];
  queue.delay({ ...zero, due: 5_000 });
  expect(indexes(queue.takeAll())).toEqual([1, 2, 0]);
  expect(queue.isEmpty).toBe(true);
});
