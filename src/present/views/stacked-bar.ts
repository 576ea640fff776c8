import type { Cell } from '../../outcome/result.ts';
import { allDevicesOf, countOf } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import { COUNT_GROUPS } from './count-look.ts';

/** What the signs of the bar mean, on one line. */
export const BAR_LEGEND: readonly Cell[] = COUNT_GROUPS.map(
  ({ fill, tone, word }): Cell => ({
    text: `${fill} ${word}`,
    parts: [
      { text: fill, tone },
      { text: ` ${word}`, tone: 'dim' },
    ],
  }),
);

/** From so many columns on there is room for what few devices are in, without a wrong picture of the rest. */
const ROOM_FOR_ALL = 20;

/** The groups that something went wrong in. */
const WRONG: ReadonlySet<string> = new Set(['error', 'failed', 'conflict']);

/**
 * All devices of an overview as one bar of `length` columns. Every state that some device is in gets a column at
 * least, as long as there is room for each; in a short bar only the largest of those that something went wrong in.
 * Without devices, or if their number is unknown, the bar is empty.
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

/** The columns that each group has at least. */
function leastColumns(counts: readonly number[], length: number): readonly number[] {
  if (length >= ROOM_FOR_ALL) return counts.map((count) => (count > 0 ? 1 : 0));
  const wrong = counts.map((count, place) => (WRONG.has(COUNT_GROUPS[place]?.tone ?? '') ? count : 0));
  const most = Math.max(...wrong);
  const largest = most === 0 ? undefined : wrong.indexOf(most);
  return counts.map((_, place) => (place === largest ? 1 : 0));
}

/** Whole columns in the ratio of the counts: what is left over by rounding goes to the largest remainders. */
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
    // The one that is furthest from its share gives or gets, and none is left with less than it has at least.
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
