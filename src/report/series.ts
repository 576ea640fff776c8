import { COUNTS } from '../overview/devices.ts';
import { FILLED } from './fills.ts';
import type { ListedConfiguration } from './listed.ts';
import type { PageSeries } from './page-data.ts';

/** The counts in the order in which bars and columns have them: that of their fills. */
const ALL: readonly PageSeries[] = COUNTS.map(({ name, label }) => ({ name, label })).toSorted(
  (one, other) => FILLED.indexOf(one.name) - FILLED.indexOf(other.name),
);

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
