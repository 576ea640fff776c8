import { changesOf, isLacking, pick, sumOf } from './counts.ts';
import { type Counts, type PageRow, type PageSeries, type RowState, STATES } from './page-data.ts';
import { PROBLEMS, placesOf } from './problems.ts';

/** The totals of a listing. */
export interface Totals {
  readonly configurations: number;
  /** Configurations that could not be read. */
  readonly failed: number;
  /** Configurations with at least one device that has an error, a failure or a conflict. */
  readonly withProblems: number;
  /** All known device states: each device is counted once for each configuration. */
  readonly devices: number;
  /** In the order of the series; null if no overview has the count. */
  readonly counts: readonly (number | null)[];
  /** In the order of the series: whether the sum is incomplete. */
  readonly lacking: readonly boolean[];
  /** Configurations with a missing or invalid count, which is not included in the sums. */
  readonly incomplete: number;
  /** Those of them without a known problem, but with an unknown count of problems. */
  readonly maybeWithProblems: number;
}

/** The changes between two listings. */
export interface Movements {
  readonly states: Readonly<Record<RowState, number>>;
  readonly before: Totals;
  /** In the order of the series: the number of configurations with an increase or a decrease of the count. */
  readonly increased: readonly number[];
  readonly decreased: readonly number[];
}

/** The totals of the later listing, without removed configurations. */
export function totalsOf(rows: readonly PageRow[], series: readonly PageSeries[]): Totals {
  return sumUp(
    rows.filter(({ state }) => state !== 'removed').map(({ counts }) => counts),
    series,
  );
}

/** The changes between the listings. The counts of added configurations increase from 0, those of removed ones decrease to 0. */
export function movementsOf(
  rows: readonly PageRow[],
  series: readonly PageSeries[],
  /** The number of configurations in the earlier listing, including those that could not be read. */
  earlier: number,
): Movements {
  const states = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<RowState, number>;
  const increased = series.map(() => 0);
  const decreased = series.map(() => 0);
  for (const row of rows) {
    if (row.state !== undefined) states[row.state] += 1;
    changesOf(row, series.length).forEach((change, index) => {
      if (change !== null && change > 0) increased[index] = (increased[index] ?? 0) + 1;
      if (change !== null && change < 0) decreased[index] = (decreased[index] ?? 0) + 1;
    });
  }
  const known = rows.map(({ before }) => before).filter((before) => before !== undefined);
  const unread = Array.from({ length: earlier - known.length }, () => undefined);
  return { states, before: sumUp([...known, ...unread], series), increased, decreased };
}

function sumUp(overviews: readonly (Counts | undefined)[], series: readonly PageSeries[]): Totals {
  const counts: (number | null)[] = series.map(() => null);
  const lacking = series.map(() => false);
  const problems = placesOf(PROBLEMS, series);
  let failed = 0;
  let withProblems = 0;
  let maybeWithProblems = 0;
  let incomplete = 0;
  for (const one of overviews) {
    if (one === undefined) {
      failed += 1;
      continue;
    }
    if (one.some(isLacking)) incomplete += 1;
    const ofProblems = pick(one, problems);
    if (sumOf(ofProblems) > 0) withProblems += 1;
    else if (ofProblems.some(isLacking)) maybeWithProblems += 1;
    one.forEach((held, index) => {
      if (isLacking(held)) lacking[index] = true;
      if (typeof held === 'number') counts[index] = (counts[index] ?? 0) + held;
    });
  }
  return {
    configurations: overviews.length,
    failed,
    withProblems,
    devices: sumOf(counts),
    counts,
    lacking,
    incomplete,
    maybeWithProblems,
  };
}
