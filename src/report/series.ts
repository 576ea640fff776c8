import { PROPERTIES } from '../catalog/properties.ts';
import type { ListedConfiguration } from './listed.ts';
import type { PageSeries } from './page-data.ts';

/** What went well comes first, then what is under way, what went wrong, and what does not matter. */
const ORDER: readonly string[] = [
  'successCount',
  'pendingCount',
  'errorCount',
  'failedCount',
  'conflictCount',
  'notApplicableCount',
  'notApplicablePlatformCount',
];

/** The counts in the order in which bars and columns have them. */
const ALL: readonly PageSeries[] = PROPERTIES.filter(({ counts }) => counts)
  .map(({ name, label }) => ({ name, label }))
  .toSorted((one, other) => placeOf(one.name) - placeOf(other.name));

/** The counts that some overview has: v1.0 does not have all of them. All where there is no overview at all. */
export function seriesOf(configurations: readonly ListedConfiguration[]): readonly PageSeries[] {
  const found = ALL.filter(({ name }) => configurations.some(({ overview }) => known(overview?.[name])));
  return found.length === 0 ? ALL : found;
}

/** The counts of one overview in the order of the series. */
export function countsOf(
  overview: Readonly<Record<string, unknown>>,
  series: readonly PageSeries[],
): (number | null)[] {
  return series.map(({ name }) => {
    const value = overview[name];
    return known(value) ? value : null;
  });
}

function known(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function placeOf(name: string): number {
  const place = ORDER.indexOf(name);
  return place < 0 ? ORDER.length : place;
}
