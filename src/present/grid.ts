import type { Block, Cell } from '../result.ts';
import { clean } from './clean.ts';
import { fitWidths, type Measure, shorten } from './fit.ts';
import type { Paint } from './paint.ts';

/** Columns between two cells. */
const GAP = 2;

type Table = Extract<Block, { kind: 'table' }>;

/**
 * The lines of a table: columns set apart by space alone, a thin rule below the titles where there are any. A row of
 * one cell goes across the table. Every text is measured by the same rule, so that wide characters and emoji align.
 */
export function gridLines(table: Table, width: number | undefined, paint: Paint, measure: Measure): string[] {
  const { columns } = table;
  const head = columns.map(({ title }): Cell => ({ text: clean(title), tone: 'strong' }));
  const rows = table.rows.map((row) => row.map(cleaned));
  const natural = naturalWidths([head, ...rows.filter((row) => row.length === head.length)], measure);
  const widths = fitWidths(columns, natural, GAP, width);
  const lineOf = (row: readonly Cell[]): string => {
    const cells = row.map((cell, place) => {
      const limit = widths[place] ?? 0;
      const right = columns[place]?.align === 'right';
      const kept = right ? cell : shortened(cell, limit, measure);
      const space = ' '.repeat(Math.max(0, limit - measure(kept.text)));
      return right ? space + painted(kept, paint) : painted(kept, paint) + space;
    });
    return cells.join(' '.repeat(GAP)).trimEnd();
  };
  const across = (cell: Cell): string =>
    painted(shortened(cell, width ?? Number.POSITIVE_INFINITY, measure), paint);
  const drawn = rows.map((row) => {
    const [only] = row;
    return row.length < columns.length && only !== undefined ? across(only) : lineOf(row);
  });
  if (head.every(({ text }) => text === '')) return drawn;
  const total = widths.reduce((sum, one) => sum + one, GAP * (columns.length - 1));
  return [lineOf(head), paint('─'.repeat(Math.min(total, width ?? total)), 'dim'), ...drawn];
}

/** A cell in its colours. */
export function painted({ text, tone, parts }: Cell, paint: Paint): string {
  return parts === undefined ? paint(text, tone) : parts.map((part) => paint(part.text, part.tone)).join('');
}

/** A cell without control characters. */
export function cleaned({ text, parts, ...rest }: Cell): Cell {
  return { ...rest, text: clean(text), ...(parts === undefined ? {} : { parts: parts.map(cleaned) }) };
}

/** A cell of at most `limit` columns; one that has to be cut has one tone. */
function shortened({ text, tone, parts }: Cell, limit: number, measure: Measure): Cell {
  const kept = shorten(text, limit, measure);
  return {
    text: kept,
    ...(tone === undefined ? {} : { tone }),
    ...(kept === text && parts !== undefined ? { parts } : {}),
  };
}

function naturalWidths(rows: readonly (readonly Cell[])[], measure: Measure): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [place, { text }] of row.entries()) {
      widths[place] = Math.max(widths[place] ?? 0, measure(text));
    }
  }
  return widths;
}
