import { describe, expect, test } from '@jest/globals';
import { isTight, QuotaState } from '../../../src/graph/quota/quota-state.ts';
import type { QuotaEvent } from '../../../src/graph/quota/record.ts';

const LIMIT = { writes: 100, requests: 1_000, window: 20_000 };
const take = (count: number, limit = LIMIT, kind: 'read' | 'write' = 'write'): QuotaEvent => ({
  did: 'take',
  kind,
  count,
  limit,
  hold: 30_000,
});
const answer = (count: number, passed = count): QuotaEvent => ({
  did: 'answer',
  kind: 'write',
  count,
  passed,
});
const use = (count: number, kind: 'read' | 'write' = 'write'): QuotaEvent => ({ did: 'use', kind, count });
const throttle = (pause: number, asked: boolean, kind: 'read' | 'write' = 'write'): QuotaEvent => ({
  did: 'throttle',
  kind,
  pause,
  asked,
});

function state(own = LIMIT, whole = LIMIT): QuotaState {
  return new QuotaState('p', own, whole);
}

describe('a quota is tight', () => {
  test.each([
    [LIMIT, true],
    [{ ...LIMIT, writes: 1_999 }, true],
    [{ ...LIMIT, writes: 2_000 }, false],
  ])('with %j: %p', (limit, expected) => {
    expect(isTight(limit)).toBe(expected);
  });
});

describe('free slots', () => {
  test('are those of the window; first one write is sent, then as many more as were accepted', () => {
    const quota = state();
    expect([quota.room('read', 0).free, quota.room('write', 0).free]).toEqual([1_000, 1]);
    quota.add('p', take(1), 0);
    expect(quota.room('write', 10)).toEqual({ free: 0, at: undefined });
    expect(quota.room('read', 10).free).toBe(999);
    quota.add('p', answer(1), 20);
    expect(quota.room('write', 20).free).toBe(2);
  });

  test('are not held by a write that has been in flight for 3 s', () => {
    const quota = state();
    quota.add('p', take(1), 0);
    expect([2_999, 3_000].map((now) => quota.room('write', now).free)).toEqual([0, 1]);
  });

  test('are at an unknown time if one of the limits depends on an answer', () => {
    const quota = state();
    quota.add('q', use(100), 0);
    quota.add('p', take(1), 10);
    expect(quota.room('write', 20)).toEqual({ free: -1, at: undefined });
  });

  test('are computed from the limit of the process itself, however long ago it sent requests', () => {
    const quota = state();
    quota.add('p', take(1), 0);
    expect(quota.room('read', 1_000_000).free).toBe(999);
  });

  test('are returned by a release', () => {
    const quota = state();
    quota.add('p', take(1), 0);
    quota.add('p', { did: 'release', kind: 'write', count: 1 }, 1);
    expect([quota.room('write', 1).free, quota.room('read', 1).free]).toEqual([1, 1_000]);
  });

  test('are not limited in flight if the network limits the speed', () => {
    const fast = { writes: 2_000, requests: 20_000, window: 20_000 };
    expect(state(fast, fast).room('write', 0).free).toBe(2_000);
  });

  test('of a full window become free one window after the first answer', () => {
    const quota = state();
    quota.add('p', use(1), 500);
    quota.add('p', use(99), 1_000);
    expect(quota.room('write', 2_000)).toEqual({ free: 0, at: 20_500 });
    quota.add('p', use(900, 'read'), 3_000);
    expect(quota.room('read', 3_000)).toEqual({ free: 0, at: 20_500 });
    expect(quota.room('write', 20_500).free).toBe(1);
  });

  test('of this process are limited by its own limit', () => {
    const own = { writes: 2, requests: 4, window: 1_000 };
    const quota = state(own);
    quota.add('q', use(50), 100);
    quota.add('p', use(2), 200);
    expect(quota.room('write', 300)).toEqual({ free: 0, at: 1_200 });
    expect(quota.room('read', 300).free).toBe(2);
    quota.add('p', use(2, 'read'), 400);
    expect(quota.room('read', 500)).toEqual({ free: 0, at: 1_200 });
    expect(quota.room('write', 1_200).free).toBe(1);
  });

  test('of this process become free when enough of its requests have left its window', () => {
    const quota = state({ writes: 2, requests: 1_000, window: 1_000 });
    quota.add('p', use(1), 100);
    quota.add('p', use(4), 200);
    expect(quota.room('write', 300)).toEqual({ free: -3, at: 1_200 });
  });

  test('become free when the last of several full limits has a free slot', () => {
    const quota = state({ writes: 100, requests: 4, window: 1_000 });
    quota.add('q', use(100), 500);
    quota.add('p', use(4, 'read'), 600);
    expect(quota.room('write', 700)).toEqual({ free: 0, at: 20_500 });
  });

  test('are counted in the window of the largest limit', () => {
    const quota = state();
    quota.add('q', take(600, { writes: 600, requests: 6_000, window: 60_000 }), 0);
    quota.add('q', answer(600), 1_000);
    for (const now of [30_000, 60_999]) expect(quota.room('write', now)).toEqual({ free: 0, at: 61_000 });
    expect(quota.room('write', 61_000).free).toBe(1);
  });

  test('for writes do not depend on reads, which are no proof that a write would be accepted', () => {
    const quota = state();
    quota.add('p', take(1), 0);
    quota.add('p', answer(1), 20);
    quota.add('p', use(50), 30);
    quota.add('p', take(60, LIMIT, 'read'), 40);
    expect(quota.room('write', 50).free).toBe(2);
    quota.add('p', { did: 'answer', kind: 'read', count: 60, passed: 60 }, 60);
    expect(quota.room('write', 70).free).toBe(2);
    quota.add('p', use(80, 'read'), 80);
    quota.add('p', throttle(100, true), 90);
    // 51 writes were accepted: the next 51 fit into the next window.
    expect([51, 52].map((writes) => quota.endOf(writes, 20_100))).toEqual([20_100, 40_100]);
  });

  test('are none during a pause, which is never shortened', () => {
    const quota = state();
    quota.add('q', throttle(5_000, true, 'read'), 1_000);
    quota.add('q', throttle(1_000, true, 'read'), 2_000);
    expect(quota.pausedUntil).toBe(6_000);
    expect(quota.room('read', 5_999)).toEqual({ free: 0, at: 6_000 });
    expect(quota.room('read', 6_000).free).toBe(1_000);
    // A throttled read says nothing about the writes.
    expect(quota.reason(6_000)).toBe('the quota (100 writes/20 s)');
  });

  test('after a 429 are as many as were accepted, until the full limit is tried', () => {
    const quota = state();
    quota.add('p', use(50), 1_000);
    quota.add('p', throttle(1_000, false), 2_000);
    // All 50 slots are used, and one is free again before the trial at 22 s.
    expect(quota.room('write', 3_000)).toEqual({ free: 0, at: 21_000 });
    quota.add('p', use(50), 21_500);
    // The trial is before a slot is free.
    expect(quota.room('write', 21_600)).toEqual({ free: 0, at: 22_000 });
    expect(quota.room('write', 22_000).free).toBe(1);
  });

  test('after a 429 are tried in full only if the full limit has a free slot', () => {
    const quota = state();
    quota.add('p', use(50), 1_000);
    quota.add('p', throttle(1_000, false), 2_000);
    // Refused writes use slots too.
    quota.add('q', take(30), 20_900);
    quota.add('q', answer(30, 0), 21_000);
    quota.add('q', take(70), 21_400);
    quota.add('q', answer(70, 0), 21_500);
    // Of the reduced limit, 50, one slot is free at 41.5 s, of the full one at 41 s.
    expect(quota.room('write', 21_600)).toEqual({ free: -50, at: 41_000 });
  });
});

describe('other processes', () => {
  test('have requests in flight until they are answered', () => {
    const quota = state();
    quota.add('p', take(1), 0);
    expect(quota.othersInFlight).toBe(false);
    quota.add('q', take(1), 0);
    expect(quota.othersInFlight).toBe(true);
    quota.add('q', answer(1), 10);
    expect(quota.othersInFlight).toBe(false);
  });

  test('that were killed keep their slots until no answer is possible, and one window', () => {
    const quota = state();
    quota.add('p', take(1), 0);
    quota.add('q', take(5), 0);
    const free = [29_999, 49_999, 50_000].map((now) => quota.room('read', now).free);
    expect(free).toEqual([994, 994, 999]);
  });

  test.each([
    [{ ...LIMIT, writes: 200 }, 80_000, '200'],
    [{ ...LIMIT, writes: 200 }, 80_001, '100'],
    [{ ...LIMIT, writes: 50 }, 10, '100'],
  ])('share the largest limit of the active ones: %j at %i ms', (limit, now, writes) => {
    const quota = state();
    quota.add('q', take(1, limit), 0);
    quota.room('write', now);
    expect(quota.reason(now)).toBe(`the quota (${writes} writes/20 s)`);
  });

  test('are active while they add records', () => {
    const quota = state();
    quota.add('q', take(1, { ...LIMIT, writes: 200 }), 0);
    quota.add('q', use(1), 50_000);
    quota.room('write', 130_000);
    expect(quota.reason(130_000)).toBe('the quota (200 writes/20 s)');
  });
});

describe('the reason of a wait', () => {
  test('is the quota, throttling, other processes or other clients', () => {
    const quota = state();
    quota.begin(1_000);
    quota.add('q', take(1), 1_000);
    expect(quota.reason(1_500)).toBe('the quota (100 writes/20 s)');
    quota.add('q', use(1), 2_000);
    // A process may be silent for a window and 5 s.
    expect([2_500, 26_999].map((now) => quota.reason(now))).toEqual([
      'the quota (shared with other processes)',
      'the quota (shared with other processes)',
    ]);
    expect(quota.reason(27_000)).toBe('the quota (100 writes/20 s)');
    quota.add('p', throttle(1_000, true), 28_000);
    expect([28_999, 29_000].map((now) => quota.reason(now))).toEqual([
      'the end of throttling (429)',
      'the quota (shared with other clients)',
    ]);
  });
});

describe('the end of a number of writes', () => {
  test.each([
    [100, 500],
    [101, 20_500],
    [200, 20_500],
    [201, 40_500],
  ])('of %i, with an unused quota, is at %i ms', (writes, end) => {
    expect(state().endOf(writes, 500)).toBe(end);
  });

  test('of 0 is now', () => {
    expect(state().endOf(0, 5_000)).toBe(5_000);
  });

  test('depends on the times of the used slots beyond a reduced limit', () => {
    const quota = state();
    quota.add('p', use(50), 1_000);
    quota.add('p', throttle(100, true), 2_000);
    quota.add('p', use(10), 3_000);
    // 60 slots are used and 50 may be: the 11th slot that leaves the window is the first one to be used again.
    expect(quota.endOf(1, 4_000)).toBe(21_000);
    expect(quota.endOf(41, 4_000)).toBe(23_000);
  });

  test('depends on the times of the used slots', () => {
    const quota = state();
    quota.add('p', use(60), 1_000);
    quota.add('p', use(40), 3_000);
    expect([1, 60, 61, 100, 101].map((writes) => quota.endOf(writes, 4_000))).toEqual([
      21_000, 21_000, 23_000, 23_000, 41_000,
    ]);
  });

  test('is later with other processes, which are assumed to have as many writes', () => {
    const quota = state();
    quota.begin(0);
    quota.add('q', take(1), 100);
    quota.add('q', { did: 'release', kind: 'write', count: 1 }, 200);
    expect([quota.endOf(50, 500), quota.endOf(51, 500)]).toEqual([500, 20_500]);
  });

  test('is limited by the own limit, the pause and what other clients leave', () => {
    expect(state({ ...LIMIT, writes: 1, window: 2_000 }).endOf(3, 500)).toBe(4_500);
    const paused = state();
    paused.add('q', throttle(60_000, true, 'read'), 0);
    expect(paused.endOf(1, 500)).toBe(60_000);
    const shared = state();
    shared.add('p', use(10), 1_000);
    shared.add('p', throttle(1_000, true), 2_000);
    // 10 in each window: the slots of 1 s are free at 21 s and at 41 s.
    expect(shared.endOf(20, 3_000)).toBe(41_000);
  });
});
