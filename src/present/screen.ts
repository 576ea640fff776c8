import type { Input, Output } from '../process/runtime.ts';

/** What a screen is drawn on, and how a person answers it. */
export interface Terminal {
  readonly out: Output;
  readonly keys: Input;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Has this called however the process ends; returns the way to call it off. */
  atExit(undo: () => void): () => void;
  /** Is called when a screen covers the terminal, and when it no longer does. */
  onScreen(shown: boolean): void;
}

/** The alternate screen, without a cursor, and with lines that do not run on into the next. */
const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const CLOSE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
/** Written before a line: behind one that fills its row it would take the last character away. */
const ERASE_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

/** What a terminal has that does not say its size. */
const USUAL = { columns: 80, rows: 24 };

/** A screen over the terminal. It is taken away when it is closed, and however the process ends before that. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Shows these lines and nothing else; lines that do not fit in height are counted in the last one. */
  draw(lines: readonly string[]): void;
  /** Is called when the size changes, and when the output is closed. */
  onChange(resized: () => void, gone: () => void): () => void;
  close(): void;
}

/** Covers the terminal with a screen. @param onKey is called for each key */
export function openScreen(terminal: Terminal, onKey: (key: string) => void): Screen {
  const { out, onScreen, atExit } = terminal;
  onScreen(true);
  const restoreKeys = listen(terminal.keys, onKey);
  let shown = true;
  const restore = (): void => {
    if (!shown) return;
    shown = false;
    restoreKeys();
    out.write(CLOSE);
  };
  const callOff = atExit(restore);
  out.write(OPEN);
  return {
    get columns() {
      return out.columns || USUAL.columns;
    },
    get rows() {
      return out.rows || USUAL.rows;
    },
    draw(lines) {
      if (!shown) return;
      const fitting = cutHeight(lines, this.rows);
      const drawn = fitting.map((line) => ERASE_LINE + line).join('\r\n');
      out.write(HOME + drawn + (fitting.length < this.rows ? `\r\n${ERASE_BELOW}` : ''));
    },
    onChange(resized, gone) {
      out.on('resize', resized).on('error', gone);
      return () => out.off('resize', resized).off('error', gone);
    },
    close() {
      restore();
      callOff();
      onScreen(false);
    },
  };
}

function cutHeight(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const left = lines.length - rows + 1;
  return [...lines.slice(0, rows - 1), `… ${left} more lines do not fit`];
}

/** Keys come at once and do not show; without a terminal to read from there are none. */
function listen(keys: Input, onKey: (key: string) => void): () => void {
  if (keys.isTTY !== true || keys.setRawMode === undefined) return () => undefined;
  const onData = (typed: Buffer | string): void => {
    for (const key of typed.toString()) onKey(key);
  };
  keys.setRawMode(true);
  keys.on('data', onData);
  return () => {
    keys.off('data', onData);
    keys.setRawMode?.(false);
    keys.pause();
  };
}
