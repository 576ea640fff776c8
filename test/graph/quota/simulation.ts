import type { QuotaLog } from '../../../src/graph/rate-limiter.ts';
import { RateLimiter } from '../../../src/graph/rate-limiter.ts';
import type { Clock } from '../../../src/process/runtime.ts';

export const LIMIT = { writes: 100, requests: 1_000, window: 20_000 };
const never = new AbortController().signal;

/** Simulated time: when all clients sleep, it advances to the end of the shortest sleep. */
export class World {
  now = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  readonly clock: Clock = {
    now: () => this.now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: this.now + milliseconds, wake: resolve };
        this.#sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
          reject(signal.reason);
        });
      }),
  };

  /** Advances the time until all of this work is done. */
  async run(work: readonly Promise<unknown>[]): Promise<void> {
    let done = false;
    const all = Promise.all(work).finally(() => {
      done = true;
    });
    while (!done) {
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const next = this.#sleepers.reduce((least, one) => (one.at < least.at ? one : least), {
        at: Number.POSITIVE_INFINITY,
        wake: () => undefined,
      });
      if (done || next.at === Number.POSITIVE_INFINITY) continue;
      this.now = Math.max(this.now, next.at);
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      next.wake();
    }
    await all;
  }
}

/** A service with a sliding window, as it is documented: throttled attempts count too. */
export class Service {
  #attempts: number[] = [];

  readonly #world: World;
  readonly #capacity: number;

  constructor(world: World, capacity = LIMIT.writes) {
    this.#world = world;
    this.#capacity = capacity;
  }

  /** @returns undefined if the write is accepted; otherwise how long the window stays full, in milliseconds */
  write(): number | undefined {
    const { now } = this.#world;
    this.#attempts = this.#attempts.filter((at) => at > now - LIMIT.window);
    const blocking = this.#attempts[this.#attempts.length - this.#capacity];
    this.#attempts.push(now);
    return blocking === undefined ? undefined : blocking + LIMIT.window - now;
  }
}

/** A log in memory that several clients share. */
export class SharedLines {
  readonly lines: string[] = [];

  reader(): QuotaLog {
    let at = 0;
    return {
      append: (line) => void this.lines.push(line),
      read: () => {
        const from = at;
        at = this.lines.length;
        return this.lines.slice(from);
      },
    };
  }
}

export interface Outcome {
  /** When the last row was written, in seconds. */
  seconds: number;
  written: number;
  throttled: number;
}

export interface ClientOptions {
  readonly rows: number;
  readonly latency?: number;
  readonly retryAfter?: boolean;
  readonly lines?: SharedLines | undefined;
  readonly self?: string;
  /** Stops after this number of rows, without releasing its slots. */
  readonly killedAfter?: number;
}

/** A process that writes rows through a rate limiter, one batch after another. */
export async function client(world: World, service: Service, options: ClientOptions): Promise<Outcome> {
  const { rows, latency = 5, retryAfter = true, lines, self = 'a', killedAfter } = options;
  const limiter = new RateLimiter(
    LIMIT,
    world.clock,
    () => 0.5,
    lines && { self, open: async () => lines.reader(), whole: LIMIT, hold: 30_000 },
  );
  const outcome = { seconds: 0, written: 0, throttled: 0 };
  while (outcome.written < rows) {
    const granted = await limiter.acquire('write', Math.min(20, rows - outcome.written), never);
    await world.clock.sleep(latency / 2);
    const answers = Array.from({ length: granted }, () => service.write());
    if (killedAfter !== undefined && outcome.written + granted > killedAfter) return outcome;
    await world.clock.sleep(latency / 2);
    const waits = answers.filter((wait) => wait !== undefined);
    outcome.written += granted - waits.length;
    outcome.throttled += waits.length;
    limiter.answered('write', granted, granted - waits.length);
    if (waits.length > 0) {
      const asked = Math.ceil(Math.max(...waits) / 1_000) * 1_000;
      limiter.throttledBy('write', waits.length, retryAfter ? asked : undefined);
    }
  }
  outcome.seconds = world.now / 1_000;
  return outcome;
}

/** A client without the log, which makes this number of writes in each window, evenly, between two times. */
export async function foreigner(
  world: World,
  service: Service,
  writes: number,
  { from = 0, to = Number.POSITIVE_INFINITY, over }: { from?: number; to?: number; over: { done: boolean } },
): Promise<void> {
  await world.clock.sleep(from);
  while (!over.done && world.now < to) {
    service.write();
    await world.clock.sleep(LIMIT.window / writes);
  }
}
