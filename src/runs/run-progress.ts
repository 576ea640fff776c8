import type { RateLimiter } from '../graph/rate-limiter.ts';
import type { Emit } from '../outcome/events.ts';
import type { RowStatus } from './row-record.ts';

/** Reports the progress of writing. The counts of all outcomes add up to the number of finished rows. */
export class RunProgress {
  readonly #emit: Emit;
  readonly #rateLimiter: RateLimiter;
  readonly #total: number;
  readonly #earlier: number;
  readonly #waitedBefore: number;
  readonly #ended: Record<RowStatus, number>;

  /**
   * @param earlier statuses of the rows of an earlier process
   * @param remaining number of rows that are still to be written
   */
  constructor(emit: Emit, rateLimiter: RateLimiter, earlier: readonly RowStatus[], remaining: number) {
    this.#emit = emit;
    this.#rateLimiter = rateLimiter;
    this.#earlier = earlier.length;
    this.#waitedBefore = rateLimiter.waited;
    this.#total = earlier.length + remaining;
    this.#ended = { planned: 0, written: 0, unchanged: 0, mismatched: 0, failed: 0, skipped: 0 };
    for (const status of earlier) this.#ended[status] += 1;
  }

  /** Counts one more finished row. */
  ended(status: RowStatus): void {
    this.#ended[status] += 1;
    this.show();
  }

  show(): void {
    const { written, unchanged, mismatched, failed, skipped } = this.#ended;
    const done = written + unchanged + mismatched + failed + skipped;
    const rateLimiter = this.#rateLimiter;
    this.#emit({
      kind: 'progress',
      task: 'writing',
      done,
      total: this.#total,
      outcomes: { written, unchanged, differ: mismatched, failed, skipped },
      earlier: this.#earlier,
      endsAt: () => rateLimiter.endOf(this.#total - done),
      waited: () => rateLimiter.waited - this.#waitedBefore,
      waitingUntil: () => rateLimiter.waitingUntil,
      waitingFor: () => rateLimiter.waitingFor,
    });
  }
}
