import type { Overview } from '../overview/difference.ts';
import { instantOf } from '../overview/instant.ts';
import { clean } from '../text/clean.ts';
import { isLacking, numberOf } from './counts.ts';
import type { ListedConfiguration } from './listed.ts';
import type { Counts, PageRow, PageSeries, RowState } from './page-data.ts';
import { countsOf, seriesOf } from './series.ts';

const TICKS_PER_MILLISECOND = 10_000n;

/** One row of the page for each configuration, in the order of the listing. */
export function rowsOf(
  configurations: readonly ListedConfiguration[],
  series: readonly PageSeries[],
): PageRow[] {
  return configurations.map((one) => rowOf(one, series, series));
}

/**
 * One row for each configuration of either listing: those of the later one in its order, then the removed ones.
 * Configurations are matched by their ids, in any letter case.
 */
export function comparedRows(
  later: readonly ListedConfiguration[],
  earlier: readonly ListedConfiguration[],
  series: readonly PageSeries[],
): PageRow[] {
  const gone = new Map(earlier.map((one) => [keyOf(one), one]));
  const [expected, expectedThen] = [seriesOf(later), seriesOf(earlier)];
  const rows = later.map((one): PageRow => {
    const row = rowOf(one, series, expected);
    const former = gone.get(keyOf(one));
    if (former === undefined) return { ...row, state: 'added' };
    gone.delete(keyOf(one));
    const { counts: before, name } = rowOf(former, series, expectedThen);
    return {
      ...row,
      state: stateOf(row.counts, before),
      ...(before === undefined ? {} : { before }),
      ...(name === row.name ? {} : { formerName: name }),
    };
  });
  return [...rows, ...[...gone.values()].map((one) => removedRow(rowOf(one, series, expectedThen)))];
}

function removedRow({ id, name, type, counts }: PageRow): PageRow {
  return { id, name, type, state: 'removed', ...(counts === undefined ? {} : { before: counts }) };
}

/** The state of a configuration that is in both listings. Counts that are a number in only one of them are not compared. */
function stateOf(now: Counts | undefined, before: Counts | undefined): RowState {
  if (now === undefined || before === undefined) return 'unknown';
  const pairs = now.map((held, index) => [held, before[index] ?? null] as const);
  const changed = pairs.some(([held, former]) => {
    return numberOf(held) !== null && numberOf(former) !== null && held !== former;
  });
  if (changed) return 'changed';
  return pairs.some(([held, former]) => held !== former && (isLacking(held) || isLacking(former)))
    ? 'unknown'
    : 'same';
}

function rowOf(
  configuration: ListedConfiguration,
  series: readonly PageSeries[],
  expected: readonly PageSeries[],
): PageRow {
  const { deviceConfigurationId, displayName, '@odata.type': type, overview, error } = configuration;
  const head = {
    id: clean(deviceConfigurationId),
    name: clean(displayName ?? '(no name)'),
    type: clean((type ?? '').replace(/^#?microsoft\.graph\./, '')),
  };
  if (overview === undefined) return { ...head, error: clean(error?.message ?? 'no overview') };
  return {
    ...head,
    counts: countsOf(overview, series, expected),
    ...updateOf(overview),
    ...versionOf(overview),
  };
}

function updateOf({ lastUpdateDateTime: held }: Overview): Partial<PageRow> {
  if (held === undefined || held === '') return {};
  const instant = typeof held === 'string' ? instantOf(held) : undefined;
  const updated = clean(typeof held === 'string' ? held : JSON.stringify(held));
  return instant === undefined
    ? { updated }
    : { updated, updatedAt: Number(instant / TICKS_PER_MILLISECOND) };
}

function versionOf({ configurationVersion: held }: Overview): Partial<PageRow> {
  if (held === undefined) return {};
  return { version: typeof held === 'number' ? held : clean(JSON.stringify(held)) };
}

function keyOf({ deviceConfigurationId }: ListedConfiguration): string {
  return deviceConfigurationId.toLowerCase();
}
