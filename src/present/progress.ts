import type { Output } from '../process/runtime.ts';
import { type Progress, progressLine, progressSentence } from './progress-line.ts';

/** Without a terminal a line says how far it is, at least so many milliseconds apart. */
const INTERVAL = 10_000;

/** Work that is over sooner needs no bar, in milliseconds. */
const SHORT = 400;

/** How often a progress bar is redrawn while nothing happens, in milliseconds, to show that it waits. */
const REDRAW = 250;

/** Takes the line under the cursor away. */
const ERASE = '\r\u001b[2K';

/** Shows how far long work is: one line on a terminal, drawn in place; plain lines elsewhere. */
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
    // Nothing happens while everyone waits, and that has to be said too.
    this.#timer ??= setInterval(() => (terminal ? this.#draw() : this.#print()), REDRAW).unref();
    if (!terminal) this.#print();
  }

  /** Takes the line away, so that other text may be written; it comes back by itself. */
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
