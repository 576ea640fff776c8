/** How many writes are risked together: as a rule, and while others are known to use the quota too. */
const AT_RISK = { alone: 10, shared: 2 } as const;

/** Throttles that follow each other within this come from one moment, in milliseconds. */
const SAME_MOMENT = 2_000;

/** So many times are held before old ones are forgotten. */
const MOST_HELD = 1_000;

/** After how many windows a share that was found again and again is exceeded again, at most. */
const MOST_PATIENCE = 8;

/**
 * What the service lets through of the writes of all processes together. After a 429 it is what went through in the
 * window that was full. As soon as the service asks for it, and where it does not say, once that window has passed, the
 * whole limit is tried again: whatever else filled the window has left it by then, unless another client goes on. Where
 * that is found again, the next trial comes later each time. What may be refused is tried in small numbers: one, and as
 * many again as went through. Times are milliseconds of a clock that never goes back.
 */
export class Allowance {
  /** How many writes of a window went through when it was full; undefined while nothing is throttled. */
  #held: number | undefined;
  #throttles = 0;
  #throttledAt = Number.NEGATIVE_INFINITY;
  #trialAt = 0;
  /** Counts up whenever what comes next is less certain than what was before. */
  #stretch = 0;
  /** How many writes of the present stretch went through. */
  #passedHere = 0;
  #passed: { readonly at: number; readonly count: number }[] = [];

  get stretch(): number {
    return this.#stretch;
  }

  /** Whether another client is known to use the quota as well. */
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

  /** How many writes may be under way at once. */
  get atRisk(): number {
    return Math.min(this.shared ? AT_RISK.shared : AT_RISK.alone, this.#passedHere + 1);
  }

  /** Writes are about to be sent. @param before how many slots of the window were used before them */
  took(before: number, count: number, limit: number): void {
    const crosses = (edge: number): boolean => before < edge && before + count >= edge;
    // Whether the next one is let through, a window that is full does not say.
    if (crosses(limit) || (this.#held !== undefined && crosses(this.#held))) this.#begin();
  }

  /** Writes went through. @param stretch in which they were sent */
  passed(count: number, stretch: number | undefined, at: number, limit: number, window: number): void {
    if (count === 0) return;
    this.#passed.push({ at, count });
    if (this.#passed.length > MOST_HELD) this.#passedSince(at - window);
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
    // Where nothing went through, nothing is known of the window: the pauses alone say when to try.
    const windows = passed === 0 ? 0 : this.#windowsToWait(asked);
    this.#trialAt = at + Math.max(pause, windows * window);
    this.#begin();
  }

  #windowsToWait(asked: boolean): number {
    if (this.#throttles === 1) return asked ? 0 : 1;
    return Math.min(MOST_PATIENCE, 2 ** (this.#throttles - 2));
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
