import type { Output } from '../process/runtime.ts';
import { type Progress, progressLine, progressSentence } from './progress-line.ts';

/** Without a terminal, the minimum time between two progress lines, in milliseconds. */
const INTERVAL = 10_000;

/** An operation that takes less has no progress bar, in milliseconds. */
const SHORT = 400;

/** Milliseconds between redraws without an event, to show the remaining wait. */
const REDRAW = 250;

/** Erases the line of the cursor. */
const ERASE = '\r\u001b[2K';

/** Shows the progress of a long operation: one line redrawn in place on a terminal, plain lines elsewhere. */
export class ProgressDisplay {
  readonly #stderr: Output;
  readonly #now: () => number;
  #last: Progress | undefined;
  #started = 0;
  #lastLine = 0;
  #timer: NodeJS.Timeout | undefined;
  #drawn = false;

  constructor(stderr: Output, now: () => number) {
    this.#stderr = stderr;
    this.#now = now;
  }

  update(progress: Progress): void {
    if (this.#last?.task !== progress.task) {
      this.#started = this.#now();
      this.#lastLine = this.#started;
    }
    this.#last = progress;
    const terminal = this.#stderr.isTTY === true;
    // There are no events during a wait, and it must be shown, too.
    this.#timer ??= setInterval(() => (terminal ? this.#draw() : this.#print()), REDRAW).unref();
    if (!terminal) this.#print();
  }

  /** Erases the line, so that other text can be written. The next redraw shows it again. */
  makeRoom(): void {
    if (this.#drawn) this.#stderr.write(ERASE);
    this.#drawn = false;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#last = undefined;
    this.makeRoom();
  }

  #print(): void {
    const now = this.#now();
    if (this.#last === undefined || now - this.#lastLine < INTERVAL) return;
    this.#lastLine = now;
    this.#stderr.write(`${progressSentence(this.#last, this.#started, now)}\n`);
  }

  #draw(): void {
    const now = this.#now();
    if (this.#last === undefined || now - this.#started < SHORT) return;
    const line = progressLine(this.#last, this.#started, now, (this.#stderr.columns || 80) - 1);
    this.#stderr.write(`${ERASE}${line}`);
    this.#drawn = true;
  }
}
