import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stackedBar } from '../../../src/present/views/stacked-bar.ts';
import { BETA_NOUGHTS, NOUGHTS } from '../../support/noughts.ts';

const NAMES = [
  'pendingCount',
  'successCount',
  'errorCount',
  'failedCount',
  'conflictCount',
  'notApplicableCount',
];
const SIGNS = ['░', '█', '!', '✗', '≠', '·'];

describe('the stacked bar', () => {
  test('shows the states in their order and ratio', () => {
    const overview = { ...NOUGHTS, pendingCount: 25, successCount: 50, failedCount: 25 };
    expect(stackedBar(overview, 20).text).toBe('░░░░░██████████✗✗✗✗✗');
  });

  test('adds the two kinds of not applicable', () => {
    const overview = { ...NOUGHTS, notApplicableCount: 1, notApplicablePlatformCount: 1, conflictCount: 2 };
    expect(stackedBar(overview, 4).text).toBe('≠≠··');
  });

  test('shows one device among many', () => {
    expect(stackedBar({ ...NOUGHTS, successCount: 48_000, failedCount: 1 }, 10).text).toBe('█████████✗');
  });

  test('is empty without devices', () => {
    expect(stackedBar(NOUGHTS, 10).text).toBe('');
    expect(stackedBar({}, 10).text).toBe('');
  });

  test('always has its length, and a column for each state that some device is in', () => {
    const counts = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_147_483_647 })), {
      minLength: 6,
      maxLength: 6,
    });
    fc.assert(
      fc.property(counts, fc.integer({ min: 6, max: 60 }), (values, length) => {
        const counts = Object.fromEntries(NAMES.map((name, place) => [name, values[place]]));
        const overview = { ...BETA_NOUGHTS, ...counts };
        const { text, parts } = stackedBar(overview, length);
        const some = values.some((value) => value > 0);
        expect(text).toHaveLength(some ? length : 0);
        expect((parts ?? []).map((part) => part.text).join('')).toBe(text);
        for (const [place, sign] of SIGNS.entries()) {
          expect(text.includes(sign)).toBe((values[place] ?? 0) > 0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
