import { describe, expect, test } from '@jest/globals';
import { type Limit, RateLimiter, type RequestKind } from '../../src/graph/rate-limiter.ts';

const LIMIT = { writes: 100, requests: 1_000, window: 20_000 };
const never = new AbortController().signal;

/** A rate limiter on a clock that moves by sleeping and by `pass`. */
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
  return {
    rateLimiter,
    sleeps,
    pass: (milliseconds: number) => (now += milliseconds),
    /** Asks, and answers at once. */
    async use(kind: RequestKind, most: number) {
      const granted = await rateLimiter.acquire(kind, most, never);
      rateLimiter.answered(kind, granted);
      return granted;
    },
    /** How many writes are risked together, one unit that succeeds after another. */
    async units(count: number) {
      const units: number[] = [];
      for (let unit = 0; unit < count; unit += 1) {
        const granted = await rateLimiter.acquire('write', 50, never);
        units.push(granted);
        rateLimiter.succeeded(granted);
      }
      return units;
    },
  };
}

/** A rate limiter on a clock on which nobody wakes by himself, and the sleepers. */
function asleep(limit: Limit) {
  const sleepers: AbortSignal[] = [];
  const clock = {
    now: () => 0,
    sleep: (_: number, signal = never) =>
      new Promise<void>((_resolve, reject) => {
        sleepers.push(signal);
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  return { rateLimiter: new RateLimiter(limit, clock, () => 0.5), sleepers };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('whoever waits under it shares its chance', () => {
  expect(start(LIMIT, () => 0.25).rateLimiter.random()).toBe(0.25);
});

test.each([
  [99, true],
  [100, false],
])('%i writes a second are tight: %s', (writes, tight) => {
  expect(start({ writes, requests: 1_000, window: 1_000 }).rateLimiter.tight).toBe(tight);
});

describe('the quota', () => {
  test('of writes grows by no reads, however many were answered and forgotten', async () => {
    const { rateLimiter, pass, use, sleeps } = start({ writes: 5, requests: 100, window: 20_000 });
    for (let read = 0; read < 5; read += 1) await use('read', 1);
    pass(20_001);
    for (let write = 0; write < 5; write += 1) await use('write', 1);
    expect(sleeps).toEqual([]);
    await use('write', 1);
    expect(sleeps).not.toEqual([]);
    expect(rateLimiter.throttled).toBe(0);
  });

  test('grants reads as they are asked for, up to what is free', async () => {
    const { rateLimiter, sleeps } = start({ writes: 1, requests: 5, window: 1_000 });
    expect(await rateLimiter.acquire('read', 3, never)).toBe(3);
    expect(await rateLimiter.acquire('read', 9, never)).toBe(2);
    expect(sleeps).toEqual([]);
  });

  test('counts a write as a request too', async () => {
    const { rateLimiter } = start({ writes: 5, requests: 5, window: 1_000 });
    expect(await rateLimiter.acquire('write', 1, never)).toBe(1);
    expect(await rateLimiter.acquire('read', 9, never)).toBe(4);
  });

  test('counts no read as a write', async () => {
    const { use, sleeps } = start({ writes: 1, requests: 5, window: 1_000 });
    await use('read', 3);
    await use('write', 1);
    expect(sleeps).toEqual([]);
  });

  test('lets writes wait for requests, too', async () => {
    const { use, sleeps } = start({ writes: 9, requests: 2, window: 1_000 });
    await use('read', 2);
    await use('write', 1);
    expect(sleeps).toEqual([1_000]);
  });

  test('lets reads go on while writes wait', async () => {
    const { use, sleeps } = start({ writes: 1, requests: 9, window: 1_000 });
    await use('write', 1);
    await use('read', 8);
    expect(sleeps).toEqual([]);
  });

  test('frees each slot one window after its answer, not all with the first', async () => {
    const { use, pass, sleeps } = start({ writes: 9, requests: 3, window: 1_000 });
    await use('read', 1);
    pass(400);
    await use('read', 2);
    expect(await use('read', 3)).toBe(1);
    expect(await use('read', 3)).toBe(2);
    expect(sleeps).toEqual([601, 400]);
  });

  test.each([
    [999, [2]],
    [1_000, []],
  ])('holds an answer for a whole window: after %i ms', async (passed, slept) => {
    const { use, pass, sleeps } = start({ writes: 9, requests: 1, window: 1_000 });
    await use('read', 1);
    pass(passed);
    await use('read', 1);
    expect(sleeps).toEqual(slept);
  });

  test('of reads does not wait for old writes', async () => {
    const { use, pass, sleeps } = start({ writes: 1, requests: 2, window: 1_000 });
    await use('write', 1);
    pass(5_000);
    await use('read', 2);
    await use('read', 1);
    expect(sleeps).toEqual([1_000]);
  });

  test('takes back what was not used', async () => {
    const { rateLimiter, sleeps } = start({ writes: 1, requests: 1, window: 1_000 });
    for (const kind of ['write', 'read', 'write'] as const) {
      expect(await rateLimiter.acquire(kind, 1, never)).toBe(1);
      rateLimiter.release(kind, 1);
    }
    expect(sleeps).toEqual([]);
  });

  test('takes back a read as no write', async () => {
    const { rateLimiter, sleeps } = start({ writes: 1, requests: 9, window: 1_000 });
    await rateLimiter.acquire('read', 2, never);
    rateLimiter.release('read', 2);
    rateLimiter.succeeded(1);
    expect(await rateLimiter.acquire('write', 2, never)).toBe(1);
    expect(sleeps).toEqual([]);
  });
});

describe('writes are risked', () => {
  test('in units that grow to ten', async () => {
    expect(await start().units(6)).toEqual([1, 2, 4, 8, 10, 10]);
  });

  test('in units of twenty where the quota is roomy', async () => {
    const { units } = start({ writes: 2_000, requests: 9_000, window: 20_000 });
    expect(await units(7)).toEqual([1, 2, 4, 8, 16, 20, 20]);
  });

  test('in threes while others use the quota', async () => {
    const { rateLimiter, units } = start();
    rateLimiter.succeeded(60);
    rateLimiter.throttledBy('write', 1, 0);
    expect(await units(4)).toEqual([1, 2, 3, 3]);
  });

  test('alone after a wait of writes, and not after one of reads', async () => {
    const { rateLimiter, use, units } = start({ writes: 40, requests: 40, window: 20_000 });
    await units(3);
    rateLimiter.answered('write', 7);
    await use('read', 33);
    await use('read', 1);
    expect(await rateLimiter.acquire('write', 50, never)).toBe(8);
    rateLimiter.answered('write', 8);
    await use('read', 31);
    expect(await rateLimiter.acquire('write', 50, never)).toBe(1);
  });
});

describe('after a 429', () => {
  test('everyone waits as long as the service asks, five minutes at most', async () => {
    for (const [asked, waited] of [
      [7_000, 7_000],
      [300_000, 300_000],
      [300_001, 300_000],
    ] as const) {
      const { rateLimiter, sleeps } = start();
      rateLimiter.throttledBy('read', 1, asked);
      await rateLimiter.acquire('read', 1, never);
      await rateLimiter.acquire('write', 1, never);
      expect(sleeps).toEqual([waited]);
    }
  });

  test('a shorter wait does not end a longer one', async () => {
    const { rateLimiter, sleeps } = start();
    rateLimiter.throttledBy('read', 1, 7_000);
    rateLimiter.throttledBy('write', 1, 1_000);
    await rateLimiter.acquire('read', 1, never);
    expect(sleeps).toEqual([7_000]);
  });

  test('that does not say how long, waits double up to twenty seconds, with jitter', async () => {
    const { rateLimiter, use, sleeps } = start();
    for (let time = 0; time < 6; time += 1) {
      rateLimiter.throttledBy('write', 1, undefined);
      await use('read', 1);
    }
    expect(sleeps).toEqual([750, 1_500, 3_000, 6_000, 12_000, 15_000]);
    rateLimiter.succeeded(1);
    rateLimiter.throttledBy('write', 1, undefined);
    await use('read', 1);
    expect(sleeps.at(-1)).toBe(750);
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

  test('the next write goes alone', async () => {
    const { rateLimiter, units } = start();
    await units(4);
    rateLimiter.succeeded(85);
    rateLimiter.throttledBy('write', 1, 0);
    expect(await rateLimiter.acquire('write', 50, never)).toBe(1);
  });

  test.each([
    [60, 60],
    [120, 100],
    [6, 6],
    [5, 5],
    [4, 5],
    [0, 5],
  ])('where %i went through, the window of writes holds %i', (passed, held) => {
    const { rateLimiter } = start();
    expect(rateLimiter.writesPerSecond).toBe(5);
    rateLimiter.succeeded(passed);
    rateLimiter.throttledBy('write', 1, 0);
    expect(rateLimiter.writesPerSecond).toBe(held / 20);
  });

  test('of reads, the window of writes stays as it is', async () => {
    const { rateLimiter, units } = start();
    await units(2);
    rateLimiter.throttledBy('read', 1, 0);
    expect(rateLimiter.writesPerSecond).toBe(5);
    expect(await rateLimiter.acquire('write', 50, never)).toBe(4);
  });

  test('what went through a window ago says nothing', () => {
    const { rateLimiter, pass } = start();
    rateLimiter.succeeded(50);
    pass(1);
    rateLimiter.succeeded(30);
    pass(19_999);
    rateLimiter.throttledBy('write', 1, 0);
    expect(rateLimiter.writesPerSecond).toBe(30 / 20);
  });

  test('a second one does not widen the window', () => {
    const { rateLimiter } = start();
    rateLimiter.succeeded(30);
    rateLimiter.throttledBy('write', 1, 0);
    rateLimiter.succeeded(30);
    rateLimiter.throttledBy('write', 1, 0);
    expect(rateLimiter.writesPerSecond).toBe(30 / 20);
  });
});

describe('a window that shrank grows', () => {
  test.each([
    ['by one after a window', 60, [19_999, 1, 19_999, 1], [60, 61, 61, 62]],
    ['by one after two where little goes through', 39, [20_000, 19_999, 1], [39, 39, 40]],
    ['after one again from two fifths on', 40, [19_999, 1], [40, 41]],
    ['by one after three windows', 61, [60_000], [62]],
    ['by half where none was throttled for longer', 61, [60_001, 19_999, 1], [92, 92, 100]],
    [
      'by half after each calm window, however little goes through',
      10,
      [60_001, 20_000, 20_000],
      [15, 23, 35],
    ],
    ['never beyond the limit', 99, [20_000, 20_000, 20_001, 20_000], [100, 100, 100, 100]],
  ])('%s', async (_, passed, steps, held) => {
    const { rateLimiter, pass, use } = start();
    rateLimiter.succeeded(passed);
    rateLimiter.throttledBy('write', 1, 0);
    const windows: number[] = [];
    for (const step of steps) {
      pass(step);
      await use('read', 1);
      windows.push(Math.round(rateLimiter.writesPerSecond * 20));
    }
    expect(windows).toEqual(held);
  });
});

describe('who waits', () => {
  test('is known, and until when', async () => {
    const { rateLimiter, use, pass } = start({ writes: 1, requests: 9, window: 1_000 });
    expect(rateLimiter.waitingUntil).toBe(0);
    await use('write', 1);
    expect(rateLimiter.waitingUntil).toBe(0);
    pass(300);
    await use('write', 1);
    expect(rateLimiter.waitingUntil).toBe(1_001);
  });

  test('for what is not answered looks again after a window', async () => {
    const { rateLimiter, sleeps } = start({ writes: 1, requests: 1, window: 1_000 });
    await rateLimiter.acquire('read', 1, never);
    const stop = new AbortController();
    const waiting = rateLimiter.acquire('read', 1, stop.signal).catch(() => undefined);
    await Promise.resolve();
    stop.abort();
    await waiting;
    expect(sleeps[0]).toBe(1_000);
  });

  test.each(['answered', 'release'] as const)('is woken by what is %s, and sleeps no longer', async (how) => {
    const unheard: unknown[] = [];
    const listener = (reason: unknown) => unheard.push(reason);
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
    // An answered slot is not free yet: who was woken looks and sleeps again.
    expect([granted, sleepers.length, sleepers[0]?.aborted]).toEqual(
      how === 'release' ? [1, 1, true] : [0, 2, true],
    );
    stop.abort(new Error('stop'));
    await waiting;
    await turn();
    process.off('unhandledRejection', listener);
    expect(unheard).toEqual([]);
  });

  test('after a 429 is not woken by what is returned', async () => {
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
});
