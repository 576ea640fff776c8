import type { Block, Live, Result } from '../outcome/result.ts';
import { clean, cleanLines } from '../text/clean.ts';
import { cleaned, painted } from './cell.ts';
import type { Measure } from './fit.ts';
import type { gridLines } from './grid.ts';
import { measureOf } from './measure.ts';
import { type Paint, painter } from './paint.ts';
import type { Presentation } from './presentation.ts';
import { queried, recordsOf } from './source.ts';
import { genericView } from './views/generic.ts';

/** `table`: what the result's view shows, for a terminal; after a query, the data as it looks. */
export async function* table(result: Result, how: Presentation): AsyncGenerator<string> {
  if (result.live !== undefined) return yield* lines(result, result.live, how);
  const data = await queried(result, how.query);
  const blocks = how.query === undefined ? result.view(data, { width: how.width }) : genericView(data);
  yield* blockTexts(blocks, how.width, await pens(how, blocks));
}

/** `table` of a result that goes on: a line for whatever happens; after a query, each record as it looks. */
async function* lines(result: Result, live: Live, how: Presentation): AsyncGenerator<string> {
  const { query, width } = how;
  if (query === undefined) {
    const drawing = await pens(how, []);
    for await (const step of live.steps) {
      for (const cells of step) yield textOf({ kind: 'line', cells }, width, drawing);
    }
    return;
  }
  const drawing = await pens(how);
  for await (const record of recordsOf(result, query)) {
    yield* blockTexts(genericView(record), width, drawing);
  }
}

/** What blocks are drawn with. */
export interface Pens {
  readonly paint: Paint;
  readonly measure: Measure;
  readonly lay: typeof gridLines;
}

/**
 * Loads what blocks are drawn with, as far as they need it.
 * @param blocks all that will be drawn, where that is known
 */
export async function pens({ color }: Pick<Presentation, 'color'>, blocks?: readonly Block[]): Promise<Pens> {
  const tables = blocks?.filter((block) => block.kind === 'table');
  return {
    paint: await painter(color),
    measure: await measureOf(tables && textsOf(tables)),
    lay: tables?.length === 0 ? noTable : (await import('./grid.ts')).gridLines,
  };
}

function noTable(): never {
  throw new Error('a table where none was announced');
}

/** What is measured of tables. Plain texts hold nothing to clean, so they need not be clean here. */
function* textsOf(tables: readonly Extract<Block, { kind: 'table' }>[]): Generator<string> {
  for (const { columns, rows } of tables) {
    for (const { title } of columns) yield title;
    for (const row of rows) for (const { text } of row) yield text;
  }
}

/** The text of blocks one by one. */
export function* blockTexts(
  blocks: readonly Block[],
  width: number | undefined,
  drawing: Pens,
): Generator<string> {
  let first = true;
  for (const block of blocks) {
    // Parts are set apart by an empty line, but lines that follow each other belong together.
    if (!first && block.kind !== 'line') yield '\n';
    first = false;
    yield textOf(block, width, drawing);
  }
}

function textOf(block: Block, width: number | undefined, { paint, measure, lay }: Pens): string {
  switch (block.kind) {
    case 'heading':
      return `${paint(clean(block.text), 'strong')}\n`;
    case 'line':
      return `${block.cells.map((cell) => painted(cleaned(cell), paint)).join(' ')}\n`;
    case 'verbatim':
      return `${cleanLines(block.text)}\n`;
    case 'table':
      return lay(block, width, paint, measure)
        .map((line) => `${line}\n`)
        .join('');
  }
}
