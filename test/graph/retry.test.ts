import { describe, expect, test } from '@jest/globals';
import {
  isOutage,
  isTransientFailure,
  isTransientStatus,
  retryAfter,
  retryDelay,
  waitAfter,
} from '../../src/graph/retry.ts';
import { Failure } from '../../src/outcome/errors.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const least = () => 0;
const most = () => 1;

function answer(headers: Record<string, string> = {}) {
  return { status: 429, headers, text: '' };
}

describe('Retry-After', () => {
  test.each([
    [undefined, undefined],
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['  3  ', 3_000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    ['7s', undefined],
    ['a7', undefined],
  ])('%j is %j ms', (value, expected) => {
    expect(retryAfter(value, NOW)).toBe(expected);
  });

  test.each(['7 s', 'in 7'])('%j is no number of seconds', (value) => {
    expect(retryAfter(value, NOW)).not.toBe(7_000);
  });
});

describe('a wait that the service asked for', () => {
  test.each([
    [0, 0, 0],
    [5_000, 5_000, 5_500],
    [10_000, 10_000, 11_000],
    [60_000, 60_000, 61_000],
  ])('of %i ms takes %i to %i ms', (asked, shortest, longest) => {
    expect([least, most].map((random) => waitAfter('answer', asked, 3, random))).toEqual([shortest, longest]);
  });
});

describe('a wait that nobody asked for', () => {
  test.each([
    ['answer', 1, 500, 1_000],
    ['answer', 2, 1_000, 2_000],
    ['answer', 5, 8_000, 16_000],
    ['answer', 6, 16_000, 32_000],
    ['answer', 7, 16_000, 32_000],
    ['connection', 1, 125, 250],
    ['connection', 3, 500, 1_000],
  ] as const)('after %s, attempt %i, takes %i to %i ms', (what, attempt, shortest, longest) => {
    expect([least, most].map((random) => waitAfter(what, undefined, attempt, random))).toEqual([
      shortest,
      longest,
    ]);
  });

  test('is whole milliseconds', () => {
    expect(waitAfter('connection', undefined, 1, () => 0.333)).toBe(167);
    expect(waitAfter('answer', 333, 1, () => 0.333)).toBe(344);
  });
});

describe('the wait before the next attempt', () => {
  test('is what the answer says', () => {
    expect(retryDelay(answer({ 'retry-after': '4' }), 1, NOW, least)).toBe(4_000);
  });

  test('grows from a second after an answer that says nothing', () => {
    expect(retryDelay(answer(), 2, NOW, most)).toBe(2_000);
  });

  test('grows from a quarter of a second after a broken connection', () => {
    expect(retryDelay(undefined, 2, NOW, most)).toBe(500);
  });
});

test.each([
  [408, false],
  [429, true],
  [500, false],
  [502, true],
  [503, true],
  [504, true],
  [200, false],
])('status %i may pass: %s', (status, expected) => {
  expect(isTransientStatus(status)).toBe(expected);
});

describe('a broken connection', () => {
  test.each([
    ['ECONNRESET', true, false],
    ['EPIPE', true, false],
    ['ETIMEDOUT', true, false],
    ['ECONNREFUSED', false, true],
    ['ENOTFOUND', false, true],
    ['EAI_AGAIN', false, true],
    ['EHOSTUNREACH', false, true],
    ['ENETUNREACH', false, true],
    ['EPROTO', false, false],
    [undefined, false, false],
  ])('by %s: passing %s, an outage %s', (code, passing, outage) => {
    const failure = new Failure('network', 'broken', { code });
    expect([isTransientFailure(failure), isOutage(failure)]).toEqual([passing, outage]);
  });

  test('is not what Graph calls by the same code', () => {
    expect(isTransientFailure(new Failure('graph', 'x', { code: 'ECONNRESET' }))).toBe(false);
    expect(isOutage(new Failure('graph', 'x', { code: 'ECONNREFUSED' }))).toBe(false);
  });
});
