import type { Cell, Column } from '../../outcome/result.ts';
import { countOf, devicesOf, invalidCounts } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import { COUNT_GROUPS } from './count-look.ts';
import { heldText, shareText, sumText } from './status.ts';

/** Counts, and which of them are no numbers, or lack one in their sum. */
export interface Counted {
  readonly overview: Overview;
  /** Names; without it, those that the overview itself lacks. */
  readonly lacking?: ReadonlySet<string>;
}

/** All devices, then each group of counts. */
export const COUNT_COLUMNS: readonly Column[] = ['Devices', ...COUNT_GROUPS.map(({ title }) => title)].map(
  (title): Column => ({ title, align: 'right' }),
);

/** The counts of one overview. */
export function countCells(counted: Counted): Cell[] {
  const { overview } = counted;
  const counts = COUNT_GROUPS.map(({ names, tone }): Cell => {
    const count = sumOf(overview, names);
    return { text: groupText(counted, names), tone: count === 0 || count === undefined ? 'dim' : tone };
  });
  return [{ text: allText(counted) }, ...counts];
}

/** All devices as text. */
export function allText(counted: Counted): string {
  const all = COUNT_GROUPS.flatMap(({ names }) => names);
  return sumText(sumOf(counted.overview, all), lackingOf(counted).size > 0);
}

/** The share that some counts have of all devices. */
export function shareOf(counted: Counted, names: readonly string[]): string {
  return shareText(sumOf(counted.overview, names), devicesIn(counted));
}

/** In place of the counts, where there is no overview. */
export function noCounts(): Cell[] {
  return COUNT_COLUMNS.map(() => ({ text: '–', tone: 'dim' }));
}

/** What the count columns take in a terminal, with `gap` columns before each. */
export function countsWidth(all: readonly Counted[], gap: number): number {
  const rows = all.map(countCells);
  const widths = COUNT_COLUMNS.map(({ title }, place) =>
    rows.reduce((most, row) => Math.max(most, row[place]?.text.length ?? 0), title.length),
  );
  return widths.reduce((sum, one) => sum + gap + one, 0);
}

/** Some counts as one text: their sum; what is not a number as it is, where it stands alone. */
export function groupText(counted: Counted, names: readonly string[]): string {
  const sum = sumOf(counted.overview, names);
  const [only] = names;
  if (sum === undefined && only !== undefined && names.length === 1) return heldText(counted.overview, only);
  const lacking = lackingOf(counted);
  return sumText(
    sum,
    names.some((name) => lacking.has(name)),
  );
}

function lackingOf({ overview, lacking }: Counted): ReadonlySet<string> {
  return lacking ?? new Set(invalidCounts(overview).map(({ name }) => name));
}

/** All devices; undefined if a count is unknown. */
export function devicesIn(counted: Counted): number | undefined {
  return lackingOf(counted).size === 0 ? devicesOf(counted.overview) : undefined;
}

/** The sum of some counts; undefined where the service returned none of them. */
export function sumOf(overview: Overview, names: readonly string[]): number | undefined {
  const counts = names.map((name) => countOf(overview, name)).filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}
