import type { Cell } from '../../outcome/result.ts';
import { allDevicesOf, countOf } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import { COUNT_GROUPS } from './count-look.ts';

/** The legend of the bar, on one line. */
export const BAR_LEGEND: readonly Cell[] = COUNT_GROUPS.map(
  ({ fill, tone, word }): Cell => ({
    text: `${fill} ${word}`,
    parts: [
      { text: fill, tone },
      { text: ` ${word}`, tone: 'dim' },
    ],
  }),
);

/** From this length on, small groups can have a column without distorting the others. */
const ROOM_FOR_ALL = 20;

/** The groups of problems. */
const PROBLEMS: ReadonlySet<string> = new Set(['error', 'failed', 'conflict']);

/**
 * All devices of an overview as one bar of `length` columns. From ROOM_FOR_ALL columns on, every group with a device has
 * at least one column; in a shorter bar only the largest group of problems. If there are no devices, or if their number is
 * unknown, the bar is empty.
 */
export function stackedBar(overview: Overview, length: number): Cell {
  const devices = allDevicesOf(overview);
  if (devices === undefined || devices === 0) return { text: '' };
  const counts = COUNT_GROUPS.map(({ names }) => sumOf(overview, names));
  const columns = shareOut(counts, devices, length, leastColumns(counts, length));
  const parts = COUNT_GROUPS.map(
    ({ fill, tone }, place): Cell => ({ text: fill.repeat(columns[place] ?? 0), tone }),
  );
  return { text: parts.map(({ text }) => text).join(''), parts };
}

/** The minimum number of columns of each group. */
function leastColumns(counts: readonly number[], length: number): readonly number[] {
  if (length >= ROOM_FOR_ALL) return counts.map((count) => (count > 0 ? 1 : 0));
  const problems = counts.map((count, place) => (PROBLEMS.has(COUNT_GROUPS[place]?.tone ?? '') ? count : 0));
  const most = Math.max(...problems);
  const largest = most === 0 ? undefined : problems.indexOf(most);
  return counts.map((_, place) => (place === largest ? 1 : 0));
}

/** Whole columns in proportion to the counts. Rounding is settled by the largest remainders. */
function shareOut(
  counts: readonly number[],
  sum: number,
  length: number,
  least: readonly number[],
): number[] {
  const exact = counts.map((count) => (count / sum) * length);
  const columns = exact.map((share, place) => Math.max(Math.floor(share), least[place] ?? 0));
  const missing = (): number => length - columns.reduce((all, one) => all + one, 0);
  while (missing() !== 0) {
    const step = Math.sign(missing());
    // The group furthest from its share gives or gets a column. No group falls below its minimum.
    let chosen: number | undefined;
    for (const [place, share] of exact.entries()) {
      const held = columns[place] ?? 0;
      if ((counts[place] ?? 0) === 0 || (step < 0 && held <= (least[place] ?? 0))) continue;
      const off = step * (share - held);
      if (chosen === undefined || off > step * ((exact[chosen] ?? 0) - (columns[chosen] ?? 0)))
        chosen = place;
    }
    if (chosen === undefined) break;
    columns[chosen] = (columns[chosen] ?? 0) + step;
  }
  return columns;
}

function sumOf(overview: Overview, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (countOf(overview, name) ?? 0), 0);
}
