import { expect, test } from '@jest/globals';
import { clockSkew, MAX_CLOCK_SKEW, skewText } from '../../src/graph/clock-skew.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

test.each([
  ['Fri, 02 Jan 2026 03:04:05 GMT', 0],
  ['Fri, 02 Jan 2026 03:03:05 GMT', 60_000],
  ['Fri, 02 Jan 2026 03:04:07 GMT', -2_000],
  ['yesterday', undefined],
  [undefined, undefined],
])('with the header Date %j, the clock is ahead by %j ms', (date, skew) => {
  expect(clockSkew(date, NOW)).toBe(skew);
});

test.each([
  [0, '0 s ahead of'],
  [499, '0 s ahead of'],
  [-1_500, '1 s behind'],
  [119_499, '119 s ahead of'],
  [119_500, '2 min ahead of'],
  [-720_000, '12 min behind'],
])('a skew of %i ms is printed as %s the service', (skew, text) => {
  expect(skewText(skew)).toBe(`this machine’s clock is ${text} the service`);
});

test('tokens are accepted with a skew of five minutes', () => {
  expect(MAX_CLOCK_SKEW).toBe(300_000);
});
