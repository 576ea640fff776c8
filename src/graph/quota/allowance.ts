/** Maximum number of writes in flight that may be throttled: normally, and while another client is known to use the quota. */
const MAX_IN_FLIGHT = { alone: 10, shared: 2 } as const;

/** Throttled answers within this time count as one, in milliseconds. */
const SAME_EVENT = 2_000;

/** If there are more entries than this, old ones are removed. */
const MAX_ENTRIES = 1_000;

/** Maximum number of windows before the whole limit is tried again. */
const MAX_WINDOWS = 8;

/**
 * Estimates how many writes of all processes together the service accepts in a window. After a 429, the estimate is the
 * number that was accepted in that window. The full limit is tried again after the service's `Retry-After`, or without one
 * after one window, when earlier requests of other clients have left the window. If other clients continue, each further
 * trial is later. Writes that may be throttled are sent in small numbers: one, then as many more as were accepted. Times
 * are in milliseconds of a clock that never goes back.
 */
export class Allowance {
  /** The number of writes that were accepted in a full window; undefined while nothing is throttled. */
  #held: number | undefined;
  #throttles = 0;
  #throttledAt = Number.NEGATIVE_INFINITY;
  #trialAt = 0;
  /** The number of the current stretch. A new one begins whenever the next writes may be throttled. */
  #stretch = 0;
  /** The number of accepted writes of the current stretch. */
  #passedHere = 0;
  #passed: { readonly at: number; readonly count: number }[] = [];

  get stretch(): number {
    return this.#stretch;
  }

  /** Whether another client is known to use the quota. */
  get shared(): boolean {
    return this.#held !== undefined;
  }

  /** The maximum number of writes in a window now. @param limit the full limit */
  limit(limit: number, now: number): number {
    return this.#held === undefined || now >= this.#trialAt ? limit : Math.min(limit, this.#held);
  }

  /** The expected number of writes in a window in the long run. @param limit the full limit */
  lasting(limit: number): number {
    return Math.min(limit, this.#held ?? limit);
  }

  /** When the full limit is tried again; undefined if it is not reduced. */
  get trialAt(): number | undefined {
    return this.#held === undefined ? undefined : this.#trialAt;
  }

  /** The maximum number of writes in flight. */
  get maxInFlight(): number {
    return Math.min(this.shared ? MAX_IN_FLIGHT.shared : MAX_IN_FLIGHT.alone, this.#passedHere + 1);
  }

  /** Writes were reserved. @param before the number of used slots of the window before them */
  took(before: number, count: number, limit: number): void {
    const crosses = (edge: number): boolean => before < edge && before + count >= edge;
    // After a full window, the next write may be throttled.
    if (crosses(limit) || (this.#held !== undefined && crosses(this.#held))) this.#begin();
  }

  /** Writes were accepted. @param stretch the stretch in which they were sent */
  passed(count: number, stretch: number | undefined, at: number, limit: number, window: number): void {
    if (count === 0) return;
    this.#passed.push({ at, count });
    if (this.#passed.length > MAX_ENTRIES) this.#passedSince(at - window);
    if (stretch === this.#stretch) this.#passedHere += count;
    if (this.#held === undefined) return;
    if (this.#passedSince(at - window) < limit) return;
    this.#held = undefined;
    this.#throttles = 0;
  }

  /** A write was throttled. @param asked whether the pause is from the service's `Retry-After` */
  throttled(at: number, pause: number, asked: boolean, limit: number, window: number): void {
    if (at - this.#throttledAt > SAME_EVENT) this.#throttles += 1;
    this.#throttledAt = at;
    const passed = this.#passedSince(at - window);
    this.#held = Math.max(1, Math.min(limit, passed));
    // If nothing was accepted, the use of the window is unknown, and only the pause determines the next trial.
    const windows = passed === 0 ? 0 : this.#windowsToWait(asked);
    this.#trialAt = at + Math.max(pause, windows * window);
    this.#begin();
  }

  #windowsToWait(asked: boolean): number {
    if (this.#throttles === 1) return asked ? 0 : 1;
    return Math.min(MAX_WINDOWS, 2 ** (this.#throttles - 2));
  }

  #begin(): void {
    this.#stretch += 1;
    this.#passedHere = 0;
  }

  #passedSince(since: number): number {
    if (this.#passed.some(({ at }) => at <= since))
      this.#passed = this.#passed.filter(({ at }) => at > since);
    return this.#passed.reduce((sum, { count }) => sum + count, 0);
  }
}
