import { describe, expect, test } from '@jest/globals';
import { CountsWarnings, countsWarning } from '../../src/overview/counts-warning.ts';
import type { Overview } from '../../src/overview/difference.ts';
import { ZEROS } from '../support/zeros.ts';

const TEXT: Overview = { ...ZEROS, errorCount: '12' };
const { successCount, ...MISSING } = ZEROS;

describe('the warning about one overview', () => {
  test.each<readonly [Overview, string | undefined]>([
    [ZEROS, undefined],
    [TEXT, 'errorCount is "12": not included in totals'],
    [MISSING, 'successCount is missing: not included in totals'],
    [
      { ...ZEROS, pendingCount: null, failedCount: -1 },
      'pendingCount is null, failedCount is -1: not included in totals',
    ],
  ])('%j: %s', (overview, warning) => {
    expect(countsWarning(overview)).toBe(warning);
  });
});

describe('the warning about several overviews has the first invalid counts and the number of the others', () => {
  test.each<readonly [readonly (readonly [string, Overview])[], string | undefined]>([
    [[], undefined],
    [[['Wi-Fi', ZEROS]], undefined],
    [
      [
        ['Wi-Fi', ZEROS],
        ['VPN', TEXT],
        ['Mail', ZEROS],
      ],
      'VPN: errorCount is "12": not included in totals',
    ],
    [
      [
        ['VPN', TEXT],
        ['Mail', MISSING],
      ],
      'VPN: errorCount is "12", and 1 more like it: not included in totals',
    ],
    [
      [
        ['Mail', MISSING],
        ['Wi-Fi', ZEROS],
        ['VPN', TEXT],
        ['Kiosk', TEXT],
      ],
      'Mail: successCount is missing, and 2 more like it: not included in totals',
    ],
  ])('%j: %s', (overviews, warning) => {
    const warnings = new CountsWarnings();
    for (const [name, overview] of overviews) warnings.add(name, overview);
    expect(warnings.text()).toBe(warning);
  });
});
