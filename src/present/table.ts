import type { Block, Result } from '../result.ts';
import { clean, cleanLines } from './clean.ts';
import type { Measure } from './fit.ts';
import { cleaned, gridLines, painted } from './grid.ts';
import type { Presentation } from './index.ts';
import { measureOf } from './measure.ts';
import { type Paint, painter } from './paint.ts';
import { queried } from './source.ts';
import { genericView } from './views/generic.ts';

/** `table`: what the result's view shows, for a terminal; after a query, the data as it looks. */
export async function* table(result: Result, how: Presentation): AsyncGenerator<string> {
  const data = await queried(result, how.query);
  const room = { width: how.width };
  const shown = how.query === undefined ? result.view(data, room) : genericView(data, room);
  const blocks = [...shown];
  const paint = await painter(how.color);
  const measure = await measureOf(textsOf(blocks));
  let first = true;
  for (const block of blocks) {
    // Parts are set apart by an empty line, but lines that follow each other belong together.
    if (!first && block.kind !== 'line') yield '\n';
    first = false;
    yield textOf(block, how.width, paint, measure);
  }
}

/** What is measured, as it will be shown. */
function* textsOf(blocks: readonly Block[]): Generator<string> {
  for (const block of blocks) {
    if (block.kind !== 'table') continue;
    for (const { title } of block.columns) yield clean(title);
    for (const row of block.rows) for (const { text } of row) yield clean(text);
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
