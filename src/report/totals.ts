import { changesOf, isLacking, pick, sumOf } from './counts.ts';
import { type Counts, type PageRow, type PageSeries, type RowState, STATES } from './page-data.ts';
import { PROBLEMS, placesOf } from './problems.ts';

/** What a listing comes to. */
export interface Totals {
  readonly configurations: number;
  /** Configurations that could not be read. */
  readonly failed: number;
  /** Configurations on which some device has an error, a failure or a conflict. */
  readonly withProblems: number;
  /** All device states that are known: each device counts once for each configuration. */
  readonly devices: number;
  /** In the order of the series; null where no overview has the count. */
  readonly counts: readonly (number | null)[];
  /** In the order of the series: whether some configuration's count is not in the sum. */
  readonly lacking: readonly boolean[];
  /** Configurations of which some count is missing or no number, so that no sum has it. */
  readonly incomplete: number;
  /** Those of them that may have a problem that is not known. */
  readonly maybeWithProblems: number;
}

/** What changed between two listings. */
export interface Movements {
  readonly states: Readonly<Record<RowState, number>>;
  readonly before: Totals;
  /** In the order of the series: on how many configurations the count rose, and on how many it fell. */
  readonly rose: readonly number[];
  readonly fell: readonly number[];
}

/** Sums up the later listing: rows of configurations that are gone do not count. */
export function totalsOf(rows: readonly PageRow[], series: readonly PageSeries[]): Totals {
  return sumUp(
    rows.filter(({ state }) => state !== 'removed').map(({ counts }) => counts),
    series,
  );
}

/** Sums up what changed; added and removed configurations count as risen from, or fallen to, nothing. */
export function movementsOf(
  rows: readonly PageRow[],
  series: readonly PageSeries[],
  /** Configurations of the earlier listing; those that could not be read have no counts in any row. */
  earlier: number,
): Movements {
  const states = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<RowState, number>;
  const rose = series.map(() => 0);
  const fell = series.map(() => 0);
  for (const row of rows) {
    if (row.state !== undefined) states[row.state] += 1;
    changesOf(row, series.length).forEach((change, index) => {
      if (change !== null && change > 0) rose[index] = (rose[index] ?? 0) + 1;
      if (change !== null && change < 0) fell[index] = (fell[index] ?? 0) + 1;
    });
  }
  const known = rows.map(({ before }) => before).filter((before) => before !== undefined);
  const unread = Array.from({ length: earlier - known.length }, () => undefined);
  return { states, before: sumUp([...known, ...unread], series), rose, fell };
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
