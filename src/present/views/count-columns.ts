import type { Cell, Column } from '../../outcome/result.ts';
import { countOf, devicesOf, invalidCounts } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import { COUNT_GROUPS } from './count-look.ts';
import { heldText, shareText, sumText } from './status.ts';

/** The counts of an overview or of a sum. */
export interface Counted {
  readonly overview: Overview;
  /** The names of incomplete counts. If undefined, they are the missing or invalid counts of the overview. */
  readonly lacking?: ReadonlySet<string>;
}

/** The columns of all devices and of each group of counts. */
export const COUNT_COLUMNS: readonly Column[] = ['Devices', ...COUNT_GROUPS.map(({ title }) => title)].map(
  (title): Column => ({ title, align: 'right' }),
);

/** The cells of one overview, for COUNT_COLUMNS. */
export function countCells(counted: Counted): Cell[] {
  const { overview } = counted;
  const counts = COUNT_GROUPS.map(({ names, tone }): Cell => {
    const count = sumOf(overview, names);
    return { text: groupText(counted, names), tone: count === 0 || count === undefined ? 'dim' : tone };
  });
  return [{ text: allText(counted) }, ...counts];
}

/** The number of all devices as text. */
export function allText(counted: Counted): string {
  const all = COUNT_GROUPS.flatMap(({ names }) => names);
  return sumText(sumOf(counted.overview, all), lackingOf(counted).size > 0);
}

/** The share of some counts in all devices, as text. */
export function shareOf(counted: Counted, names: readonly string[]): string {
  return shareText(sumOf(counted.overview, names), devicesIn(counted));
}

/** The cells for COUNT_COLUMNS if there is no overview. */
export function noCounts(): Cell[] {
  return COUNT_COLUMNS.map(() => ({ text: '–', tone: 'dim' }));
}

/** The width of the count columns in terminal columns, with `gap` columns before each. */
export function countsWidth(all: readonly Counted[], gap: number): number {
  const rows = all.map(countCells);
  const widths = COUNT_COLUMNS.map(({ title }, place) =>
    rows.reduce((most, row) => Math.max(most, row[place]?.text.length ?? 0), title.length),
  );
  return widths.reduce((sum, one) => sum + gap + one, 0);
}

/** The sum of some counts as text. A single count that is not a number is shown as the service returned it. */
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

/** The number of all devices; undefined if a count is unknown. */
export function devicesIn(counted: Counted): number | undefined {
  return lackingOf(counted).size === 0 ? devicesOf(counted.overview) : undefined;
}

/** The sum of some counts; undefined if the service returned none of them. */
export function sumOf(overview: Overview, names: readonly string[]): number | undefined {
  const counts = names.map((name) => countOf(overview, name)).filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}
