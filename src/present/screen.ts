import type { Input, Output } from '../process/runtime.ts';

/** A terminal for a full-screen view: output, keys, clock and exit hooks. */
export interface Terminal {
  readonly out: Output;
  readonly keys: Input;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Registers a function that is called however the process ends. Returns a function that removes it. */
  atExit(undo: () => void): () => void;
  /** Is called with true when the alternate screen is shown, and with false when it is closed. */
  onScreen(shown: boolean): void;
}

/** Shows the alternate screen, hides the cursor, and turns off line wrapping. */
const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const CLOSE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
/** Written before a line: after a line that fills its row, it would erase the last character. */
const ERASE_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

/** The assumed size of a terminal that does not report one. */
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/** The alternate screen of a terminal. The main screen is restored by `close`, or when the process ends. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Replaces the content with these lines. If they do not fit, the last line has the number of hidden lines. */
  draw(lines: readonly string[]): void;
  /** Registers functions for a change of size and for a closed output. Returns a function that removes them. */
  onChange(resized: () => void, gone: () => void): () => void;
  close(): void;
}

/** Shows the alternate screen. @param onKey is called for each key */
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
  const removeExitHook = atExit(restore);
  out.write(OPEN);
  return {
    get columns() {
      return out.columns || DEFAULT_SIZE.columns;
    },
    get rows() {
      return out.rows || DEFAULT_SIZE.rows;
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
      removeExitHook();
      onScreen(false);
    },
  };
}

function cutHeight(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const left = lines.length - rows + 1;
  return [...lines.slice(0, rows - 1), `… ${left} more lines do not fit`];
}

/** Reads keys in raw mode, without echo; does nothing if the input is not a terminal. */
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
