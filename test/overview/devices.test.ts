import { expect, test } from '@jest/globals';
import { COUNTS, countOf, devicesOf } from '../../src/overview/devices.ts';

test('there are seven counts, in the order of the reference', () => {
  expect(COUNTS.map(({ name }) => name)).toEqual([
    'pendingCount',
    'notApplicableCount',
    'notApplicablePlatformCount',
    'successCount',
    'errorCount',
    'failedCount',
    'conflictCount',
  ]);
});

test('the number of devices is the sum of the counts that the service returned', () => {
  expect(devicesOf({ pendingCount: 1, successCount: 20, failedCount: 300, configurationVersion: 4000 })).toBe(
    321,
  );
  expect(devicesOf({})).toBe(0);
});

test('a value that is not a number is not a count', () => {
  expect(countOf({ failedCount: 0 }, 'failedCount')).toBe(0);
  expect(countOf({ failedCount: '5' }, 'failedCount')).toBeUndefined();
  expect(countOf({}, 'failedCount')).toBeUndefined();
  expect(devicesOf({ failedCount: '5', pendingCount: 2, errorCount: null })).toBe(2);
});
