import type { Block, Result } from '../result.ts';
import { clean, cleanLines } from './clean.ts';
import { fitCells, type Measure, shorten } from './fit.ts';
import type { Presentation } from './index.ts';
import { type Paint, painter } from './paint.ts';
import { queried } from './source.ts';
import { genericView } from './views/generic.ts';

/** Columns between two cells. */
const GAP = 2;

/** `table`: what the result's view shows, for a terminal; after a query, the data as it looks. */
export async function* table(result: Result, how: Presentation): AsyncGenerator<string> {
  const data = await queried(result, how.query);
  const blocks = how.query === undefined ? result.view(data, { width: how.width }) : genericView(data);
  const paint = await painter(how.color);
  let first = true;
  for (const block of blocks) {
    // Parts are set apart by an empty line, but lines that follow each other belong together.
    if (!first && block.kind !== 'line') yield '\n';
    first = false;
    yield await textOf(block, how.width, paint);
  }
}

async function textOf(block: Block, width: number | undefined, paint: Paint): Promise<string> {
  switch (block.kind) {
    case 'heading':
      return `${paint(clean(block.text), 'strong')}\n`;
    case 'line':
      return `${block.cells.map(({ text, tone }) => paint(clean(text), tone)).join(' ')}\n`;
    case 'verbatim':
      return `${cleanLines(block.text)}\n`;
    case 'table':
      return tableText(block, width, paint);
  }
}

async function tableText(
  { columns: given, rows }: Extract<Block, { kind: 'table' }>,
  width: number | undefined,
  paint: Paint,
): Promise<string> {
  const [{ default: Table }, { default: stringWidth }] = await Promise.all([
    import('cli-table3'),
    import('string-width'),
  ]);
  const measure: Measure = (text) => stringWidth(text);
  const columns = given.map((column) => ({ ...column, title: clean(column.title) }));
  const cells = rows.map((row) => row.map(({ text }) => clean(text)));
  const regular = cells.filter((row) => row.length === columns.length);
  const fitted = fitCells(columns, regular, GAP, width, measure);
  const drawnRows = cells.map((row, line) => {
    if (row.length !== columns.length) {
      const text = shorten(row[0] ?? '', width ?? Number.POSITIVE_INFINITY, measure);
      return [{ content: paint(text, rows[line]?.[0]?.tone), colSpan: columns.length }];
    }
    return (fitted.shift() ?? []).map((text, index) => paint(text, rows[line]?.[index]?.tone));
  });
  const titled = columns.some(({ title }) => title !== '');
  const drawn = new Table({
    head: titled ? columns.map(({ title }) => paint(title, 'strong')) : [],
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  drawn.push(...drawnRows);
  const lines = drawn.toString().split('\n');
  const rule = paint('─'.repeat(Math.max(...lines.map(measure))), 'dim');
  const all = titled ? [...lines.slice(0, 1), rule, ...lines.slice(1)] : lines;
  return `${all.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Columns are set apart by space alone. */
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  right: '',
  'left-mid': '',
  'right-mid': '',
  mid: '',
  'mid-mid': '',
  middle: ' '.repeat(GAP),
} as const;
