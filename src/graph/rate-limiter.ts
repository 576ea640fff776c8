import type { Clock } from '../process/runtime.ts';
import type { Limit, RequestKind } from './quota/limit.ts';
import { isTight, QuotaState } from './quota/quota-state.ts';
import { type QuotaEvent, type QuotaRecord, readQuotaRecord } from './quota/record.ts';
import { backoff, MAX_TOTAL_WAIT } from './retry-policy.ts';
import { steady } from './steady-clock.ts';

/** Waits after a 429 that does not say how long, in milliseconds: the first, and the longest. */
const FIRST_WAIT = 1_000;
const MAX_WAIT = 20_000;

/** So many of a batch are asked for at once where the quota is roomy. */
const MAX_AT_ONCE = 20;

/** How long to wait before asking again for what other processes have under way, in milliseconds. */
const POLL = 100;

/** The records of the processes that share a quota. It never fails: if it cannot be written, it is empty. */
export interface QuotaLog {
  /** Appends a line in one step. */
  append(line: string): void;
  /** The lines that came since it was last asked, those of this process included, in the order of the log. */
  read(): readonly string[];
}

export interface QuotaSharing {
  /** The name of this process among those that share the quota. */
  readonly self: string;
  /** Asked for when the first request is about to be sent; undefined where nothing is shared. */
  readonly open: () => Promise<QuotaLog | undefined>;
  /** What all may use together, where that is not what this process may use for itself. */
  readonly whole: Limit;
  /** The longest time from a reservation to its answer, in milliseconds: later, its process was killed. */
  readonly hold: number;
}

/**
 * Keeps the quota for a whole run, and with other processes that share a log: sliding windows for writes and for all
 * requests. A reservation is a line in the log; the first one has the slot. After a 429 all requests wait.
 */
export class RateLimiter {
  readonly #limit: Limit;
  readonly #clock: Clock;
  readonly #wall: Clock;
  readonly #random: () => number;
  readonly #sharing: QuotaSharing | undefined;
  readonly #self: string;
  readonly #state: QuotaState;
  #opening: Promise<void> | undefined;
  #log: QuotaLog | undefined;
  #waitingUntil = 0;
  #waitingFor = '';
  /** How long someone has waited in all, how many do now, and since when. */
  #waited = 0;
  #waiting = 0;
  #waitingSince = 0;
  #throttlesInARow = 0;
  #waiters: (() => void)[] = [];
  #throttled = 0;

  /** @param limit what this process may use for itself */
  constructor(limit: Limit, clock: Clock, random: () => number, sharing?: QuotaSharing) {
    this.#limit = limit;
    this.#wall = clock;
    this.#clock = steady(clock);
    this.#random = random;
    this.#sharing = sharing;
    this.#self = sharing?.self ?? '';
    this.#state = new QuotaState(this.#self, limit, sharing?.whole ?? limit);
  }

  /** A number from 0 (inclusive) to 1 (exclusive), for the jitter of waits under this limiter. */
  random(): number {
    return this.#random();
  }

  /** How many attempts of this process were throttled. */
  get throttled(): number {
    return this.#throttled;
  }

  /** Whether the quota, not the way to the service, decides how fast it goes. */
  get tight(): boolean {
    return isTight(this.#limit);
  }

  /** Until when someone waits for the quota, in milliseconds since the epoch; in the past if nothing waits. */
  get waitingUntil(): number {
    return this.#waitingUntil;
  }

  /** What is waited for then, in words. */
  get waitingFor(): string {
    return this.#waitingFor;
  }

  /** How long has been waited for the quota so far, in milliseconds. */
  get waited(): number {
    return this.#waited + (this.#waiting > 0 ? this.#clock.now() - this.#waitingSince : 0);
  }

  /** When this number of writes will have been sent if only the quota limits them, in milliseconds since the epoch. */
  endOf(writes: number): number {
    return this.#state.endOf(writes, this.#clock.now());
  }

  /**
   * Waits until at least one request may be sent.
   * @param most how many the caller could send at once
   * @returns how many it may: 1 to `most`
   */
  async acquire(kind: RequestKind, most: number, signal: AbortSignal): Promise<number> {
    this.#opening ??= this.#open();
    await this.#opening;
    for (;;) {
      signal.throwIfAborted();
      const now = this.#update();
      const { free, at } = this.#state.room(kind, now);
      const wanted = Math.min(most, kind === 'write' ? MAX_AT_ONCE : most, free);
      const granted = wanted < 1 ? 0 : this.#take(kind, wanted, now);
      if (granted > 0) return granted;
      await this.#wait(now, at, signal);
    }
  }

  /**
   * Says that granted requests were answered, throttled ones included, or will never be.
   * @param passed how many of them went through
   */
  answered(kind: RequestKind, count: number, passed = 0): void {
    if (kind === 'write' && passed > 0) this.#throttlesInARow = 0;
    this.#record({ did: 'answer', kind, count, passed });
    this.#wake();
  }

  /** Gives back grants that were not used. */
  release(kind: RequestKind, count: number): void {
    this.#record({ did: 'release', kind, count });
    this.#wake();
  }

  /**
   * The service throttled: everyone waits.
   * @param count how many attempts
   * @param retryAfter what the service asked for, in milliseconds; undefined where it did not say
   * @returns how long everyone waits from now on, in milliseconds
   */
  throttledBy(kind: RequestKind, count: number, retryAfter: number | undefined): number {
    this.#throttled += count;
    const pause = Math.min(retryAfter ?? this.#backoff(), MAX_TOTAL_WAIT);
    if (kind === 'write') this.#throttlesInARow += 1;
    const now = this.#record({ did: 'throttle', kind, pause, asked: retryAfter !== undefined });
    return this.#state.pausedUntil - now;
  }

  /** Where the way to the service decides how fast it goes, a line for each batch would be written for nothing. */
  async #open(): Promise<void> {
    if (this.#sharing !== undefined && isTight(this.#sharing.whole)) this.#log = await this.#sharing.open();
    this.#state.begin(this.#update());
  }

  /** Reserves requests. @returns how many of them are left where other processes were faster */
  #take(kind: RequestKind, count: number, now: number): number {
    const { whole = this.#limit, hold = 0 } = this.#sharing ?? {};
    const event = { did: 'take', kind, count, limit: whole, hold } as const;
    if (this.#log === undefined) {
      this.#state.add(this.#self, event, now);
      return count;
    }
    let room: number | undefined;
    this.#append(event);
    this.#update((record) => {
      if (record.by === this.#self && record.did === 'take') room = this.#state.room(kind, now).free;
    });
    // What is not found in the log, since it was removed, counts here all the same.
    if (room === undefined) this.#state.add(this.#self, event, now);
    const granted = Math.max(0, Math.min(count, room ?? count));
    if (granted < count) this.#record({ did: 'release', kind, count: count - granted });
    return granted;
  }

  /** @returns now */
  #record(event: QuotaEvent): number {
    if (this.#log === undefined) {
      const now = this.#clock.now();
      this.#state.add(this.#self, event, now);
      return now;
    }
    this.#append(event);
    return this.#update();
  }

  #append(event: QuotaEvent): void {
    const record: QuotaRecord = { by: this.#self, at: this.#wall.now(), ...event };
    this.#log?.append(JSON.stringify(record));
  }

  /**
   * Takes notice of what the other processes did, and of what stands in the log of this one.
   * @param onRecord is given each record before it counts
   * @returns now
   */
  #update(onRecord?: (record: QuotaRecord) => void): number {
    const now = this.#clock.now();
    const behind = now - this.#wall.now();
    for (const line of this.#log?.read() ?? []) {
      const record = readQuotaRecord(line);
      if (record === undefined) continue;
      onRecord?.(record);
      // A record of the future was made before the clock was set back: it cannot be later than now.
      this.#state.add(record.by, record, Math.min(now, record.at + behind));
    }
    return now;
  }

  #backoff(): number {
    return backoff(FIRST_WAIT, MAX_WAIT, this.#throttlesInARow + 1, this.#random);
  }

  /** Sleeps until time alone can free a slot, or until an answer may have. */
  async #wait(now: number, at: number | undefined, signal: AbortSignal): Promise<void> {
    const paused = now < this.#state.pausedUntil;
    const others = this.#log !== undefined && this.#state.othersUnderWay;
    const until = at ?? now + (others ? POLL : this.#limit.window);
    if (this.#waiting === 0) this.#waitingSince = now;
    this.#waiting += 1;
    this.#waitingUntil = until;
    this.#waitingFor = this.#state.reason(now);
    const woken = new Promise<void>((resolve) => this.#waiters.push(resolve));
    const controller = new AbortController();
    const asleep = this.#clock.sleep(Math.max(1, until - now), AbortSignal.any([signal, controller.signal]));
    try {
      await (paused ? asleep : Promise.race([asleep, woken]));
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#waited += this.#clock.now() - this.#waitingSince;
      controller.abort();
      asleep.catch(() => undefined);
    }
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
