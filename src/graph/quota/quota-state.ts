import { Allowance } from './allowance.ts';
import type { Limit, RequestKind } from './limit.ts';
import type { QuotaEvent } from './record.ts';
import { Usage } from './usage.ts';

/** How long the limit of a process counts after its last record and its window, in milliseconds. */
const LIMIT_LIFETIME = 60_000;

/** A process that waits for a slot may write no record for a window plus this time, in milliseconds. */
const MAX_SILENCE = 5_000;

/** Writes that have been in flight for longer than this do not delay others, in milliseconds. */
const SLOW = 3_000;

/** The free slots for a kind of request. */
export interface Room {
  /** The number of requests that may be sent now; below 1 if none may. */
  readonly free: number;
  /** When a slot becomes free without another answer; undefined if it is unknown. */
  readonly at: number | undefined;
}

/**
 * The state of the quota, computed from the records of all processes that share it. It is deterministic. Times are in
 * milliseconds of a clock that never goes back.
 */
export class QuotaState {
  readonly #self: string;
  /** The limit of this process. */
  readonly #own: Limit;
  readonly #usage = new Usage();
  readonly #allowance = new Allowance();
  /** The shared limit of each active process. */
  readonly #limits = new Map<string, { readonly limit: Limit; at: number }>();
  #pausedUntil = 0;
  #began = Number.POSITIVE_INFINITY;
  #whole: Limit;

  /**
   * @param self the name of this process in the records
   * @param own the limit of this process
   * @param whole the limit of all processes together
   */
  constructor(self: string, own: Limit, whole: Limit) {
    this.#self = self;
    this.#own = own;
    this.#whole = whole;
    this.#limits.set(self, { limit: whole, at: Number.POSITIVE_INFINITY });
  }

  /** The end of the wait after throttling. */
  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  /** Whether other processes have requests in flight. */
  get othersInFlight(): boolean {
    return this.#usage.hasInFlight((by) => by !== this.#self);
  }

  /** Starts this process: other processes that add records later use the quota at the same time. */
  begin(now: number): void {
    this.#began = now;
  }

  /** Why no slot is free now. */
  reason(now: number): string {
    const { writes, window } = this.#whole;
    if (now < this.#pausedUntil) return 'the end of throttling (429)';
    if (this.#allowance.shared) return 'the quota (shared with other clients)';
    if (this.#otherProcesses(now) > 0) return 'the quota (shared with other processes)';
    return `the quota (${writes} writes/${window / 1_000} s)`;
  }

  /**
   * When this number of writes will have been sent if only the quota limits them. A slot can be used again one window after
   * its last use. Other active processes are assumed to have the same number of writes.
   */
  endOf(writes: number, now: number): number {
    const { writes: limit, window } = this.#whole;
    const all = writes * (this.#otherProcesses(now) + 1);
    return Math.max(
      this.#pausedUntil,
      this.#endIn(this.#allowance.lasting(limit), window, all, now),
      this.#endIn(this.#own.writes, this.#own.window, writes, now, this.#self),
    );
  }

  #endIn(limit: number, window: number, writes: number, now: number, by?: string): number {
    const used = this.#usage.times('write', now - window, now, by);
    const waiting = writes - Math.max(0, limit - used.length);
    if (waiting <= 0) return now;
    const slot = ((waiting - 1) % limit) + Math.max(0, used.length - limit);
    return (used[slot] ?? now) + (Math.floor((waiting - 1) / limit) + 1) * window;
  }

  /** The number of other processes that have added records recently, and since this one started. */
  #otherProcesses(now: number): number {
    const since = Math.max(this.#began, now - this.#whole.window - MAX_SILENCE);
    return [...this.#limits].filter(([by, { at }]) => by !== this.#self && at > since).length;
  }

  add(by: string, event: QuotaEvent, at: number): void {
    const known = this.#limits.get(by);
    if (known !== undefined && by !== this.#self) known.at = at;
    const { kind } = event;
    const { writes, window } = this.#whole;
    switch (event.did) {
      case 'take': {
        const { count, limit, hold } = event;
        if (known === undefined) this.#limits.set(by, { limit, at });
        const { stretch } = this.#allowance;
        if (kind === 'write') this.#allowance.took(this.#usage.used('write', at - window), count, writes);
        const until = by === this.#self ? Number.POSITIVE_INFINITY : at + hold;
        this.#usage.take(by, kind, count, at, until, stretch);
        break;
      }
      case 'release':
        this.#usage.release(by, kind, event.count);
        break;
      case 'answer': {
        const stretch = this.#usage.answer(by, kind, event.count, at);
        if (kind === 'write') this.#allowance.passed(event.passed, stretch, at, writes, window);
        break;
      }
      case 'use':
        this.#usage.spend(by, kind, event.count, at);
        if (kind === 'write') this.#allowance.passed(event.count, undefined, at, writes, window);
        break;
      case 'throttle':
        this.#pausedUntil = Math.max(this.#pausedUntil, at + event.pause);
        if (kind === 'write') this.#allowance.throttled(at, event.pause, event.asked, writes, window);
    }
  }

  room(kind: RequestKind, now: number): Room {
    this.#settle(now);
    const rooms = [
      this.#roomIn('read', this.#whole.requests, this.#whole.window, now),
      this.#roomIn('read', this.#own.requests, this.#own.window, now, this.#self),
    ];
    if (kind === 'write') {
      rooms.push(this.#roomOfWrites(now));
      rooms.push(this.#roomIn('write', this.#own.writes, this.#own.window, now, this.#self));
      rooms.push({ free: this.#freeInFlight(now), at: undefined });
    }
    const free = Math.min(...rooms.map((room) => room.free));
    if (now < this.#pausedUntil) return { free: 0, at: this.#pausedUntil };
    const full = rooms.filter((room) => room.free < 1);
    const known = full.every(({ at }) => at !== undefined);
    return { free, at: known ? Math.max(...full.map(({ at = now }) => at)) : undefined };
  }

  /** How many more writes may be in flight; unlimited if the network, not the quota, limits the speed. */
  #freeInFlight(now: number): number {
    if (!isTight(this.#whole) && !this.#allowance.shared) return Number.POSITIVE_INFINITY;
    return this.#allowance.maxInFlight - this.#usage.writesInFlight(now - SLOW);
  }

  #roomOfWrites(now: number): Room {
    const { writes, window } = this.#whole;
    const room = this.#roomIn('write', this.#allowance.limit(writes, now), window, now);
    const { trialAt = now } = this.#allowance;
    if (room.free >= 1 || trialAt <= now) return room;
    // The full limit may be tried again before a slot of the reduced limit is free.
    const whole = this.#roomIn('write', writes, window, now);
    const trial = Math.max(trialAt, whole.free >= 1 ? trialAt : (whole.at ?? Number.POSITIVE_INFINITY));
    return { free: room.free, at: Math.min(room.at ?? Number.POSITIVE_INFINITY, trial) };
  }

  #roomIn(kind: RequestKind, limit: number, window: number, now: number, by?: string): Room {
    const since = now - window;
    const free = limit - this.#usage.used(kind, since, by);
    if (free >= 1) return { free, at: now };
    const last = this.#usage.leaving(kind, since, 1 - free, by);
    return { free, at: last === undefined ? undefined : last + window };
  }

  /** Removes what no longer counts. The highest limit of a process is the limit for all. */
  #settle(now: number): void {
    let longest = this.#own.window;
    for (const [by, { limit, at }] of this.#limits) {
      if (at + LIMIT_LIFETIME + limit.window < now) this.#limits.delete(by);
      else longest = Math.max(longest, limit.window);
    }
    this.#usage.settle(now, now - longest);
    this.#whole = [...this.#limits.values()]
      .map(({ limit }) => limit)
      .reduce((one, other) => (perSecond(other) > perSecond(one) ? other : one));
  }
}

/** Whether the quota, not the network, limits the speed of writing: below 100 writes per second. */
export function isTight(limit: Limit): boolean {
  return perSecond(limit) < 100;
}

function perSecond({ writes, window }: Limit): number {
  return (writes * 1_000) / window;
}
