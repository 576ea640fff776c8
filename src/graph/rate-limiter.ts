import type { Clock } from '../process/runtime.ts';
import type { Limit, RequestKind } from './quota/limit.ts';
import { isTight, QuotaState } from './quota/quota-state.ts';
import { type QuotaEvent, type QuotaRecord, readQuotaRecord } from './quota/record.ts';
import { backoff, MAX_TOTAL_WAIT } from './retry-policy.ts';
import { steady } from './steady-clock.ts';

/** The first and the longest wait after a 429 without `Retry-After`, in milliseconds. */
const FIRST_WAIT = 1_000;
const MAX_WAIT = 20_000;

/** The maximum number of writes that are acquired at once: a batch. */
const MAX_AT_ONCE = 20;

/** Milliseconds between reads of the log while other processes have requests in flight. */
const POLL = 100;

/** The log of the processes that share a quota. It never fails: if it cannot be written, it is empty. */
export interface QuotaLog {
  /** Appends a line atomically. */
  append(line: string): void;
  /** The lines since the last call, including those of this process, in the order of the log. */
  read(): readonly string[];
}

export interface QuotaSharing {
  /** The name of this process in the log. */
  readonly self: string;
  /** Opens the log before the first request; resolves to undefined if nothing is shared. */
  readonly open: () => Promise<QuotaLog | undefined>;
  /** The limit of all processes together, which may differ from that of this process. */
  readonly whole: Limit;
  /** The maximum time from a reservation to its answer, in milliseconds. Later, its process must have been killed. */
  readonly hold: number;
}

/**
 * Limits the rate of requests of this process and of other processes that share a log, with sliding windows for writes and
 * for all requests. A reservation is a line in the log; the order of the lines decides who gets a slot. After a 429, all
 * requests wait.
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
  /** The total time in which at least one caller waited, the number of callers that wait now, and since when. */
  #waited = 0;
  #waiting = 0;
  #waitingSince = 0;
  #throttlesInARow = 0;
  #waiters: (() => void)[] = [];
  #throttled = 0;

  /** @param limit the limit of this process */
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

  /** The number of throttled attempts of this process. */
  get throttled(): number {
    return this.#throttled;
  }

  /** Whether the quota, not the network, limits the speed. */
  get tight(): boolean {
    return isTight(this.#limit);
  }

  /** The end of the present wait, in milliseconds since the epoch; in the past if no caller waits. */
  get waitingUntil(): number {
    return this.#waitingUntil;
  }

  /** The reason for the present wait, as text. */
  get waitingFor(): string {
    return this.#waitingFor;
  }

  /** The total time in which at least one caller waited, in milliseconds. */
  get waited(): number {
    return this.#waited + (this.#waiting > 0 ? this.#clock.now() - this.#waitingSince : 0);
  }

  /** When this number of writes will have been sent if only the quota limits them, in milliseconds since the epoch. */
  endOf(writes: number): number {
    return this.#state.endOf(writes, this.#clock.now());
  }

  /**
   * Waits until at least one request may be sent.
   * @param most the number of requests that the caller could send at once
   * @returns the number that it may send: 1 to `most`
   * @throws the reason of the signal if it aborts
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
   * Reports that acquired requests were answered, including throttled ones, or will never be answered.
   * @param passed how many of them were accepted
   */
  answered(kind: RequestKind, count: number, passed = 0): void {
    if (kind === 'write' && passed > 0) this.#throttlesInARow = 0;
    this.#record({ did: 'answer', kind, count, passed });
    this.#wake();
  }

  /** Returns acquired requests that were not sent. */
  release(kind: RequestKind, count: number): void {
    this.#record({ did: 'release', kind, count });
    this.#wake();
  }

  /**
   * Reports that the service throttled requests. All requests then wait.
   * @param count the number of throttled attempts
   * @param retryAfter the wait that the service asked for, in milliseconds; undefined if it did not ask for one
   * @returns the wait from now on, in milliseconds
   */
  throttledBy(kind: RequestKind, count: number, retryAfter: number | undefined): number {
    this.#throttled += count;
    const pause = Math.min(retryAfter ?? this.#backoff(), MAX_TOTAL_WAIT);
    if (kind === 'write') this.#throttlesInARow += 1;
    const now = this.#record({ did: 'throttle', kind, pause, asked: retryAfter !== undefined });
    return this.#state.pausedUntil - now;
  }

  /** Opens the log if the quota limits the speed. Otherwise a line for each batch would have no purpose. */
  async #open(): Promise<void> {
    if (this.#sharing !== undefined && isTight(this.#sharing.whole)) this.#log = await this.#sharing.open();
    this.#state.begin(this.#update());
  }

  /** Reserves requests. @returns how many of them were reserved, which may be fewer if other processes were faster */
  #take(kind: RequestKind, count: number, now: number): number {
    const { whole = this.#limit, hold = 0 } = this.#sharing ?? {};
    const event = { did: 'take', kind, count, limit: whole, hold } as const;
    let room: number | undefined;
    this.#append(event);
    this.#update((record) => {
      if (record.by === this.#self) room = this.#state.room(kind, now).free;
    });
    // Without a log, or if the record is missing since the log was removed, it still counts in this process.
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
   * Reads the new records of all processes from the log.
   * @param onRecord is called with each record before it is added to the state
   * @returns now
   */
  #update(onRecord?: (record: QuotaRecord) => void): number {
    const now = this.#clock.now();
    const behind = now - this.#wall.now();
    for (const line of this.#log?.read() ?? []) {
      const record = readQuotaRecord(line);
      if (record === undefined) continue;
      onRecord?.(record);
      // A record with a future time was written before the clock was set back. It cannot be later than now.
      this.#state.add(record.by, record, Math.min(now, record.at + behind));
    }
    return now;
  }

  #backoff(): number {
    return backoff(FIRST_WAIT, MAX_WAIT, this.#throttlesInARow + 1, this.#random);
  }

  /** Sleeps until a slot becomes free with time, or until an answer or a release wakes the waiters. */
  async #wait(now: number, at: number | undefined, signal: AbortSignal): Promise<void> {
    const paused = now < this.#state.pausedUntil;
    const until = at ?? now + (this.#state.othersInFlight ? POLL : this.#limit.window);
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
