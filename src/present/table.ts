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

/** `table`: the view of a result for a terminal; after a query, a view of the data by its structure. */
export async function* table(result: Result, how: Presentation): AsyncGenerator<string> {
  if (result.live !== undefined) return yield* lines(result, result.live, how);
  const data = await queried(result, how.query);
  const blocks = how.query === undefined ? result.view(data, { width: how.width }) : genericView(data);
  yield* blockTexts(blocks, how.width, await loadRenderer(how, blocks));
}

/** `table` of a live result: a line for each event; after a query, a view of each record by its structure. */
async function* lines(result: Result, live: Live, how: Presentation): AsyncGenerator<string> {
  const { query, width } = how;
  if (query === undefined) {
    const renderer = await loadRenderer(how, []);
    for await (const step of live.steps) {
      for (const cells of step) yield textOf({ kind: 'line', cells }, width, renderer);
    }
    return;
  }
  const renderer = await loadRenderer(how);
  for await (const record of recordsOf(result, query)) {
    yield* blockTexts(genericView(record), width, renderer);
  }
}

/** The functions that render blocks as text. */
export interface Renderer {
  readonly paint: Paint;
  readonly measure: Measure;
  readonly layOut: typeof gridLines;
}

/**
 * Loads the functions that render blocks; of the libraries, only those that the blocks need.
 * @param blocks all blocks that will be rendered; undefined if they are not known yet
 */
export async function loadRenderer(
  { color }: Pick<Presentation, 'color'>,
  blocks?: readonly Block[],
): Promise<Renderer> {
  const tables = blocks?.filter((block) => block.kind === 'table');
  return {
    paint: await painter(color),
    measure: await measureOf(tables && textsOf(tables)),
    layOut: tables?.length === 0 ? noTable : (await import('./grid.ts')).gridLines,
  };
}

function noTable(): never {
  throw new Error('a table that is not in the announced blocks');
}

/** The texts of tables that are measured. They are not cleaned: a text of plain characters has nothing to remove. */
function* textsOf(tables: readonly Extract<Block, { kind: 'table' }>[]): Generator<string> {
  for (const { columns, rows } of tables) {
    for (const { title } of columns) yield title;
    for (const row of rows) for (const { text } of row) yield text;
  }
}

/** The text of each block. */
export function* blockTexts(
  blocks: readonly Block[],
  width: number | undefined,
  renderer: Renderer,
): Generator<string> {
  let first = true;
  for (const block of blocks) {
    // Blocks are separated by an empty line, except consecutive lines.
    if (!first && block.kind !== 'line') yield '\n';
    first = false;
    yield textOf(block, width, renderer);
  }
}

function textOf(block: Block, width: number | undefined, { paint, measure, layOut }: Renderer): string {
  switch (block.kind) {
    case 'heading':
      return `${paint(clean(block.text), 'strong')}\n`;
    case 'line':
      return `${block.cells.map((cell) => painted(cleaned(cell), paint)).join(' ')}\n`;
    case 'verbatim':
      return `${cleanLines(block.text)}\n`;
    case 'table':
      return layOut(block, width, paint, measure)
        .map((line) => `${line}\n`)
        .join('');
  }
}
