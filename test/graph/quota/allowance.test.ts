import { describe, expect, test } from '@jest/globals';
import { Allowance } from '../../../src/graph/quota/allowance.ts';

const LIMIT = 100;
const WINDOW = 20_000;

/** 50 writes were accepted at 1 s; the service throttled at 2 s, with a pause of 5 s. */
function throttled(asked: boolean, passed = 50): Allowance {
  const allowance = new Allowance();
  allowance.passed(passed, 0, 1_000, LIMIT, WINDOW);
  allowance.throttled(2_000, 5_000, asked, LIMIT, WINDOW);
  return allowance;
}

describe('the number of writes in a window', () => {
  test('is the limit while nothing is throttled', () => {
    const allowance = new Allowance();
    expect([allowance.limit(LIMIT, 0), allowance.lasting(LIMIT)]).toEqual([100, 100]);
    expect([allowance.shared, allowance.trialAt]).toEqual([false, undefined]);
  });

  test('is the number of accepted ones after a 429, until the limit is tried again', () => {
    const allowance = throttled(false);
    expect([2_000, 21_999, 22_000].map((now) => allowance.limit(LIMIT, now))).toEqual([50, 50, 100]);
    expect([allowance.limit(30, 2_000), allowance.lasting(LIMIT), allowance.lasting(30)]).toEqual([
      30, 50, 30,
    ]);
    expect([allowance.shared, allowance.trialAt]).toEqual([true, 22_000]);
  });

  test('is at least 1 and at most the limit, and counts only the window before the 429', () => {
    expect(throttled(true, 120).lasting(200)).toBe(100);
    const held = (at: number) => {
      const allowance = new Allowance();
      allowance.passed(50, 0, 1_000, LIMIT, WINDOW);
      allowance.throttled(at, 0, true, LIMIT, WINDOW);
      return allowance.lasting(LIMIT);
    };
    expect([held(20_999), held(21_000)]).toEqual([50, 1]);
  });

  test('is the limit again when as many were accepted in one window', () => {
    const allowance = throttled(true);
    allowance.passed(49, 1, 8_000, LIMIT, WINDOW);
    expect(allowance.shared).toBe(true);
    allowance.passed(0, 1, 8_000, LIMIT, WINDOW);
    expect(allowance.shared).toBe(true);
    allowance.passed(1, 1, 9_000, LIMIT, WINDOW);
    expect([allowance.shared, allowance.limit(LIMIT, 9_000)]).toEqual([false, 100]);
    // The next 429 is the first one again.
    allowance.throttled(12_000, 1_000, true, LIMIT, WINDOW);
    expect(allowance.trialAt).toBe(13_000);
  });
});

test('accepted writes in the window are counted after older ones have left it', () => {
  const allowance = new Allowance();
  allowance.passed(10, 0, 0, LIMIT, WINDOW);
  allowance.passed(20, 0, 15_000, LIMIT, WINDOW);
  allowance.throttled(25_000, 0, true, LIMIT, WINDOW);
  expect(allowance.lasting(LIMIT)).toBe(20);
});

test('the limit is the full one if as many were accepted before it was to be tried again', () => {
  const allowance = throttled(false);
  allowance.passed(50, 0, 3_000, LIMIT, WINDOW);
  expect([allowance.shared, allowance.limit(LIMIT, 4_000)]).toEqual([false, 100]);
});

test('more entries than are kept do not lose any of the window', () => {
  const allowance = new Allowance();
  for (let write = 0; write < 1_010; write += 1) allowance.passed(1, 0, write, 10_000, WINDOW);
  allowance.throttled(2_000, 0, true, 10_000, WINDOW);
  expect(allowance.lasting(10_000)).toBe(1_010);
});

describe('the limit is tried again', () => {
  test('after the pause of the service, or without one after a window', () => {
    expect([throttled(true).trialAt, throttled(false).trialAt]).toEqual([7_000, 22_000]);
  });

  test('after the pause if nothing was accepted', () => {
    expect(throttled(false, 0).trialAt).toBe(7_000);
  });

  test('after the pause if it is longer than the window', () => {
    const allowance = new Allowance();
    allowance.passed(1, 0, 0, LIMIT, WINDOW);
    allowance.throttled(1_000, 30_000, false, LIMIT, WINDOW);
    expect(allowance.trialAt).toBe(31_000);
  });

  test('after 1, 2, 4 and 8 windows if other clients continue', () => {
    const allowance = throttled(true);
    const windows = [1, 2, 3, 4, 5].map((number) => {
      const at = 2_000 + number * 3_000;
      allowance.throttled(at, 0, true, LIMIT, WINDOW);
      return ((allowance.trialAt ?? 0) - at) / WINDOW;
    });
    expect(windows).toEqual([1, 2, 4, 8, 8]);
  });

  test.each([
    [4_000, 4_000],
    [4_001, 24_001],
  ])('429s within 2 s count once: a second one at %i ms, tried at %i ms', (at, trialAt) => {
    const allowance = throttled(true);
    allowance.throttled(at, 0, true, LIMIT, WINDOW);
    expect(allowance.trialAt).toBe(trialAt);
  });
});

describe('the number of writes in flight', () => {
  test('is one more than were accepted, up to 10', () => {
    const allowance = new Allowance();
    expect(allowance.maxInFlight).toBe(1);
    allowance.passed(4, 0, 0, LIMIT, WINDOW);
    expect(allowance.maxInFlight).toBe(5);
    allowance.passed(5, 0, 0, LIMIT, WINDOW);
    expect(allowance.maxInFlight).toBe(10);
    allowance.passed(5, 0, 0, LIMIT, WINDOW);
    expect(allowance.maxInFlight).toBe(10);
  });

  test('is 2 at most while another client uses the quota', () => {
    const allowance = throttled(true);
    expect([allowance.stretch, allowance.maxInFlight]).toEqual([1, 1]);
    allowance.passed(9, 1, 8_000, LIMIT, WINDOW);
    expect(allowance.maxInFlight).toBe(2);
  });

  test('does not grow by writes of an earlier stretch, or without a reservation', () => {
    const allowance = throttled(true);
    allowance.passed(1, 0, 8_000, LIMIT, WINDOW);
    allowance.passed(1, undefined, 8_000, LIMIT, WINDOW);
    expect(allowance.maxInFlight).toBe(1);
  });

  test.each([
    ['below the limit', new Allowance(), 98, 1, 0],
    ['to the limit', new Allowance(), 99, 1, 1],
    ['across the limit', new Allowance(), 90, 20, 1],
    ['after the limit', new Allowance(), 100, 1, 0],
    ['below the reduced limit', throttled(true), 48, 1, 0],
    ['to the reduced limit', throttled(true), 49, 1, 1],
    ['after the reduced limit', throttled(true), 50, 1, 0],
  ])('begins with one again when writes are reserved %s', (_, allowance, before, count, begun) => {
    const { stretch } = allowance;
    allowance.passed(3, stretch, 3_000, LIMIT, WINDOW);
    allowance.took(before, count, LIMIT);
    expect(allowance.stretch - stretch).toBe(begun);
    expect(allowance.maxInFlight === 1).toBe(begun === 1);
  });
});
