import { expect, test } from '@jest/globals';
import { allDevicesOf, COUNTS, countOf, devicesOf, invalidCountsText } from '../../src/overview/devices.ts';
import type { Overview } from '../../src/overview/difference.ts';
import { BETA_ZEROS, ZEROS } from '../support/zeros.ts';

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
  expect(countOf({ failedCount: -1 }, 'failedCount')).toBeUndefined();
  expect(countOf({ failedCount: 1.5 }, 'failedCount')).toBeUndefined();
  expect(devicesOf({ failedCount: '5', pendingCount: 2, errorCount: null })).toBe(2);
});

test.each<readonly [Overview, string | undefined, number | undefined]>([
  [{ ...ZEROS, failedCount: 3, successCount: 4 }, undefined, 7],
  [{ ...BETA_ZEROS, failedCount: 3, conflictCount: 4 }, undefined, 7],
  [{ ...ZEROS, failedCount: '3', errorCount: -1 }, 'errorCount is -1, failedCount is "3"', undefined],
  // One count of beta is enough for an overview of beta.
  [{ ...ZEROS, conflictCount: 4 }, 'notApplicablePlatformCount is missing', undefined],
])('the invalid counts of %j are %j, and the number of all devices is %j', (overview, invalid, devices) => {
  expect(invalidCountsText(overview)).toBe(invalid);
  expect(allDevicesOf(overview)).toBe(devices);
});
