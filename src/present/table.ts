import type { Block, Live, Result } from '../result.ts';
import { clean, cleanLines } from './clean.ts';
import type { Measure } from './fit.ts';
import { cleaned, gridLines, painted } from './grid.ts';
import type { Presentation } from './index.ts';
import { measureOf } from './measure.ts';
import { type Paint, painter } from './paint.ts';
import { queried, recordsOf } from './source.ts';
import { genericView } from './views/generic.ts';

/** `table`: what the result's view shows, for a terminal; after a query, the data as it looks. */
export async function* table(result: Result, how: Presentation): AsyncGenerator<string> {
  if (result.live !== undefined) return yield* lines(result, result.live, how);
  const data = await queried(result, how.query);
  const room = { width: how.width };
  const blocks = how.query === undefined ? result.view(data, room) : genericView(data, room);
  const { paint, measure } = await pens(how, textsOf(blocks));
  yield* blockTexts(blocks, how.width, paint, measure);
}

/** `table` of a result that goes on: a line for whatever happens; after a query, each record as it looks. */
async function* lines(result: Result, live: Live, how: Presentation): AsyncGenerator<string> {
  const { paint, measure } = await pens(how);
  const { query, width } = how;
  if (query === undefined) {
    for await (const step of live.steps) {
      for (const cells of step) yield textOf({ kind: 'line', cells }, width, paint, measure);
    }
    return;
  }
  for await (const record of recordsOf(result, query)) {
    yield* blockTexts(genericView(record, { width }), width, paint, measure);
  }
}

/**
 * How text is painted and measured; what that takes is loaded here.
 * @param texts all that will be measured, where that is known
 */
export async function pens(
  { color }: Pick<Presentation, 'color'>,
  texts?: Iterable<string>,
): Promise<{ paint: Paint; measure: Measure }> {
  return { paint: await painter(color), measure: await measureOf(texts) };
}

/** What is measured of blocks, as it will be shown. */
function* textsOf(blocks: readonly Block[]): Generator<string> {
  for (const block of blocks) {
    if (block.kind !== 'table') continue;
    for (const { title } of block.columns) yield clean(title);
    for (const row of block.rows) for (const { text } of row) yield clean(text);
  }
}

/** The text of blocks one by one. */
export function* blockTexts(
  blocks: readonly Block[],
  width: number | undefined,
  paint: Paint,
  measure: Measure,
): Generator<string> {
  let first = true;
  for (const block of blocks) {
    // Parts are set apart by an empty line, but lines that follow each other belong together.
    if (!first && block.kind !== 'line') yield '\n';
    first = false;
    yield textOf(block, width, paint, measure);
  }
}

function textOf(block: Block, width: number | undefined, paint: Paint, measure: Measure): string {
  switch (block.kind) {
    case 'heading':
      return `${paint(clean(block.text), 'strong')}\n`;
    case 'line':
      return `${block.cells.map((cell) => painted(cleaned(cell), paint)).join(' ')}\n`;
    case 'verbatim':
      return `${cleanLines(block.text)}\n`;
    case 'table':
      return gridLines(block, width, paint, measure)
        .map((line) => `${line}\n`)
        .join('');
  }
}
