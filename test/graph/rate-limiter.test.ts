import { describe, expect, test } from '@jest/globals';
import type { Limit, RequestKind } from '../../src/graph/quota/limit.ts';
import { RateLimiter } from '../../src/graph/rate-limiter.ts';

const LIMIT = { writes: 100, requests: 1_000, window: 20_000 };
const never = new AbortController().signal;

/** A rate limiter of a single process, on a clock that advances by sleeping and by `pass`. */
function start(limit: Limit = LIMIT, random = () => 0.5) {
  let now = 0;
  const sleeps: number[] = [];
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      sleeps.push(milliseconds);
      now += milliseconds;
    },
  };
  const rateLimiter = new RateLimiter(limit, clock, random);
  /** Acquires slots, and answers at once with success. */
  const use = async (kind: RequestKind, most: number): Promise<number> => {
    const granted = await rateLimiter.acquire(kind, most, never);
    rateLimiter.answered(kind, granted, granted);
    return granted;
  };
  return {
    rateLimiter,
    sleeps,
    use,
    now: () => now,
    pass: (milliseconds: number) => (now += milliseconds),
    /** Writes this number of rows, in as many units as needed. */
    async write(count: number) {
      for (let left = count; left > 0; ) left -= await use('write', left);
    },
  };
}

const time = { now: 0 };

/** A rate limiter on a clock whose sleeps do not end, with the signals and the durations of the sleeps. */
function asleep(limit: Limit) {
  const sleepers: AbortSignal[] = [];
  const requested: number[] = [];
  const clock = {
    now: () => time.now,
    sleep: (milliseconds: number, signal = never) =>
      new Promise<void>((_resolve, reject) => {
        sleepers.push(signal);
        requested.push(milliseconds);
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  return { rateLimiter: new RateLimiter(limit, clock, () => 0.5), sleepers, requested };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('the rate limiter has the random function of its options', () => {
  expect(start(LIMIT, () => 0.25).rateLimiter.random()).toBe(0.25);
});

test.each([
  [99, true],
  [100, false],
])('a quota of %i writes a second is tight: %s', (writes, tight) => {
  expect(start({ writes, requests: 1_000, window: 1_000 }).rateLimiter.tight).toBe(tight);
});

describe('the quota', () => {
  test('of writes does not increase by reads that left the window', async () => {
    const { rateLimiter, pass, use, sleeps } = start({ writes: 5, requests: 100, window: 20_000 });
    for (let read = 0; read < 5; read += 1) await use('read', 1);
    pass(20_001);
    for (let one = 0; one < 5; one += 1) await use('write', 1);
    expect(sleeps).toEqual([]);
    await use('write', 1);
    expect(sleeps).toEqual([20_000]);
    expect(rateLimiter.throttled).toBe(0);
  });

  test('grants as many reads as requested, up to the free slots', async () => {
    const { rateLimiter, sleeps } = start({ writes: 1, requests: 5, window: 1_000 });
    expect(await rateLimiter.acquire('read', 3, never)).toBe(3);
    expect(await rateLimiter.acquire('read', 9, never)).toBe(2);
    expect(sleeps).toEqual([]);
  });

  test('grants more reads at once than fit in a batch', async () => {
    const { rateLimiter } = start();
    expect(await rateLimiter.acquire('read', 50, never)).toBe(50);
  });

  test('counts a write as a request', async () => {
    const { rateLimiter } = start({ writes: 5, requests: 5, window: 1_000 });
    expect(await rateLimiter.acquire('write', 1, never)).toBe(1);
    expect(await rateLimiter.acquire('read', 9, never)).toBe(4);
  });

  test('does not count a read as a write', async () => {
    const { use, sleeps } = start({ writes: 1, requests: 5, window: 1_000 });
    await use('read', 3);
    await use('write', 1);
    expect(sleeps).toEqual([]);
  });

  test('makes writes wait for free requests', async () => {
    const { use, sleeps } = start({ writes: 9, requests: 2, window: 1_000 });
    await use('read', 2);
    await use('write', 1);
    expect(sleeps).toEqual([1_000]);
  });

  test('does not delay reads while writes wait', async () => {
    const { use, sleeps } = start({ writes: 1, requests: 9, window: 1_000 });
    await use('write', 1);
    await use('read', 8);
    expect(sleeps).toEqual([]);
  });

  test('frees each slot one window after its answer', async () => {
    const { use, pass, sleeps } = start({ writes: 9, requests: 3, window: 1_000 });
    await use('read', 1);
    pass(400);
    await use('read', 2);
    expect(await use('read', 3)).toBe(1);
    expect(await use('read', 3)).toBe(2);
    expect(sleeps).toEqual([600, 400]);
  });

  test.each([
    [999, [1]],
    [1_000, []],
  ])('keeps the slot of an answer for one window: after %i ms', async (passed, expected) => {
    const { use, pass, sleeps } = start({ writes: 9, requests: 1, window: 1_000 });
    await use('read', 1);
    pass(passed);
    await use('read', 1);
    expect(sleeps).toEqual(expected);
  });

  test('keeps a slot from the time of its answer', async () => {
    const { rateLimiter, pass, now } = start({ writes: 1, requests: 10, window: 1_000 });
    await rateLimiter.acquire('write', 1, never);
    pass(5_000);
    rateLimiter.answered('write', 1);
    await rateLimiter.acquire('write', 1, never);
    expect(now()).toBe(6_000);
  });

  test('of reads does not depend on writes that left the window', async () => {
    const { use, pass, sleeps } = start({ writes: 1, requests: 2, window: 1_000 });
    await use('write', 1);
    pass(5_000);
    await use('read', 2);
    await use('read', 1);
    expect(sleeps).toEqual([1_000]);
  });

  test('gets released slots back', async () => {
    const { rateLimiter, sleeps } = start({ writes: 1, requests: 1, window: 1_000 });
    for (const kind of ['write', 'read', 'write'] as const) {
      expect(await rateLimiter.acquire(kind, 1, never)).toBe(1);
      rateLimiter.release(kind, 1);
    }
    expect(sleeps).toEqual([]);
  });

  test('does not free a write when a read is released', async () => {
    const { rateLimiter, sleeps } = start({ writes: 1, requests: 9, window: 1_000 });
    await rateLimiter.acquire('read', 2, never);
    rateLimiter.release('read', 2);
    expect(await rateLimiter.acquire('write', 2, never)).toBe(1);
    expect(sleeps).toEqual([]);
  });

  test('delays a write for at most one window if the clock is set back by an hour', async () => {
    const { write, pass, now, use } = start();
    pass(10 * 3_600_000);
    await write(100);
    pass(-3_600_000);
    const before = now();
    await use('write', 1);
    expect(now() - before).toBe(20_000);
  });
});

describe('unanswered writes are limited', () => {
  /** The sizes of successive units that are all accepted. */
  async function units(limit: Limit, count: number) {
    const { use } = start(limit);
    const granted: number[] = [];
    for (let unit = 0; unit < count; unit += 1) granted.push(await use('write', 50));
    return granted;
  }

  test('to units that grow to ten', async () => {
    expect(await units(LIMIT, 6)).toEqual([1, 2, 4, 8, 10, 10]);
  });

  test('to units of twenty if the quota is large', async () => {
    expect(await units({ writes: 2_000, requests: 9_000, window: 20_000 }, 3)).toEqual([20, 20, 20]);
  });

  test('in total, for any number of callers', async () => {
    const { rateLimiter, write, sleeps } = start();
    await write(13);
    expect(await rateLimiter.acquire('write', 7, never)).toBe(7);
    expect(await rateLimiter.acquire('write', 7, never)).toBe(3);
    expect(sleeps).toEqual([]);
  });

  test('to one after the window was full', async () => {
    const { use, write } = start();
    await write(100);
    expect([await use('write', 50), await use('write', 50), await use('write', 50)]).toEqual([1, 2, 4]);
  });

  test('by the accepted writes, not by the answered ones', async () => {
    const { rateLimiter } = start();
    rateLimiter.answered('write', await rateLimiter.acquire('write', 9, never), 0);
    expect(await rateLimiter.acquire('write', 9, never)).toBe(1);
  });
});

describe('after a 429', () => {
  test('all requests wait as long as the service asks, at most five minutes', async () => {
    for (const [requested, waited] of [
      [7_000, 7_000],
      [300_000, 300_000],
      [300_001, 300_000],
    ] as const) {
      const { rateLimiter, sleeps } = start();
      rateLimiter.throttledBy('read', 1, requested);
      await rateLimiter.acquire('read', 1, never);
      await rateLimiter.acquire('write', 1, never);
      expect(sleeps).toEqual([waited]);
    }
  });

  test('a shorter wait does not end a longer one', async () => {
    const { rateLimiter, sleeps, pass } = start();
    expect(rateLimiter.throttledBy('read', 1, 7_000)).toBe(7_000);
    expect(rateLimiter.throttledBy('write', 1, 1_000)).toBe(7_000);
    pass(500);
    expect(rateLimiter.throttledBy('read', 1, 1_000)).toBe(6_500);
    await rateLimiter.acquire('read', 1, never);
    expect(sleeps).toEqual([6_500]);
  });

  test('without Retry-After, waits double up to twenty seconds, with jitter', async () => {
    const { rateLimiter, use, sleeps } = start();
    for (let time = 0; time < 6; time += 1) {
      rateLimiter.throttledBy('write', 1, undefined);
      await use('read', 1);
    }
    expect(sleeps).toEqual([750, 1_500, 3_000, 6_000, 12_000, 15_000]);
    await use('write', 1);
    rateLimiter.throttledBy('write', 1, undefined);
    await use('read', 1);
    expect(sleeps.at(-1)).toBe(750);
  });

  test('waits double until a write is accepted, whatever else is answered', () => {
    const { rateLimiter } = start();
    const waits = [
      () => undefined,
      () => rateLimiter.answered('write', 1, 0),
      () => rateLimiter.answered('read', 1, 1),
      () => rateLimiter.answered('write', 2, 1),
    ].map((answer) => {
      answer();
      return rateLimiter.throttledBy('write', 1, undefined);
    });
    expect(waits).toEqual([750, 1_500, 3_000, 3_000]);
  });

  test('of reads, waits do not double', async () => {
    const { rateLimiter, use, sleeps } = start(LIMIT, () => 0.3333);
    for (let time = 0; time < 2; time += 1) {
      rateLimiter.throttledBy('read', 1, undefined);
      await use('read', 1);
    }
    expect(sleeps).toEqual([667, 667]);
  });

  test('every throttled attempt is counted', () => {
    const { rateLimiter } = start();
    expect(rateLimiter.throttled).toBe(0);
    rateLimiter.throttledBy('write', 3, 0);
    rateLimiter.throttledBy('read', 2, 0);
    expect(rateLimiter.throttled).toBe(5);
  });

  test('of reads, writes continue as before', async () => {
    const { rateLimiter, write } = start();
    await write(13);
    rateLimiter.throttledBy('read', 1, 0);
    expect(await rateLimiter.acquire('write', 50, never)).toBe(10);
  });

  test('of a single write without Retry-After, it can be sent again after the pause', async () => {
    const { rateLimiter, sleeps } = start();
    rateLimiter.answered('write', await rateLimiter.acquire('write', 1, never), 0);
    rateLimiter.throttledBy('write', 1, undefined);
    expect(await rateLimiter.acquire('write', 1, never)).toBe(1);
    expect(sleeps).toEqual([750]);
  });
});

describe('the estimated end of a number of writes', () => {
  test('is when the quota has slots for all of them', async () => {
    const { rateLimiter, write, pass, now } = start();
    expect([1, 100].map((count) => rateLimiter.endOf(count))).toEqual([0, 0]);
    expect([101, 200, 201, 300].map((count) => rateLimiter.endOf(count))).toEqual([
      20_000, 20_000, 40_000, 40_000,
    ]);
    await write(50);
    pass(5_000);
    expect([50, 51, 100, 101].map((count) => rateLimiter.endOf(count))).toEqual([
      5_000, 20_000, 20_000, 25_000,
    ]);
    await write(50);
    pass(1_000);
    // The end does not depend on the present time.
    expect([50, 51, 100, 250].map((count) => rateLimiter.endOf(count))).toEqual([
      20_000, 25_000, 25_000, 60_000,
    ]);
    expect(now()).toBe(6_000);
  });

  test('is later if the service throttles', async () => {
    const { rateLimiter, write } = start();
    await write(50);
    rateLimiter.answered('write', await rateLimiter.acquire('write', 1, never), 0);
    rateLimiter.throttledBy('write', 1, 12_000);
    expect([1, 49, 50, 99].map((count) => rateLimiter.endOf(count))).toEqual([
      20_000, 20_000, 20_000, 40_000,
    ]);
  });
});

describe('a waiting caller', () => {
  test('is reported with the end and the reason of its wait', async () => {
    const { rateLimiter, use, pass } = start({ writes: 1, requests: 9, window: 1_000 });
    expect(rateLimiter.waitingUntil).toBe(0);
    await use('write', 1);
    expect([rateLimiter.waitingUntil, rateLimiter.waitingFor]).toEqual([0, '']);
    pass(300);
    await use('write', 1);
    expect([rateLimiter.waitingUntil, rateLimiter.waitingFor]).toEqual([1_000, 'the quota (1 writes/1 s)']);
  });

  test('is included in the waited time once, with any number of callers', async () => {
    time.now = 100;
    const { rateLimiter, sleepers } = asleep({ writes: 1, requests: 1, window: 1_000 });
    await rateLimiter.acquire('read', 1, never);
    const stop = new AbortController();
    const waiting = [1, 2].map(() => rateLimiter.acquire('read', 1, stop.signal).catch(() => undefined));
    await turn();
    expect(sleepers).toHaveLength(2);
    time.now = 250;
    waiting.push(rateLimiter.acquire('read', 1, stop.signal).catch(() => undefined));
    await turn();
    time.now = 400;
    expect(rateLimiter.waited).toBe(300);
    stop.abort();
    await Promise.all(waiting);
    time.now = 900;
    expect(rateLimiter.waited).toBe(300);
    const again = new AbortController();
    const last = rateLimiter.acquire('read', 1, again.signal).catch(() => undefined);
    await turn();
    time.now = 950;
    again.abort();
    await last;
    expect(rateLimiter.waited).toBe(350);
    time.now = 0;
  });

  test('for an unanswered request checks again after one window', async () => {
    const { rateLimiter, sleepers, requested } = asleep({ writes: 1, requests: 1, window: 1_000 });
    await rateLimiter.acquire('read', 1, never);
    const stop = new AbortController();
    const waiting = rateLimiter.acquire('read', 1, stop.signal).catch(() => undefined);
    await turn();
    expect([sleepers.length, requested]).toEqual([1, [1_000]]);
    stop.abort();
    await waiting;
  });

  test.each(['answered', 'release'] as const)('is woken by %s, and its sleep is aborted', async (how) => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listener);
    const { rateLimiter, sleepers } = asleep({ writes: 2, requests: 2, window: 1_000 });
    await rateLimiter.acquire('read', 2, never);
    let granted = 0;
    const stop = new AbortController();
    const waiting = rateLimiter.acquire('read', 1, stop.signal).then(
      (count) => {
        granted = count;
      },
      () => undefined,
    );
    await turn();
    expect([granted, sleepers.length]).toEqual([0, 1]);
    rateLimiter[how]('read', 1);
    await turn();
    // An answered slot is not free yet: the woken caller checks and sleeps again.
    expect([granted, sleepers.length, sleepers[0]?.aborted]).toEqual(
      how === 'release' ? [1, 1, true] : [0, 2, true],
    );
    stop.abort(new Error('stop'));
    await waiting;
    await turn();
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });

  test('after a 429 is not woken by released slots', async () => {
    const { rateLimiter, sleepers } = asleep({ writes: 2, requests: 2, window: 1_000 });
    await rateLimiter.acquire('read', 1, never);
    rateLimiter.throttledBy('read', 1, 5_000);
    const stop = new AbortController();
    const waiting = rateLimiter.acquire('read', 1, stop.signal).catch((error: Error) => error.message);
    await turn();
    rateLimiter.release('read', 1);
    await turn();
    expect([sleepers.length, sleepers[0]?.aborted]).toEqual([1, false]);
    stop.abort(new Error('stop'));
    expect(await waiting).toBe('stop');
  });

  test('is rejected if the run is interrupted', async () => {
    const { rateLimiter } = start();
    await expect(rateLimiter.acquire('write', 1, AbortSignal.abort(new Error('stop')))).rejects.toThrow(
      'stop',
    );
  });
});
