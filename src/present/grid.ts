import Table from 'cli-table3';
import type { Block, Cell, Column } from '../outcome/result.ts';
import { clean } from '../text/clean.ts';
import { cleaned, painted, shortened, trimmed } from './cell.ts';
import cellWidth from './cell-width.cjs';
import { fitWidths, isKept, type Measure } from './fit.ts';
import type { Paint } from './paint.ts';

/** Columns between two cells. */
const GAP = 2;

/** Rows that the library is given at once: its work grows with their square. */
const CHUNK = 8;

/** Columns that a title keeps where each cell has a line of its own. */
const LEAST_TITLE = 8;

const NO_LINES = { top: '', 'top-left': '', 'top-mid': '', 'top-right': '', left: '', right: '' };
const NO_RULE = { bottom: '', 'bottom-left': '', 'bottom-mid': '', 'bottom-right': '' };
const RULE = { ...NO_RULE, bottom: '─', 'bottom-mid': '─'.repeat(GAP) };

const LOOK = {
  // Colours are in the texts already.
  style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  // Never seen, since texts are cut before. Of this length it spares the cutting to ten columns for the library's log.
  truncate: ' '.repeat(10),
};

/**
 * The lines of a table: columns set apart by space alone, a thin rule below the titles where there are any. A row of
 * one cell goes across the table, and widens no column. Where even the least that columns need is wider than the
 * terminal, each cell that is not empty has a line of its own, behind the title of its column.
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

/** What rows are laid out in; `width` is that of the terminal, `widths` those of the columns. */
interface Grid {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  readonly width: number;
  readonly paint: Paint;
  readonly measure: Measure;
}

/** The lines of rows, of which those with fewer cells than there are columns go across. */
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

/** The library's lines of a few rows, each text cut to its width before: the library would cut characters in two. */
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
  // What no table cuts is not cut here either; of the rest, the titles say more.
  const kept = rows.map((row) => longest(row.filter((_, place) => isKept(columns[place]))));
  const left = width - GAP - kept.reduce((most, one) => Math.max(most, one), 1);
  const titles = Math.min(longest(head), Math.max(LEAST_TITLE, left));
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

/** At least one column each, as the library has it. */
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
