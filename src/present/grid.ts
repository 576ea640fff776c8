import Table from 'cli-table3';
import type { Block, Cell, Column } from '../outcome/result.ts';
import { clean } from '../text/clean.ts';
import { cleaned, painted, shortened, trimmed } from './cell.ts';
import cellWidth from './cell-width.cjs';
import { fitWidths, isKept, type Measure } from './fit.ts';
import type { Paint } from './paint.ts';

/** Terminal columns between two cells. */
const GAP = 2;

/** Rows in one call of cli-table3, whose run time is quadratic in the number of rows. */
const CHUNK = 8;

/** The minimum width of a title if each cell has a line of its own. */
const MIN_TITLE = 8;

const NO_LINES = { top: '', 'top-left': '', 'top-mid': '', 'top-right': '', left: '', right: '' };
const NO_RULE = { bottom: '', 'bottom-left': '', 'bottom-mid': '', 'bottom-right': '' };
const RULE = { ...NO_RULE, bottom: '─', 'bottom-mid': '─'.repeat(GAP) };

const LOOK = {
  // The texts already have their colours.
  style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  // Never visible, since texts are truncated before. With this length, cli-table3 skips the truncation to ten columns that it
  // does for its debug log.
  truncate: ' '.repeat(10),
};

/**
 * The lines of a table: columns separated by spaces, and a thin rule below the titles, if it has titles. A row with one
 * cell spans all columns and does not widen any of them. If the table is wider than the terminal even with shortened
 * columns, each non-empty cell has a line of its own, after the title of its column.
 */
export function gridLines(
  table: Extract<Block, { kind: 'table' }>,
  width: number | undefined,
  paint: Paint,
  measure: Measure,
): string[] {
  const { columns } = table;
  const head = columns.map(({ title }): Cell => ({ text: clean(title), tone: 'strong' }));
  const rows = table.rows.map((row) => row.map(cleaned));
  const grid: Grid = { columns, widths: [], width: width ?? Number.POSITIVE_INFINITY, paint, measure };
  const natural = naturalWidths([head, ...rows.filter((row) => row.length === head.length)], measure);
  const widths = fitWidths(columns, natural, GAP, width);
  if (totalOf(widths) > grid.width) return cellByCell(head, rows, grid);
  const lines = linesOf(rows, { ...grid, widths });
  if (head.every(({ text }) => text === '')) return lines;
  const [titles = '', rule = ''] = layOut([head], { ...grid, widths }, RULE);
  return [titles, paint(rule, 'dim'), ...lines];
}

/** The layout of rows. `width` is the width of the terminal, `widths` are the widths of the columns. */
interface Grid {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  readonly width: number;
  readonly paint: Paint;
  readonly measure: Measure;
}

/** The lines of rows. A row with fewer cells than there are columns spans all of them. */
function linesOf(rows: readonly (readonly Cell[])[], grid: Grid): string[] {
  const { columns, width, measure } = grid;
  const lines: string[] = [];
  let chunk: (readonly Cell[])[] = [];
  const flush = (): void => {
    for (const line of layOut(chunk, grid, NO_RULE)) lines.push(line);
    chunk = [];
  };
  for (const row of rows) {
    const across = row.length < columns.length;
    if (across || chunk.length === CHUNK) flush();
    if (!across) {
      chunk.push(row);
      continue;
    }
    const [only = { text: '' }] = row;
    const widths = [Math.min(width, Math.max(1, measure(only.text)))];
    for (const line of layOut([[only]], { ...grid, columns: [], widths }, NO_RULE)) lines.push(line);
  }
  flush();
  return lines;
}

/** The lines of up to CHUNK rows. Texts are truncated before, since cli-table3 would split grapheme clusters. */
function layOut(
  rows: readonly (readonly Cell[])[],
  { columns, widths, paint, measure }: Grid,
  bottom: typeof NO_RULE,
): string[] {
  if (rows.length === 0 || widths.length === 0) return rows.map(() => '');
  const table = new Table({
    ...LOOK,
    chars: { ...NO_LINES, ...bottom, middle: ' '.repeat(GAP) },
    colWidths: [...widths],
    colAligns: columns.map(({ align }) => align ?? 'left'),
  });
  for (const row of rows) {
    table.push(
      row.map((cell, place) => painted(trimmed(shortened(cell, widths[place] ?? 0, measure)), paint)),
    );
  }
  cellWidth.use(measure);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function cellByCell(head: readonly Cell[], rows: readonly (readonly Cell[])[], grid: Grid): string[] {
  const { columns, width, measure } = grid;
  const longest = (cells: readonly Cell[]): number =>
    cells.reduce((most, { text }) => Math.max(most, measure(text)), 1);
  // Cells that a table never truncates are not truncated here either. Otherwise titles take precedence over cells.
  const kept = rows.map((row) => longest(row.filter((_, place) => isKept(columns[place]))));
  const left = width - GAP - kept.reduce((most, one) => Math.max(most, one), 1);
  const titles = Math.min(longest(head), Math.max(MIN_TITLE, left));
  const widths = [titles, Math.max(1, Math.min(longest(rows.flat()), width - GAP - titles))];
  const pairs = rows.flatMap((row, place): (readonly Cell[])[] => [
    ...(place === 0 ? [] : [[{ text: '' }]]),
    ...(row.length < head.length ? [row] : row.flatMap((cell, column) => titled(head[column], cell))),
  ]);
  return linesOf(pairs, { ...grid, columns: [{ title: '' }, { title: '' }], widths });
}

function titled(title: Cell | undefined, cell: Cell): Cell[][] {
  if (cell.text === '') return [];
  return title === undefined || title.text === '' ? [[cell]] : [[title, cell]];
}

/** The width of each column before shortening: at least 1, as cli-table3 requires. */
function naturalWidths(rows: readonly (readonly Cell[])[], measure: Measure): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach(({ text }, place) => {
      widths[place] = Math.max(widths[place] ?? 1, measure(text));
    });
  }
  return widths;
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one, GAP * (widths.length - 1));
}
