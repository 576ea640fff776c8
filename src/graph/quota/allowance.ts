/** Maximum number of writes in flight: as a rule, and while another client is known to use the quota. */
const AT_RISK = { alone: 10, shared: 2 } as const;

/** Throttled answers within this time count as one, in milliseconds. */
const SAME_MOMENT = 2_000;

/** When there are more entries than this, old ones are removed. */
const MAX_ENTRIES = 1_000;

/** Maximum number of windows before the whole limit is tried again. */
const MAX_WINDOWS = 8;

/**
 * How many writes of all processes together the service accepts in a window. After a 429 it is the number that was accepted
 * in the window that was full. The whole limit is tried again when the service's `Retry-After` has passed, or without one
 * after one window: requests of other clients have left the window by then, unless they go on. If they do, each further
 * trial comes later. Writes that may be refused are sent in small numbers: one, then as many more as were accepted. Times
 * are milliseconds of a clock that never goes back.
 */
export class Allowance {
  /** How many writes were accepted in a window when it was full; undefined while nothing is throttled. */
  #held: number | undefined;
  #throttles = 0;
  #throttledAt = Number.NEGATIVE_INFINITY;
  #trialAt = 0;
  /** Number of the current stretch: a new one begins whenever the next writes may be refused. */
  #stretch = 0;
  /** How many writes of the current stretch were accepted. */
  #passedHere = 0;
  #passed: { readonly at: number; readonly count: number }[] = [];

  get stretch(): number {
    return this.#stretch;
  }

  /** Whether another client is known to use the quota. */
  get shared(): boolean {
    return this.#held !== undefined;
  }

  /** How many writes a window may hold. @param limit the whole of it */
  limit(limit: number, now: number): number {
    return this.#held === undefined || now >= this.#trialAt ? limit : Math.min(limit, this.#held);
  }

  /** How many writes a window can be expected to hold in the long run. @param limit the whole of it */
  lasting(limit: number): number {
    return Math.min(limit, this.#held ?? limit);
  }

  /** When the whole limit is tried again; undefined where it is not reduced. */
  get trialAt(): number | undefined {
    return this.#held === undefined ? undefined : this.#trialAt;
  }

  /** How many writes may be in flight. */
  get atRisk(): number {
    return Math.min(this.shared ? AT_RISK.shared : AT_RISK.alone, this.#passedHere + 1);
  }

  /** Writes are about to be sent. @param before how many slots of the window were used before them */
  took(before: number, count: number, limit: number): void {
    const crosses = (edge: number): boolean => before < edge && before + count >= edge;
    // Beyond a full window, the next write may be refused.
    if (crosses(limit) || (this.#held !== undefined && crosses(this.#held))) this.#begin();
  }

  /** Writes were accepted. @param stretch in which they were sent */
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

  /** @param asked whether the service itself said how long to pause */
  throttled(at: number, pause: number, asked: boolean, limit: number, window: number): void {
    if (at - this.#throttledAt > SAME_MOMENT) this.#throttles += 1;
    this.#throttledAt = at;
    const passed = this.#passedSince(at - window);
    this.#held = Math.max(1, Math.min(limit, passed));
    // If nothing was accepted, the size of the window is unknown, and only the pause says when to try again.
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
