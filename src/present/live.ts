import type { Block, Cell, Live } from '../outcome/result.ts';
import type { Measure } from './fit.ts';
import { shorten } from './fit.ts';
import { openScreen, type Terminal } from './screen.ts';
import { blockTexts, type Renderer } from './table.ts';

/** Milliseconds between redraws without an event, to update the time until the next check. */
const REDRAW = 1_000;

/**
 * Shows a live result on the alternate screen until it ends, then prints its final state on the main screen. Keys: q
 * quits, Ctrl-C interrupts.
 */
export async function showLive(live: Live, terminal: Terminal, renderer: Renderer): Promise<void> {
  const screen = openScreen(terminal, (key) => {
    if (key === 'q' || key === 'Q') live.stop('quit');
    if (key === '\u0003') live.stop('interrupt');
  });
  const draw = (): void => {
    const { columns: width, rows: height } = screen;
    const blocks = live.picture({ width, height, now: terminal.now() });
    screen.draw(linesOf(blocks, width, renderer));
  };
  const stopListening = screen.onChange(draw, () => live.stop('quit'));
  let timer: NodeJS.Timeout | undefined;
  try {
    for await (const _ of live.steps) {
      draw();
      timer ??= setInterval(draw, REDRAW).unref();
    }
  } finally {
    clearInterval(timer);
    stopListening();
    screen.close();
  }
  const { columns: width } = screen;
  const last = live.picture({ width, height: undefined, now: terminal.now() });
  terminal.out.write(`${linesOf(last, width, renderer).join('\n')}\n`);
}

/** The lines of a picture. Its line blocks are shortened to the width of the screen. */
function linesOf(blocks: readonly Block[], width: number, renderer: Renderer): string[] {
  const fitting = blocks.map((block) =>
    block.kind === 'line' ? { ...block, cells: fitCells(block.cells, width, renderer.measure) } : block,
  );
  return [...blockTexts(fitting, width, renderer)].join('').replace(/\n$/, '').split('\n');
}

/** The cells that fit next to each other; the last of them may be shortened. */
function fitCells(cells: readonly Cell[], width: number, measure: Measure): Cell[] {
  const fitting: Cell[] = [];
  let left = width;
  for (const cell of cells) {
    if (left <= 1) break;
    const text = shorten(cell.text, left, measure);
    fitting.push({ ...cell, text });
    left -= measure(text) + 1;
  }
  return fitting;
}
