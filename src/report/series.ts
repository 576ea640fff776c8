import { COUNTS, countOf, invalidCounts } from '../overview/devices.ts';
import type { Overview } from '../overview/difference.ts';
import { clean } from '../text/clean.ts';
import { FILLED } from './fills.ts';
import type { ListedConfiguration } from './listed.ts';
import type { Counts, Held, PageSeries } from './page-data.ts';

/** The counts in the order of bars and columns, which is that of their fills. */
const ALL: readonly PageSeries[] = COUNTS.map(({ name, label }) => ({ name, label })).toSorted(
  (one, other) => FILLED.indexOf(one.name) - FILLED.indexOf(other.name),
);

/** The counts of the overviews, or all counts if there is no overview. v1.0 does not have all of them. */
export function seriesOf(configurations: readonly ListedConfiguration[]): readonly PageSeries[] {
  const names = new Set<string>();
  for (const { overview } of configurations) {
    if (overview === undefined) continue;
    for (const { name } of invalidCounts(overview)) names.add(name);
    for (const { name } of ALL) if (overview[name] !== undefined) names.add(name);
  }
  return names.size === 0 ? ALL : ALL.filter(({ name }) => names.has(name));
}

/**
 * The counts of one overview in the order of the series.
 * @param expected the counts of its listing, to distinguish a missing count from one that the API version does not have
 */
export function countsOf(
  overview: Overview,
  series: readonly PageSeries[],
  expected: readonly PageSeries[],
): Counts {
  return series.map(({ name }): Held => {
    const value = overview[name];
    const count = countOf(overview, name);
    if (count !== undefined) return count;
    if (value !== undefined) return clean(JSON.stringify(value));
    return expected.some((one) => one.name === name) ? '' : null;
  });
}
