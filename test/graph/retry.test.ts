import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/errors.ts';
import type { Incoming } from '../../src/graph/exchange.ts';
import {
  isOutage,
  isTransientFailure,
  isTransientStatus,
  retryAfter,
  retryDelay,
  waitAfter,
} from '../../src/graph/retry.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

function answer(retryAfterHeader?: string): Incoming {
  const headers = retryAfterHeader === undefined ? {} : { 'retry-after': retryAfterHeader };
  return { status: 503, headers, text: '' };
}

test.each([
  [429, true],
  [502, true],
  [503, true],
  [504, true],
  [500, false],
  [501, false],
  [400, false],
  [404, false],
  [200, false],
])('after %i the same request may succeed: %s', (status, may) => {
  expect(isTransientStatus(status)).toBe(may);
});

test.each([
  ['ECONNRESET', true, false],
  ['EPIPE', true, false],
  ['ETIMEDOUT', true, false],
  ['ECONNREFUSED', false, true],
  ['ENOTFOUND', false, true],
  ['EAI_AGAIN', false, true],
  ['EHOSTUNREACH', false, true],
  ['ENETUNREACH', false, true],
  ['CERT_HAS_EXPIRED', false, false],
  [undefined, false, false],
])('a connection that fails with %s: may pass %s, an outage %s', (code, passing, outage) => {
  const failure = new Failure('network', 'x', { code });
  expect([isTransientFailure(failure), isOutage(failure)]).toEqual([passing, outage]);
});

test('what the service itself says in such words is neither', () => {
  expect(isTransientFailure(new Failure('graph', 'x', { code: 'ECONNRESET' }))).toBe(false);
  expect(isOutage(new Failure('graph', 'x', { code: 'ECONNREFUSED' }))).toBe(false);
});

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
    ['', undefined],
    ['soon', undefined],
    ['7s', undefined],
    ['a7', undefined],
    [undefined, undefined],
  ])('%j is %s ms', (value, milliseconds) => {
    expect(retryAfter(value, NOW)).toBe(milliseconds);
  });
});

describe('the wait before the next attempt', () => {
  test.each([
    [1, 500, 1_000],
    [2, 1_000, 2_000],
    [3, 2_000, 4_000],
    [6, 16_000, 32_000],
    [7, 16_000, 32_000],
  ])('after attempt %i is between %i and %i ms, where the service does not say', (attempt, least, most) => {
    expect(waitAfter('answer', undefined, attempt, () => 0)).toBe(least);
    expect(waitAfter('answer', undefined, attempt, () => 1)).toBe(most);
    expect(retryDelay(answer(), attempt, NOW, () => 0)).toBe(least);
  });

  test('after a cut connection is a quarter of that', () => {
    expect(waitAfter('connection', undefined, 1, () => 0)).toBe(125);
    expect(waitAfter('connection', undefined, 2, () => 1)).toBe(500);
    expect(retryDelay(undefined, 1, NOW, () => 1)).toBe(250);
  });

  test('is what the service asked for, and a tenth more at the most, but never more than a second', () => {
    expect(waitAfter('answer', 5_000, 3, () => 0)).toBe(5_000);
    expect(waitAfter('answer', 5_000, 3, () => 1)).toBe(5_500);
    expect(waitAfter('answer', 60_000, 3, () => 1)).toBe(61_000);
    expect(waitAfter('answer', 0, 3, () => 1)).toBe(0);
    expect(retryDelay(answer('5'), 3, NOW, () => 1)).toBe(5_500);
    expect(retryDelay(answer('Fri, 02 Jan 2026 03:04:15 GMT'), 1, NOW, () => 0)).toBe(10_000);
  });
});
