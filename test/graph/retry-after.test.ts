import { describe, expect, test } from '@jest/globals';
import { retryAfterOf, waitText } from '../../src/graph/retry-after.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('Retry-After', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['2.128', 2_128],
    ['0.249', 249],
    ['3.', 3_000],
    ['-1', 0],
    ['-0.5', 0],
    ['+4', 4_000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Friday, 02-Jan-26 03:04:15 GMT', 10_000],
    ['Fri Jan  2 03:04:15 2026', 10_000],
    ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
    ['Fri, 99 Jan 2026 03:04:15 GMT', undefined],
    ['Mon Jan 12 03:04:15 2026', 864_010_000],
    ['Fri,02 Jan 2026 03:04:15 GMT', 10_000],
    ['x Fri, 02 Jan 2026 03:04:15 GMT', undefined],
    ['Fri, 02 Jan 2026 03:04:15 GMT+1', undefined],
    ['x Fri Jan  2 03:04:15 2026', undefined],
    ['Fri Jan  2 03:04:15 2026 +0100', undefined],
    ['soon', undefined],
    ['7s', undefined],
    ['a7', undefined],
    ['7 s', undefined],
    ['in 7', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    ['99999999999999', Number.MAX_SAFE_INTEGER],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
    ['-99999999999999', 0],
    ['7, 8', undefined],
    ['2026', 2_026_000],
  ])('%j is %j ms by the local clock', (value, expected) => {
    expect(retryAfterOf(value, undefined, NOW)).toBe(expected);
  });

  test.each([
    // The service's clock is an hour ahead, and an hour behind.
    ['Fri, 02 Jan 2026 04:04:15 GMT', 'Fri, 02 Jan 2026 04:04:05 GMT', 10_000],
    ['Fri, 02 Jan 2026 02:04:15 GMT', 'Fri, 02 Jan 2026 02:04:05 GMT', 10_000],
    ['Fri, 02 Jan 2026 02:04:05 GMT', 'Fri, 02 Jan 2026 02:04:15 GMT', 0],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 'yesterday', 10_000],
    ['Fri, 02 Jan 2026 04:04:15 GMT', ' Fri, 02 Jan 2026 04:04:05 GMT ', 10_000],
    ['12', 'Fri, 02 Jan 2026 04:04:05 GMT', 12_000],
  ])('%j with the header Date %j is %i ms', (value, date, expected) => {
    expect(retryAfterOf(value, date, NOW)).toBe(expected);
  });
});

test.each([
  [249, '0.2 s'],
  [59_900, '59.9 s'],
  [60_000, '1 min'],
  [60_001, '2 min'],
  [720_000, '12 min'],
  [7_200_000, '2 h'],
  [7_200_001, '3 h'],
  [172_799_000, '48 h'],
  [172_800_000, '2 days'],
  [172_800_001, '3 days'],
])('a wait of %i ms is printed as %s', (milliseconds, words) => {
  expect(waitText(milliseconds)).toBe(words);
});
