import { describe, expect, test } from '@jest/globals';
import { agoText, spanText } from '../../src/present/views/span.ts';
import { sparkline } from '../../src/present/views/spark.ts';

describe('sparkline', () => {
  test.each([
    [[0, 1, 2, 3, 4, 5, 6, 7], 8, '▁▂▃▄▅▆▇█'],
    [[5, 5, 5], 5, '▁▁▁'],
    [[100, 0, 100], 3, '█▁█'],
    // The newest values are kept.
    [[9, 9, 0, 1], 2, '▁█'],
    [[0, undefined, 1], 3, '▁ █'],
    [[undefined], 2, ' '],
    [[], 3, ''],
    [[1, 2], 0, ''],
  ])('%j in %i columns', (numbers, width, line) => {
    expect(sparkline(numbers, width)).toBe(line);
  });
});

test('spanText and agoText have the unit that fits', () => {
  expect([40, 1_000, 89_000, 90_000, 3_600_000, 5_400_000, 11_100_000].map(spanText)).toEqual([
    '40 ms',
    '1 s',
    '89 s',
    '2 min',
    '60 min',
    '1 h 30 min',
    '3 h 5 min',
  ]);
  expect([agoText(0), agoText(4_200)]).toEqual(['just now', '4 s ago']);
});
