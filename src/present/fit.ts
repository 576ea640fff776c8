import type { Column } from '../outcome/result.ts';

/** How many columns of a terminal a text takes. */
export type Measure = (text: string) => number;

/** Shorter than this, or than its title, no column becomes. */
const SHORTEST = 8;

/**
 * The width of each column such that a table fits, in columns of the terminal: what is widest gives way first. Numbers,
 * and columns marked `whole`, keep theirs; where they alone are too wide, so is the table.
 * @param natural what each column would take
 * @param gap columns between two cells
 * @param width columns of the terminal; undefined leaves everything as it is
 */
export function fitWidths(
  columns: readonly Column[],
  natural: readonly number[],
  gap: number,
  width: number | undefined,
): readonly number[] {
  if (width === undefined) return natural;
  const widths = [...natural];
  let over = widths.reduce((sum, one) => sum + one, 0) + gap * (columns.length - 1) - width;
  for (; over > 0; over -= 1) {
    const widest = widestOf(columns, widths);
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** The place of the widest column that may still be shortened. */
function widestOf(columns: readonly Column[], widths: readonly number[]): number | undefined {
  let found: number | undefined;
  for (const [place, column] of columns.entries()) {
    const width = widths[place] ?? 0;
    if (isKept(column) || width <= Math.max(SHORTEST, column.title.length)) continue;
    if (found === undefined || width > (widths[found] ?? 0)) found = place;
  }
  return found;
}

/** Whether the texts of a column are never cut: numbers, and what is marked so. */
export function isKept(column: Column | undefined): boolean {
  return column?.align === 'right' || column?.whole === true;
}

/** A text of at most `limit` columns, cut between two characters a person sees, with `…` where something is missing. */
export function shorten(text: string, limit: number, measure: Measure): string {
  if (measure(text) <= limit) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    used += measure(segment);
    if (used > limit - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
