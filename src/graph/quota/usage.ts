import type { RequestKind } from './limit.ts';

/** Reserved requests without an answer. */
interface Open {
  readonly by: string;
  readonly kind: RequestKind;
  readonly at: number;
  /** The time after which no answer is possible. */
  readonly until: number;
  /** The stretch of the allowance in which they were reserved. */
  readonly stretch: number;
  count: number;
}

/** Answered requests. */
interface Spent {
  readonly by: string;
  readonly kind: RequestKind;
  readonly at: number;
  readonly count: number;
}

/**
 * The used slots of a quota, in sliding windows. A slot is free again one window after its answer, since only then is it
 * certain that the service no longer counts it. Times are in milliseconds of a clock that never goes back.
 */
export class Usage {
  #open: Open[] = [];
  #spent: Spent[] = [];

  /** Reserves requests. @param stretch is returned with the answer */
  take(by: string, kind: RequestKind, count: number, at: number, until: number, stretch: number): void {
    this.#open.push({ by, kind, count, at, until, stretch });
  }

  /** Removes the last reserved requests of a process, which are not sent. */
  release(by: string, kind: RequestKind, count: number): void {
    const own = this.#open.filter((one) => one.by === by && one.kind === kind).reverse();
    this.#close(own, count);
  }

  /**
   * Marks the first reserved requests of a process as answered.
   * @returns the stretch of the last of them; undefined if nothing was reserved
   */
  answer(by: string, kind: RequestKind, count: number, at: number): number | undefined {
    this.spend(by, kind, count, at);
    return this.#close(
      this.#open.filter((one) => one.by === by && one.kind === kind),
      count,
    );
  }

  spend(by: string, kind: RequestKind, count: number, at: number): void {
    if (count > 0) this.#spent.push({ by, kind, count, at });
  }

  /** Removes requests that were answered before `since`. Requests without a possible answer at `now` count as answered. */
  settle(now: number, since: number): void {
    for (const { by, kind, count, until } of this.#open.filter((one) => one.until <= now))
      this.spend(by, kind, count, until);
    if (this.#open.some(({ until }) => until <= now))
      this.#open = this.#open.filter(({ until }) => until > now);
    if (this.#spent.some(({ at }) => at <= since)) this.#spent = this.#spent.filter(({ at }) => at > since);
  }

  /**
   * The number of used slots. A write counts as a write and as a request.
   * @param since the beginning of the window
   * @param by counts only this process
   */
  used(kind: RequestKind, since: number, by?: string): number {
    let used = 0;
    for (const one of this.#open) if (counts(one, kind, by)) used += one.count;
    for (const one of this.#spent) if (one.at > since && counts(one, kind, by)) used += one.count;
    return used;
  }

  /** The number of writes in flight that were reserved after `since`. */
  writesInFlight(since: number): number {
    return this.#open.reduce(
      (sum, { kind, at, count }) => sum + (kind === 'write' && at > since ? count : 0),
      0,
    );
  }

  /** Whether a process that fulfils the condition has requests in flight. */
  hasInFlight(by: (process: string) => boolean): boolean {
    return this.#open.some((one) => by(one.by));
  }

  /** The time of the answer that is the `count`th to leave the window; undefined if there are fewer. */
  leaving(kind: RequestKind, since: number, count: number, by?: string): number | undefined {
    let left = count;
    const spent = this.#spent.filter((one) => one.at > since && counts(one, kind, by));
    for (const one of spent.sort((first, second) => first.at - second.at)) {
      left -= one.count;
      if (left <= 0) return one.at;
    }
    return undefined;
  }

  /** The times of the last use of each slot, in ascending order. Requests in flight count as of `now`. */
  times(kind: RequestKind, since: number, now: number, by?: string): number[] {
    const times: number[] = [];
    for (const one of this.#spent)
      if (one.at > since && counts(one, kind, by))
        for (let slot = 0; slot < one.count; slot += 1) times.push(one.at);
    for (const one of this.#open)
      if (counts(one, kind, by)) for (let slot = 0; slot < one.count; slot += 1) times.push(now);
    return times.sort((first, second) => first - second);
  }

  #close(open: readonly Open[], count: number): number | undefined {
    let left = count;
    let stretch: number | undefined;
    for (const one of open) {
      if (left <= 0) break;
      const closed = Math.min(left, one.count);
      one.count -= closed;
      left -= closed;
      stretch = one.stretch;
    }
    this.#open = this.#open.filter((one) => one.count > 0);
    return stretch;
  }
}

function counts(one: Open | Spent, kind: RequestKind, by: string | undefined): boolean {
  return (kind === 'read' || one.kind === 'write') && (by === undefined || one.by === by);
}
