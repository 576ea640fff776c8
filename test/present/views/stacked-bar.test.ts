import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stackedBar } from '../../../src/present/views/stacked-bar.ts';
import { BETA_ZEROS, ZEROS } from '../../support/zeros.ts';

const NAMES = [
  'pendingCount',
  'successCount',
  'errorCount',
  'failedCount',
  'conflictCount',
  'notApplicableCount',
];
const SIGNS = ['░', '█', '!', '✗', '≠', '·'];

/** Many devices, and few of every other status. */
const FEW = {
  ...BETA_ZEROS,
  pendingCount: 1,
  successCount: 48_000,
  errorCount: 1,
  failedCount: 2,
  conflictCount: 1,
};

describe('the stacked bar', () => {
  test('shows the states in their order and ratio', () => {
    const overview = { ...ZEROS, pendingCount: 25, successCount: 50, failedCount: 25 };
    expect(stackedBar(overview, 20).text).toBe('░░░░░██████████✗✗✗✗✗');
  });

  test('adds the two counts of not applicable devices', () => {
    const overview = { ...ZEROS, notApplicableCount: 1, notApplicablePlatformCount: 1, conflictCount: 2 };
    expect(stackedBar(overview, 4).text).toBe('≠≠··');
  });

  test('has a column for one device among many', () => {
    expect(stackedBar({ ...ZEROS, successCount: 48_000, failedCount: 1 }, 10).text).toBe('█████████✗');
    expect(stackedBar(FEW, 20).text).toBe('░████████████████!✗≠');
  });

  test('with few columns has the shares, and at least one column for the most frequent problem', () => {
    expect(stackedBar(FEW, 10).text).toBe('█████████✗');
    expect(stackedBar({ ...FEW, failedCount: 0 }, 10).text).toBe('█████████!');
    const half = { ...ZEROS, pendingCount: 300, successCount: 500, errorCount: 190, failedCount: 10 };
    expect(stackedBar(half, 10).text).toBe('░░░█████!!');
  });

  test('is empty without devices', () => {
    expect(stackedBar(ZEROS, 10).text).toBe('');
    expect(stackedBar({}, 10).text).toBe('');
  });

  test('has the given length, and a column for each state with devices if there is space', () => {
    const counts = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_147_483_647 })), {
      minLength: 6,
      maxLength: 6,
    });
    fc.assert(
      fc.property(counts, fc.integer({ min: 6, max: 60 }), (values, length) => {
        const stored = Object.fromEntries(NAMES.map((name, place) => [name, values[place]]));
        const overview = { ...BETA_ZEROS, ...stored };
        const { text, parts } = stackedBar(overview, length);
        const some = values.some((value) => value > 0);
        expect(text).toHaveLength(some ? length : 0);
        expect((parts ?? []).map((part) => part.text).join('')).toBe(text);
        for (const [place, sign] of SIGNS.entries()) {
          const counts = (values[place] ?? 0) > 0;
          if (length >= 20 || !counts) expect(text.includes(sign)).toBe(counts);
        }
        expect(/[!✗≠]/.test(text)).toBe([2, 3, 4].some((place) => (values[place] ?? 0) > 0));
      }),
      { numRuns: 300 },
    );
  });
});
