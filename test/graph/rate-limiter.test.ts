import { describe, expect, test } from '@jest/globals';
import { RateLimiter } from '../../src/graph/rate-limiter.ts';

const LIMIT = { writes: 100, requests: 1000, window: 20_000 };
const never = new AbortController().signal;

/** A clock that moves when someone sleeps, to the end of the shortest sleep. */
function simulation() {
  let now = 0;
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds;
    },
  };
  return { clock, pass: (milliseconds: number) => (now += milliseconds) };
}

/** Sends `total` writes one unit after another to a service that lets `allowed(now, recent)` through. */
async function drive(total: number, capacity: number, retryAfter: number | undefined) {
  const { clock } = simulation();
  const rateLimiter = new RateLimiter(LIMIT, clock, () => 0.5);
  const attempts: number[] = [];
  let written = 0;
  let throttled = 0;
  while (written < total) {
    const granted = await rateLimiter.acquire('write', Math.min(20, total - written), never);
    let passed = 0;
    for (let index = 0; index < granted; index += 1) {
      const recent = attempts.filter((time) => time > clock.now() - LIMIT.window).length;
      attempts.push(clock.now());
      if (recent < capacity) passed += 1;
    }
    rateLimiter.answered('write', granted);
    written += passed;
    throttled += granted - passed;
    if (passed > 0) rateLimiter.succeeded(passed);
    if (passed < granted) rateLimiter.throttledBy('write', granted - passed, retryAfter);
    await clock.sleep(1);
  }
  return { seconds: clock.now() / 1_000, throttled, attempts: attempts.length };
}

describe('RateLimiter', () => {
  test('alone in its tenant it is never throttled, and takes no longer than the quota wants', async () => {
    const { seconds, throttled } = await drive(300, 100, 1_000);
    expect(throttled).toBe(0);
    expect(seconds).toBeGreaterThanOrEqual(40);
    expect(seconds).toBeLessThan(41.2);
  });

  test.each([
    [50, 1_000],
    [50, undefined],
    [20, 1_000],
    [75, undefined],
  ])(
    'where the window holds %i for it, few attempts are throttled (Retry-After %s)',
    async (capacity, retryAfter) => {
      const { throttled, attempts } = await drive(400, capacity, retryAfter);
      expect(throttled / attempts).toBeLessThan(0.05);
    },
  );

  test('it speeds up again when the others are gone', async () => {
    const { clock } = simulation();
    const rateLimiter = new RateLimiter(LIMIT, clock, () => 0.5);
    rateLimiter.answered('write', await rateLimiter.acquire('write', 10, never));
    rateLimiter.throttledBy('write', 1, 1_000);
    let granted = 0;
    for (const start = clock.now(); clock.now() < start + 15 * LIMIT.window; ) {
      const count = await rateLimiter.acquire('write', 20, never);
      rateLimiter.answered('write', count);
      rateLimiter.succeeded(count);
      if (clock.now() > start + 14 * LIMIT.window) granted += count;
    }
    expect(granted).toBeGreaterThan(90);
  });

  test('a slot is free only one window after its answer', async () => {
    const { clock, pass } = simulation();
    const rateLimiter = new RateLimiter({ writes: 1, requests: 10, window: 1_000 }, clock, () => 0.5);
    await rateLimiter.acquire('write', 1, never);
    pass(5_000);
    rateLimiter.answered('write', 1);
    await rateLimiter.acquire('write', 1, never);
    expect(clock.now()).toBeGreaterThanOrEqual(6_000);
  });

  test('a clock that is set back by an hour makes nobody wait for an hour', async () => {
    const { clock, pass } = simulation();
    const rateLimiter = new RateLimiter(LIMIT, clock, () => 0.5);
    pass(10 * 3_600_000);
    for (let sent = 0; sent < LIMIT.writes; )
      sent += await rateLimiter.acquire('write', LIMIT.writes - sent, never);
    rateLimiter.answered('write', LIMIT.writes);
    pass(-3_600_000);
    const before = clock.now();
    await rateLimiter.acquire('write', 1, never);
    expect(clock.now() - before).toBeLessThanOrEqual(LIMIT.window + 1);
  });

  test('after a 429 everyone waits, readers too', async () => {
    const { clock } = simulation();
    const rateLimiter = new RateLimiter(LIMIT, clock, () => 0.5);
    rateLimiter.throttledBy('read', 1, 7_000);
    await rateLimiter.acquire('read', 1, never);
    expect(clock.now()).toBeGreaterThanOrEqual(7_000);
    expect(rateLimiter.throttled).toBe(1);
  });

  test('what is interrupted waits no longer', async () => {
    const { clock } = simulation();
    const rateLimiter = new RateLimiter(LIMIT, clock, () => 0.5);
    await expect(rateLimiter.acquire('write', 1, AbortSignal.abort(new Error('stop')))).rejects.toThrow(
      'stop',
    );
  });
});
