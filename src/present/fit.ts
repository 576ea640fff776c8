import type { Column } from '../outcome/result.ts';

/** The width of a text in terminal columns. */
export type Measure = (text: string) => number;

/** No column becomes narrower than this, or than its title. */
const MIN_WIDTH = 8;

/**
 * The width of each column, in terminal columns, with which a table fits: the widest column is shortened first. Numbers and
 * columns marked `whole` keep their width, even if the table is then too wide.
 * @param natural the width of each column before shortening
 * @param gap terminal columns between two cells
 * @param width terminal columns; if undefined, nothing is shortened
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

/** The index of the widest column that can still be shortened. */
function widestOf(columns: readonly Column[], widths: readonly number[]): number | undefined {
  let found: number | undefined;
  for (const [place, column] of columns.entries()) {
    const width = widths[place] ?? 0;
    if (isKept(column) || width <= Math.max(MIN_WIDTH, column.title.length)) continue;
    if (found === undefined || width > (widths[found] ?? 0)) found = place;
  }
  return found;
}

/** Whether the texts of a column are never truncated: numbers, and columns marked `whole`. */
export function isKept(column: Column | undefined): boolean {
  return column?.align === 'right' || column?.whole === true;
}

/** A text truncated to at most `limit` terminal columns, between two grapheme clusters, with `…` at its end. */
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
