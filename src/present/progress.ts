import type { SingleBar } from 'cli-progress';
import type { Event } from '../events.ts';
import type { Output } from '../runtime.ts';

type Progress = Extract<Event, { kind: 'progress' }>;

/** Without a terminal a line says how far it is, at least so many milliseconds apart. */
const INTERVAL = 10_000;

/** Shows how far long work is: a bar on a terminal, plain lines elsewhere. */
export class ProgressDisplay {
  readonly #stderr: Output;
  readonly #now: () => number;
  #bar: SingleBar | undefined;
  #loading: Promise<void> | undefined;
  #lastLine: number;
  #last: Progress | undefined;

  constructor(stderr: Output, now: () => number) {
    this.#stderr = stderr;
    this.#now = now;
    this.#lastLine = now();
  }

  update(progress: Progress): void {
    this.#last = progress;
    if (this.#stderr.isTTY === true) {
      this.#loading ??= this.#open(progress.total);
      this.#bar?.update(progress.done, fieldsOf(progress, this.#now()));
      if (progress.done >= progress.total) this.close();
    } else if (this.#now() - this.#lastLine >= INTERVAL) {
      this.#lastLine = this.#now();
      const { done, total } = progress;
      this.#stderr.write(`${done} of ${total} rows: ${fieldsOf(progress, this.#now()).state}\n`);
    }
  }

  /** Takes the bar away, so that what follows starts on a line of its own. */
  close(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  async #open(total: number): Promise<void> {
    const { SingleBar } = (await import('cli-progress')).default;
    if (this.#last !== undefined && this.#last.done >= this.#last.total) return;
    this.#bar = new SingleBar({
      stream: this.#stderr,
      format: '{bar} {value}/{total} {state}, {eta_formatted} left',
      barsize: 24,
      clearOnComplete: true,
      hideCursor: true,
      etaBuffer: 50,
    });
    this.#bar.start(total, this.#last?.done ?? 0, { state: '' });
  }
}

function fieldsOf(progress: Progress, now: number): { readonly state: string } {
  const { written, unchanged, failed, mismatched, waitingUntil } = progress;
  const parts = [`${written} written`, `${unchanged} unchanged`];
  if (mismatched > 0) parts.push(`${mismatched} differ`);
  if (failed > 0) parts.push(`${failed} failed`);
  if (waitingUntil !== undefined)
    parts.push(`waiting ${Math.ceil((waitingUntil - now) / 1_000)} s for quota`);
  return { state: parts.join(', ') };
}
