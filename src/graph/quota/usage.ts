import type { RequestKind } from './limit.ts';

/** Requests that were reserved and are not answered yet. */
interface Open {
  readonly by: string;
  readonly kind: RequestKind;
  readonly at: number;
  /** When no answer comes any more. */
  readonly until: number;
  /** Which part of the run of slots it belongs to: what its success says about the next one. */
  readonly stretch: number;
  count: number;
}

/** Requests that were answered. */
interface Spent {
  readonly by: string;
  readonly kind: RequestKind;
  readonly at: number;
  readonly count: number;
}

/**
 * What of a quota is used, in sliding windows. A slot is free again one window after its answer, since only then it is
 * certain that the service no longer counts it. Times are milliseconds of a clock that never goes back.
 */
export class Usage {
  #open: Open[] = [];
  #spent: Spent[] = [];

  /** @param stretch is given back with the answer */
  take(by: string, kind: RequestKind, count: number, at: number, until: number, stretch: number): void {
    this.#open.push({ by, kind, count, at, until, stretch });
  }

  /** The last reserved requests of a process are not sent. */
  release(by: string, kind: RequestKind, count: number): void {
    const own = this.#open.filter((one) => one.by === by && one.kind === kind).reverse();
    this.#close(own, count);
  }

  /**
   * The first reserved requests of a process were answered.
   * @returns the stretch of the last of them; undefined where nothing was reserved
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

  /** What was answered before `since` is forgotten; what is not answered by `now` and never will be counts as answered. */
  settle(now: number, since: number): void {
    for (const { by, kind, count, until } of this.#open.filter((one) => one.until <= now))
      this.spend(by, kind, count, until);
    if (this.#open.some(({ until }) => until <= now))
      this.#open = this.#open.filter(({ until }) => until > now);
    if (this.#spent.some(({ at }) => at <= since)) this.#spent = this.#spent.filter(({ at }) => at > since);
  }

  /**
   * How many slots are used. Every request takes one of all, and a write one of writes as well.
   * @param since the window's beginning
   * @param by one process alone
   */
  used(kind: RequestKind, since: number, by?: string): number {
    let used = 0;
    for (const one of this.#open) if (counts(one, kind, by)) used += one.count;
    for (const one of this.#spent) if (one.at > since && counts(one, kind, by)) used += one.count;
    return used;
  }

  /** How many writes are under way that were reserved after `since`. */
  writesUnderWay(since: number): number {
    return this.#open.reduce(
      (sum, { kind, at, count }) => sum + (kind === 'write' && at > since ? count : 0),
      0,
    );
  }

  /** Whether some process has requests under way. */
  underWay(by: (process: string) => boolean): boolean {
    return this.#open.some((one) => by(one.by));
  }

  /** When the answer came that is the `count`th from now to leave a window; undefined where there are not so many. */
  leaving(kind: RequestKind, since: number, count: number, by?: string): number | undefined {
    let left = count;
    const spent = this.#spent.filter((one) => one.at > since && counts(one, kind, by));
    for (const one of spent.sort((first, second) => first.at - second.at)) {
      left -= one.count;
      if (left <= 0) return one.at;
    }
    return undefined;
  }

  /** When each used slot was last used, the first first; what is under way counts as of `now`. */
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
