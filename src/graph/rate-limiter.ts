import type { Clock } from '../process/runtime.ts';
import { backoff, MAX_TOTAL_WAIT } from './retry-policy.ts';
import { steady } from './steady-clock.ts';

/** A limit in a sliding window. */
export interface Limit {
  readonly writes: number;
  readonly requests: number;
  /** Length of the window in milliseconds. */
  readonly window: number;
}

export type RequestKind = 'read' | 'write';

/** The share of the documented limit that the rate limiter never sinks below. */
const LEAST_SHARE = 0.05;

/** How many writes are risked together: as a rule, and while others are known to use the quota too. */
const UNIT = { alone: 10, shared: 3, roomy: 20 } as const;

/** Waits after a 429 that does not say how long, in milliseconds: the first, and the longest. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 20_000;

/** Grants that were given and not yet answered, and the times of answers that still count. */
class Window {
  limit: number;
  #open = 0;
  #answers: number[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  free(since: number): number {
    this.#forget(since);
    return this.limit - this.#open - this.#answers.length;
  }

  /** When the next slot becomes free, if answers alone decide. */
  get oldest(): number | undefined {
    return this.#answers[0];
  }

  take(count: number): void {
    this.#open += count;
  }

  answer(count: number, at: number): void {
    this.#open -= count;
    for (let index = 0; index < count; index += 1) this.#answers.push(at);
  }

  #forget(since: number): void {
    const first = this.#answers.findIndex((time) => time > since);
    if (first !== 0) this.#answers = first < 0 ? [] : this.#answers.slice(first);
  }
}

/**
 * Keeps the quota for a whole run: one sliding window for writes and one for all requests. A slot is free again one
 * window after its answer came, since only then it is sure that the service no longer counts it. After a 429 everyone
 * waits at once, the window of writes shrinks to what it let through, and grows again by one for each window without.
 */
export class RateLimiter {
  readonly #limit: Limit;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #writes: Window;
  readonly #requests: Window;
  #pausedUntil = 0;
  #waitingUntil = 0;
  #lastThrottle = Number.NEGATIVE_INFINITY;
  #lastGrowth = 0;
  #throttlesInARow = 0;
  /** Times at which writes went through, for what a full window holds. */
  #passed: number[] = [];
  #waiters: (() => void)[] = [];
  #throttled = 0;
  /** How many of a batch are risked at once; small where the service has just throttled. */
  #unit: number;

  constructor(limit: Limit, clock: Clock, random: () => number) {
    this.#limit = limit;
    this.#clock = steady(clock);
    this.#random = random;
    this.#writes = new Window(limit.writes);
    this.#requests = new Window(limit.requests);
    this.#unit = 1;
  }

  /** A number from 0 (inclusive) to 1 (exclusive), for the jitter of whoever waits under this limiter. */
  random(): number {
    return this.#random();
  }

  /** How many attempts were throttled. */
  get throttled(): number {
    return this.#throttled;
  }

  /** Whether the quota, not the way to the service, decides how fast it goes. */
  get tight(): boolean {
    return (this.#limit.writes / this.#limit.window) * 1_000 < 100;
  }

  /** Until when someone waits for the quota, in milliseconds since the epoch; past where nobody does. */
  get waitingUntil(): number {
    return this.#waitingUntil;
  }

  /** Writes a second that the limit permits in the long run. */
  get writesPerSecond(): number {
    return (this.#writes.limit * 1_000) / this.#limit.window;
  }

  /**
   * Waits until at least one request may be sent.
   * @param most how many the caller could send at once
   * @returns how many it may: 1 to `most`
   */
  async acquire(kind: RequestKind, most: number, signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted();
      const now = this.#clock.now();
      this.#grow(now);
      const free = this.#free(kind, now);
      if (now >= this.#pausedUntil && free > 0) {
        const granted = Math.min(most, free, kind === 'write' ? this.#unit : most);
        this.#requests.take(granted);
        if (kind === 'write') this.#writes.take(granted);
        return granted;
      }
      // What the window holds may have changed meanwhile: the first after a wait goes alone.
      if (kind === 'write') this.#unit = 1;
      await this.#wait(now, kind, signal);
    }
  }

  /** Says that granted requests were answered, throttled ones included, or will never be. */
  answered(kind: RequestKind, count: number): void {
    const now = this.#clock.now();
    this.#requests.answer(count, now);
    if (kind === 'write') this.#writes.answer(count, now);
    this.#wake();
  }

  /** Gives back grants that were not used. */
  release(kind: RequestKind, count: number): void {
    this.#requests.take(-count);
    if (kind === 'write') this.#writes.take(-count);
    this.#wake();
  }

  /** Writes went through: the next unit may be larger. */
  succeeded(count: number): void {
    const now = this.#clock.now();
    for (let index = 0; index < count; index += 1) this.#passed.push(now);
    this.#throttlesInARow = 0;
    this.#unit = Math.min(this.#largestUnit, this.#unit * 2);
  }

  /**
   * The service throttled: everyone waits, and goes on more slowly.
   * @param count how many attempts
   * @param retryAfter what the service asked for, in milliseconds; undefined where it did not say
   * @returns how long everyone waits from now on, in milliseconds
   */
  throttledBy(kind: RequestKind, count: number, retryAfter: number | undefined): number {
    const now = this.#clock.now();
    this.#throttled += count;
    const wait = Math.min(retryAfter ?? this.#backoff(), MAX_TOTAL_WAIT);
    this.#pausedUntil = Math.max(this.#pausedUntil, now + wait);
    const paused = this.#pausedUntil - now;
    if (kind !== 'write') return paused;
    this.#throttlesInARow += 1;
    this.#unit = 1;
    // What went through in the window that is full now is what it holds for us.
    this.#passed = this.#passed.filter((time) => time > now - this.#limit.window);
    const least = Math.ceil(this.#limit.writes * LEAST_SHARE);
    this.#writes.limit = Math.max(least, Math.min(this.#writes.limit, this.#passed.length));
    this.#lastThrottle = now;
    this.#lastGrowth = now;
    return paused;
  }

  get #largestUnit(): number {
    if (!this.tight) return UNIT.roomy;
    return this.#writes.limit < this.#limit.writes ? UNIT.shared : UNIT.alone;
  }

  #backoff(): number {
    return backoff(FIRST_WAIT, LONGEST_WAIT, this.#throttlesInARow + 1, this.#random);
  }

  /** One more for each window without a throttle; half as much again where there was none for long. */
  #grow(now: number): void {
    if (this.#writes.limit >= this.#limit.writes) return;
    const calm = now - this.#lastThrottle > 3 * this.#limit.window;
    // Each step risks one throttled attempt: where little goes through, it is risked less often.
    const cautious = !calm && this.#writes.limit < this.#limit.writes / 2.5;
    if (now - this.#lastGrowth < this.#limit.window * (cautious ? 2 : 1)) return;
    this.#lastGrowth = now;
    const step = calm ? Math.ceil(this.#writes.limit / 2) : 1;
    this.#writes.limit = Math.min(this.#limit.writes, this.#writes.limit + step);
  }

  #free(kind: RequestKind, now: number): number {
    const since = now - this.#limit.window;
    const requests = this.#requests.free(since);
    return kind === 'write' ? Math.min(requests, this.#writes.free(since)) : requests;
  }

  /** Sleeps until time alone can free a slot, or until an answer may have. */
  async #wait(now: number, kind: RequestKind, signal: AbortSignal): Promise<void> {
    const oldest = [this.#requests.oldest, ...(kind === 'write' ? [this.#writes.oldest] : [])];
    const freed = oldest.filter((time) => time !== undefined).map((time) => time + this.#limit.window + 1);
    const until = now < this.#pausedUntil ? this.#pausedUntil : Math.min(...freed, now + this.#limit.window);
    this.#waitingUntil = until;
    const woken = new Promise<void>((resolve) => this.#waiters.push(resolve));
    const controller = new AbortController();
    const asleep = this.#clock.sleep(Math.max(1, until - now), AbortSignal.any([signal, controller.signal]));
    try {
      await (now < this.#pausedUntil ? asleep : Promise.race([asleep, woken]));
    } finally {
      controller.abort();
      asleep.catch(() => undefined);
    }
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
