import { describe, expect, test } from '@jest/globals';
import { type QuotaLog, RateLimiter } from '../../../src/graph/rate-limiter.ts';
import { failureOf } from '../../support/fake-graph.ts';
import { client, foreigner, LIMIT, type Outcome, Service, SharedLines, World } from './simulation.ts';

const never = new AbortController().signal;

interface Case {
  readonly processes: number;
  /** The rows of each process. */
  readonly rows: number;
  readonly latency?: number;
  readonly retryAfter?: boolean;
  /** How many writes another client makes in each window, and its start and end in milliseconds. */
  readonly foreign?: { readonly writes: number; readonly from?: number; readonly to?: number };
}

/** Processes with one log, which start a second after a foreign client. @returns the sum of their outcomes */
async function run({ processes, rows, latency = 50, retryAfter = true, foreign }: Case): Promise<Outcome> {
  const world = new World();
  const service = new Service(world);
  const lines = new SharedLines();
  const over = { done: false };
  const other = foreign && foreigner(world, service, foreign.writes, { ...foreign, over });
  await world.run([world.clock.sleep(1_000)]);
  const clients = Array.from({ length: processes }, (_, index) =>
    client(world, service, { rows, latency, retryAfter, lines, self: `p${index}` }),
  );
  const all = Promise.all(clients).finally(() => {
    over.done = true;
  });
  await world.run([all, ...(other ? [other] : [])]);
  return sumOf(await all);
}

function sumOf(outcomes: readonly Outcome[]): Outcome {
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((all, one) => all + of(one), 0);
  return {
    seconds: Math.max(...outcomes.map(({ seconds }) => seconds)) - 1,
    written: sum(({ written }) => written),
    throttled: sum(({ throttled }) => throttled),
  };
}

const share = ({ written, throttled }: Outcome): number => throttled / (written + throttled);

describe('without other clients', () => {
  test('a process is not throttled, and takes as long as the quota requires', async () => {
    const outcome = await run({ processes: 1, rows: 300 });
    expect(outcome).toMatchObject({ written: 300, throttled: 0 });
    expect(outcome.seconds).toBeGreaterThanOrEqual(40);
    expect(outcome.seconds).toBeLessThan(41.2);
  });

  test('eight processes with one log are not throttled, and take as long as the quota requires', async () => {
    const outcome = await run({ processes: 8, rows: 100 });
    expect(outcome).toMatchObject({ written: 800, throttled: 0 });
    expect(outcome.seconds).toBeLessThan(144);
  });

  test('a process waits for the slots that an earlier process has used', async () => {
    const world = new World();
    const service = new Service(world);
    const lines = new SharedLines();
    const one = client(world, service, { rows: 100, lines, self: 'a' });
    await world.run([one]);
    const two = client(world, service, { rows: 100, lines, self: 'b' });
    await world.run([two]);
    expect(await two).toMatchObject({ written: 100, throttled: 0 });
    expect(world.now).toBeLessThan(21_000);
  });

  test('two processes without a log are throttled', async () => {
    const world = new World();
    const service = new Service(world);
    const both = [client(world, service, { rows: 100 }), client(world, service, { rows: 100 })];
    await world.run(both);
    expect(sumOf(await Promise.all(both)).throttled).toBeGreaterThan(0);
  });
});

describe('with a foreign client', () => {
  test.each([
    [8, 100, 50, true],
    [8, 100, 50, false],
    [1, 800, 50, true],
    [1, 800, 50, false],
    [1, 400, 25, true],
    [1, 400, 25, false],
  ])(
    'few attempts of %i processes with %i rows are throttled, next to %i writes per window (Retry-After: %s)',
    async (processes, rows, writes, retryAfter) => {
      const outcome = await run({ processes, rows, retryAfter, foreign: { writes } });
      expect(outcome.written).toBe(processes * rows);
      expect(share(outcome)).toBeLessThan(0.03);
      // The first window has few writes of the foreign client.
      const best = ((processes * rows - 100) * 20) / (100 - writes);
      expect(outcome.seconds).toBeLessThan(best * 1.15 + 20);
    },
  );

  test('that stops, the full rate is reached again after one window', async () => {
    const outcome = await run({ processes: 1, rows: 600, foreign: { writes: 50, to: 40_000 } });
    // 97 and 50 in the first two windows at least, and no more than two more windows of 50.
    expect(outcome.seconds).toBeLessThan(40 + 2 * 20 + 80 + 5);
    expect(share(outcome)).toBeLessThan(0.03);
  });

  test('that used the whole window before, the full rate is reached as soon as the service permits', async () => {
    const world = new World();
    const service = new Service(world);
    for (let one = 0; one < 100; one += 1) service.write();
    const later = client(world, service, { rows: 200 });
    await world.run([later]);
    expect(await later).toMatchObject({ written: 200, throttled: 1 });
    expect(world.now).toBeLessThan(41_500);
  });
});

describe('a process that was killed', () => {
  test('keeps its slots only for as long as an answer can arrive', async () => {
    const world = new World();
    const service = new Service(world);
    const lines = new SharedLines();
    const killed = client(world, service, { rows: 100, lines, self: 'a', killedAfter: 50 });
    await world.run([killed]);
    const next = client(world, service, { rows: 300, lines, self: 'b' });
    await world.run([next]);
    expect(await next).toMatchObject({ written: 300, throttled: 0 });
    // 6 slots are held for 30 s longer.
    expect(world.now).toBeLessThan(65_000);
  });
});

describe('the log of the shared quota', () => {
  /** Two limiters on one log, at one time. */
  function two(limit = LIMIT, whole = LIMIT) {
    const world = new World();
    const lines = new SharedLines();
    const limiter = (self: string, own = limit, all = whole) =>
      new RateLimiter(own, world.clock, () => 0.5, {
        self,
        open: async () => lines.reader(),
        whole: all,
        hold: 30_000,
      });
    return { world, lines, limiter };
  }

  test('gives the last slots to the process whose record is first', async () => {
    const limit = { writes: 9, requests: 5, window: 20_000 };
    const lines = new SharedLines();
    const log = lines.reader();
    const faster = line({ by: 'b', did: 'take', kind: 'read', count: 3, limit, hold: 30_000 });
    let late = true;
    const append = (own: string): void => {
      if (late) log.append(faster);
      late = false;
      log.append(own);
    };
    const open = async (): Promise<QuotaLog> => ({ append, read: log.read });
    const sharing = { self: 'a', open, whole: limit, hold: 30_000 };
    const limiter = new RateLimiter(limit, new World().clock, () => 0.5, sharing);
    expect(await limiter.acquire('read', 4, never)).toBe(2);
    expect(JSON.parse(lines.lines.at(-1) ?? '')).toMatchObject({ by: 'a', did: 'release', count: 2 });
  });

  test('gives no slots back if another process was slower', async () => {
    const limit = { writes: 9, requests: 5, window: 20_000 };
    const lines = new SharedLines();
    const log = lines.reader();
    const slower = line({ by: 'b', did: 'take', kind: 'read', count: 3, limit, hold: 30_000 });
    const append = (own: string): void => {
      log.append(own);
      log.append(slower);
    };
    const open = async (): Promise<QuotaLog> => ({ append, read: log.read });
    const sharing = { self: 'a', open, whole: limit, hold: 30_000 };
    const limiter = new RateLimiter(limit, new World().clock, () => 0.5, sharing);
    expect(await limiter.acquire('read', 4, never)).toBe(4);
    expect(lines.lines.map((text) => JSON.parse(text))).toEqual([
      { by: 'a', at: 0, did: 'take', kind: 'read', count: 4, limit, hold: 30_000 },
      JSON.parse(slower),
    ]);
  });

  test('has a line for each event, with the time of the machine', async () => {
    const { world, lines, limiter } = two();
    const a = limiter('a');
    world.now = 5_000;
    await a.acquire('write', 1, never);
    a.throttledBy('write', 1, undefined);
    a.throttledBy('read', 1, 2_000);
    a.answered('write', 1, 0);
    const common = { by: 'a', at: 5_000, kind: 'write' };
    expect(lines.lines.map((text) => JSON.parse(text))).toEqual([
      { ...common, did: 'take', count: 1, limit: LIMIT, hold: 30_000 },
      { ...common, did: 'throttle', pause: 750, asked: false },
      { ...common, did: 'throttle', kind: 'read', pause: 2_000, asked: true },
      { ...common, did: 'answer', count: 1, passed: 0 },
    ]);
  });

  test('has no line of a process that waits, and is read often while other processes are in flight', async () => {
    const { world, lines, limiter } = two();
    const take = { did: 'take', kind: 'read', limit: LIMIT, hold: 1_000 };
    lines.lines.push(line({ ...take, by: 'c', count: 1_000 }));
    const a = limiter('a');
    const waiting = a.acquire('read', 1, never);
    await new Promise((resolve) => setImmediate(resolve));
    expect([lines.lines.length, a.waitingUntil]).toEqual([1, 100]);
    lines.lines.push(line({ by: 'c', did: 'release', kind: 'read', count: 1_000 }));
    await world.run([waiting]);
    expect(world.now).toBe(100);
  });

  test('that loses every line does not hide the requests of this process', async () => {
    const world = new World();
    const limit = { writes: 1, requests: 1, window: 20_000 };
    const open = async (): Promise<QuotaLog> => ({ append: () => undefined, read: () => [] });
    const limiter = new RateLimiter(limit, world.clock, () => 0.5, {
      self: 'a',
      open,
      whole: limit,
      hold: 1,
    });
    expect(await limiter.acquire('read', 1, never)).toBe(1);
    const stop = new AbortController();
    const waiting = failureOf(limiter.acquire('read', 1, stop.signal));
    await new Promise((resolve) => setImmediate(resolve));
    expect(limiter.waitingUntil).toBe(20_000);
    stop.abort('stop');
    expect(await waiting).toBe('stop');
  });

  test('is not opened if the network, not the quota, limits the speed', async () => {
    const wide = { writes: 2_000, requests: 2_000, window: 20_000 };
    const open = (): Promise<QuotaLog> => Promise.reject(new Error('opened'));
    const sharing = { self: 'a', open, whole: wide, hold: 1 };
    const limiter = new RateLimiter(wide, new World().clock, () => 0.5, sharing);
    expect(await limiter.acquire('write', 20, never)).toBe(20);
  });

  test('has times of the machine, whose clock may be set back', async () => {
    const { world, lines, limiter } = two();
    world.now = 10_000;
    const a = limiter('a');
    expect(await a.acquire('read', 1, never)).toBe(1);
    world.now = 7_000;
    lines.lines.push(line({ by: 'c', at: 6_000, did: 'use', kind: 'read', count: 999 }));
    const waiting = a.acquire('read', 1, never);
    await world.run([waiting]);
    // The record is a second old, so its slots are free after 19 more seconds.
    expect(world.now).toBe(26_000);
  });

  test('ignores incomplete and invalid lines', async () => {
    const { lines, limiter } = two();
    lines.lines.push(
      'x',
      '{"by":"c","at":0,"did":"take","kind":"write","cou',
      '{}',
      line({ by: 'c', did: 'take', kind: 'write', count: -5, limit: LIMIT, hold: 1 }),
      line({ by: 'c', did: 'take', kind: 'write', count: 1e300, limit: LIMIT, hold: 1 }),
      line({ by: 'c', did: 'throttle', kind: 'write', pause: 1e9, asked: true }),
      line({ by: 'c', did: 'take', kind: 'write', count: 1, limit: { ...LIMIT, window: 0 }, hold: 1 }),
      line({ by: 'c', did: 'answer', kind: 'write', count: 1, passed: 2 }),
    );
    expect(await limiter('a').acquire('write', 9, never)).toBe(1);
  });

  test('delays a process for at most one window if the clock was set back', async () => {
    const { world, lines, limiter } = two({ writes: 1, requests: 9, window: 20_000 }, LIMIT);
    lines.lines.push(line({ by: 'c', at: 3_600_000, did: 'use', kind: 'write', count: 100 }));
    const waiting = limiter('a').acquire('write', 1, never);
    await world.run([waiting]);
    expect(world.now).toBe(20_000);
  });

  test('makes every process wait after a 429 of one process', async () => {
    const { world, lines, limiter } = two();
    lines.lines.push(line({ by: 'c', did: 'throttle', kind: 'write', pause: 7_000, asked: true }));
    const waiting = limiter('a').acquire('read', 1, never);
    await world.run([waiting]);
    expect(world.now).toBe(7_000);
  });

  test('can lose its lines without an effect on the process that wrote them', async () => {
    const { world, lines, limiter } = two();
    const a = limiter('a');
    for (let left = 100; left > 0; ) {
      const granted = await a.acquire('write', left, never);
      a.answered('write', granted, granted);
      left -= granted;
    }
    lines.lines.length = 0;
    const waiting = a.acquire('write', 1, never);
    await world.run([waiting]);
    expect(world.now).toBe(20_000);
  });

  test('applies the limit of each process to itself, and the largest limit to all processes', async () => {
    const half = { writes: 2, requests: 20, window: 20_000 };
    const all = { writes: 4, requests: 40, window: 20_000 };
    const { world, limiter } = two(half, all);
    const use = async (one: RateLimiter): Promise<number> => {
      const granted = await one.acquire('write', 9, never);
      one.answered('write', granted, granted);
      return granted;
    };
    const a = limiter('a');
    const b = limiter('b');
    expect([await use(a), await use(a)]).toEqual([1, 1]);
    expect(await use(b)).toBe(2);
    const waiting = use(a);
    await world.run([waiting]);
    expect(world.now).toBe(20_000);
  });
});

function line(record: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ at: 0, ...record });
}
