import { expect, test } from '@jest/globals';
import { grouped } from '../../src/present/grouped.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [48_213, '48,213'],
  [2_147_483_647, '2,147,483,647'],
  [-1_234, '-1,234'],
  [1_234.5, '1,234.5'],
])('%d is formatted as %s, as in the locale', (count, text) => {
  expect(grouped(count)).toBe(text);
  expect(count.toLocaleString('en-US')).toBe(text);
});
