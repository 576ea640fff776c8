import type { Column } from '../result.ts';

/** How many columns of a terminal a text takes. */
export type Measure = (text: string) => number;

/** Shorter than this no column becomes. */
const SHORTEST = 8;

/**
 * Shortens cells so that a table fits: the widest left-aligned column first; numbers are never shortened.
 * @param gap columns between two cells
 * @param width columns of the terminal; undefined leaves everything as it is
 */
export function fitCells(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  gap: number,
  width: number | undefined,
  measure: Measure,
): string[][] {
  const widths = columns.map((column, index) =>
    Math.max(measure(column.title), ...rows.map((row) => measure(row[index] ?? ''))),
  );
  const limits = width === undefined ? widths : shrink(columns, widths, width - gap * (columns.length - 1));
  return rows.map((row) => row.map((text, index) => shorten(text, limits[index] ?? 0, measure)));
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

function shrink(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  const limits = [...natural];
  let over = limits.reduce((sum, one) => sum + one, 0) - room;
  while (over > 0) {
    const candidates = limits.filter((limit, index) => columns[index]?.align !== 'right' && limit > SHORTEST);
    const widest = Math.max(...candidates);
    if (candidates.length === 0) break;
    const next = Math.max(SHORTEST, ...candidates.filter((limit) => limit < widest));
    const index = limits.findIndex((limit, place) => limit === widest && columns[place]?.align !== 'right');
    const step = Math.min(over, Math.max(1, widest - next));
    limits[index] = widest - step;
    over -= step;
  }
  return limits;
}
