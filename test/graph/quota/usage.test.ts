import { describe, expect, test } from '@jest/globals';
import { Usage } from '../../../src/graph/quota/usage.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Two writes and one read of process a in flight, reserved at 10 and 20; three writes of b, answered at 30 and 40. */
function used(): Usage {
  const usage = new Usage();
  usage.take('a', 'write', 2, 10, NEVER, 1);
  usage.take('a', 'read', 1, 20, NEVER, 1);
  usage.spend('b', 'write', 1, 40);
  usage.spend('b', 'write', 2, 30);
  return usage;
}

describe('the used slots of a quota', () => {
  test('count those in flight, and those answered in the window; a write is also a request', () => {
    const usage = used();
    expect([29, 30, 39, 40].map((since) => usage.used('write', since))).toEqual([5, 3, 3, 2]);
    expect(usage.used('read', 0)).toBe(6);
    expect(['a', 'b', 'c'].map((by) => usage.used('read', 0, by))).toEqual([3, 3, 0]);
    expect(usage.used('write', 0, 'a')).toBe(2);
  });

  test('have the times of their last use, those in flight the present time', () => {
    const usage = used();
    expect(usage.times('write', 0, 50)).toEqual([30, 30, 40, 50, 50]);
    expect(usage.times('write', 30, 50)).toEqual([40, 50, 50]);
    expect(usage.times('read', 40, 50)).toEqual([50, 50, 50]);
    expect(usage.times('write', 0, 50, 'b')).toEqual([30, 30, 40]);
  });

  test('leave the window in the order of their answers', () => {
    const usage = used();
    expect([1, 2, 3, 4].map((count) => usage.leaving('write', 0, count))).toEqual([30, 30, 40, undefined]);
    expect(usage.leaving('write', 30, 1)).toBe(40);
    expect(usage.leaving('read', 0, 1, 'a')).toBeUndefined();
    usage.spend('b', 'read', 1, 5);
    expect([usage.leaving('read', 0, 1), usage.leaving('write', 0, 1)]).toEqual([5, 30]);
  });
});

describe('requests in flight', () => {
  test('are writes that were reserved after a time', () => {
    const usage = used();
    expect([9, 10].map((since) => usage.writesInFlight(since))).toEqual([2, 0]);
    expect([usage.hasInFlight((by) => by === 'a'), usage.hasInFlight((by) => by !== 'a')]).toEqual([
      true,
      false,
    ]);
  });

  test('are released from the last one on, for one process and kind', () => {
    const usage = used();
    usage.take('a', 'write', 3, 30, NEVER, 2);
    usage.take('b', 'write', 1, 30, NEVER, 2);
    usage.release('a', 'write', 4);
    expect([5, 10, 29].map((since) => usage.writesInFlight(since))).toEqual([2, 1, 1]);
    expect(usage.used('read', 40, 'a')).toBe(2);
  });

  test('are answered from the first one on, with the stretch of the last', () => {
    const usage = used();
    usage.take('a', 'write', 3, 30, NEVER, 2);
    expect(usage.answer('a', 'write', 2, 50)).toBe(1);
    expect(usage.writesInFlight(0)).toBe(3);
    expect(usage.answer('a', 'write', 1, 60)).toBe(2);
    expect([49, 50, 60].map((since) => usage.used('write', since, 'a'))).toEqual([5, 3, 2]);
  });

  test('of other processes and kinds are not answered; an answer without a reservation counts', () => {
    const usage = used();
    expect([usage.answer('b', 'write', 1, 50), usage.answer('a', 'read', 0, 50)]).toEqual([
      undefined,
      undefined,
    ]);
    expect([usage.writesInFlight(0), usage.used('write', 49)]).toEqual([2, 3]);
  });

  test('that cannot be answered any more count as answered at that time', () => {
    const usage = new Usage();
    usage.take('a', 'write', 2, 10, 100, 1);
    usage.settle(99, 0);
    expect(usage.writesInFlight(0)).toBe(2);
    usage.settle(100, 0);
    usage.settle(100, 0);
    expect(usage.writesInFlight(0)).toBe(0);
    expect([99, 100].map((since) => usage.used('write', since))).toEqual([2, 0]);
  });

  test('that were answered before a time are removed', () => {
    const usage = used();
    usage.settle(50, 30);
    expect(usage.used('write', 0)).toBe(3);
  });
});
