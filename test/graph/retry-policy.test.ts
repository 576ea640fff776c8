import { describe, expect, test } from '@jest/globals';
import { exceedsMaxWait, isOutage, RetryPolicy, withRequestedWait } from '../../src/graph/retry-policy.ts';
import { type ConnectionProblem, Failure, type FailureDetails } from '../../src/outcome/errors.ts';
import type { Event } from '../../src/outcome/events.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const clock = { now: () => NOW };
const least = () => 0;
const most = () => 1;

function policy(retries: number, random = least, events: Event[] = []): RetryPolicy {
  return new RetryPolicy({ retries, random, clock, emit: (event) => events.push(event) });
}

/** A transient failure. */
function transientFailure(details: FailureDetails = { status: 503 }): Failure {
  return new Failure('throttled', 'busy', { transient: true, hint: 'as it was', ...details });
}

describe('whether a failure is transient', () => {
  test.each([
    [200, false],
    [400, false],
    [408, false],
    [424, false],
    [429, true],
    [500, false],
    [502, true],
    [503, true],
    [504, true],
  ])('for status %i: %s', (status, transient) => {
    expect(policy(5).detailsOf(new Failure('graph', 'x', { status })).transient).toBe(transient);
  });

  test.each<[ConnectionProblem, boolean, boolean]>([
    ['cut', true, false],
    ['timeout', true, false],
    ['connect-timeout', true, false],
    ['refused', false, true],
    ['unreachable', false, true],
    ['unresolved', false, true],
    ['proxy', false, true],
    ['proxy-refused', false, false],
    ['tls', false, false],
    ['certificate', false, false],
    ['protocol', false, false],
    ['other', false, false],
  ])('for a connection problem %s: %s, and whether it is an outage: %s', (connection, transient, outage) => {
    const failure = new Failure('network', 'x', { connection });
    expect([policy(5).detailsOf(failure).transient, isOutage(failure)]).toEqual([transient, outage]);
    const other = new Failure('graph', 'x', { connection });
    expect([policy(5).detailsOf(other).transient, isOutage(other)]).toEqual([false, false]);
  });

  test('with the Retry-After of the service, relative to its Date', () => {
    const headers = { 'retry-after': 'Fri, 02 Jan 2026 05:00:07 GMT', date: 'Fri, 02 Jan 2026 05:00:00 GMT' };
    const failure = transientFailure();
    expect(policy(5).detailsOf(failure, headers).retryAfter).toBe(7_000);
    const item = { 'retry-after': 'Fri, 02 Jan 2026 05:00:07 GMT' };
    expect(policy(5).detailsOf(failure, item, 'Fri, 02 Jan 2026 05:00:05 GMT').retryAfter).toBe(2_000);
    expect(policy(5).detailsOf(failure).retryAfter).toBeUndefined();
  });
});

test('an answer from a proxy is not an outage', () => {
  const details = { connection: 'proxy', status: 502 } as const;
  expect(isOutage(new Failure('network', 'x', details))).toBe(false);
});

describe('the wait before a retry', () => {
  test.each<[FailureDetails, number, number, number]>([
    [{ status: 503, retryAfter: 0 }, 3, 0, 0],
    [{ status: 429, retryAfter: 5_000 }, 3, 5_000, 5_500],
    [{ status: 503, retryAfter: 60_000 }, 3, 60_000, 61_000],
    [{ status: 502 }, 1, 500, 1_000],
    [{ status: 503 }, 2, 1_000, 2_000],
    [{ status: 504 }, 5, 8_000, 16_000],
    [{ status: 429 }, 6, 16_000, 32_000],
    [{ status: 429 }, 7, 16_000, 32_000],
    [{ connection: 'cut' }, 1, 125, 250],
    [{ connection: 'timeout' }, 3, 500, 1_000],
  ])('after %j and attempt %i is %i to %i ms', (details, attempt, shortest, longest) => {
    const waits = [least, most].map((random) =>
      policy(9, random).waitAfter(transientFailure(details), attempt),
    );
    expect(waits).toEqual([shortest, longest]);
  });

  test('is whole milliseconds', () => {
    expect(policy(9, () => 0.333).waitAfter(transientFailure({ connection: 'cut' }), 1)).toBe(167);
    expect(policy(9, () => 0.333).waitAfter(transientFailure({ retryAfter: 333 }), 1)).toBe(344);
  });
});

describe('a failed attempt', () => {
  test('is retried if its failure is transient, while attempts are left', () => {
    expect(policy(2).next(transientFailure(), 1, 0)).toEqual({ again: true, wait: 500 });
    expect(policy(2).next(transientFailure(), 2, 500)).toEqual({ again: true, wait: 1_000 });
    expect(policy(2).next(transientFailure(), 3, 1_500)).toMatchObject({
      again: false,
      failure: {
        message: 'busy (given up after 3 attempts)',
        details: { hint: 'wait a while, or increase `--retries`' },
      },
    });
  });

  test('is not retried if it is permanent, and has no hint to increase --retries', () => {
    const failure = new Failure('graph', 'no', { hint: 'as it was' });
    expect(policy(5).next(failure, 1, 0)).toEqual({ again: false, failure });
    expect(policy(5).next(failure, 2, 0)).toMatchObject({
      failure: { message: 'no (given up after 2 attempts)', details: { hint: 'as it was' } },
    });
  });

  test('is not retried with 0 retries, and has no hint to increase --retries', () => {
    const failure = transientFailure({ status: 429, retryAfter: 2_000 });
    expect(policy(0).next(failure, 1, 0)).toEqual({ again: false, failure });
  });

  test.each([
    [300_000, 0, true],
    [300_001, 0, false],
    [200_000, 100_000, true],
    [200_000, 100_001, false],
  ])('with a Retry-After of %i ms after %i ms of waiting is retried: %s', (retryAfter, waited, again) => {
    expect(policy(9).next(transientFailure({ status: 429, retryAfter }), 1, waited).again).toBe(again);
  });

  test.each([0, 9])(
    'with a Retry-After of more than five minutes is reported instead (%i retries)',
    (retries) => {
      const failure = transientFailure({ status: 429, retryAfter: 720_000 });
      expect(exceedsMaxWait(failure)).toBe(true);
      expect(policy(retries).next(failure, 1, 0)).toMatchObject({
        again: false,
        failure: {
          message: 'busy; the service asks to wait 12 min',
          details: { hint: 'try again after that' },
        },
      });
    },
  );

  test('with a Retry-After of a minute is reported', () => {
    const failure = transientFailure({ status: 429, retryAfter: 60_000 });
    expect(withRequestedWait(failure).message).toBe('busy; the service asks to wait 1 min');
  });

  test('of a read that has failed before has one number of attempts and one wait', () => {
    const read = policy(1).next(transientFailure({ retryAfter: 90_000 }), 2, 0);
    if (read.again) throw new Error('it is retried');
    const row = policy(3).next(withRequestedWait(read.failure), 4, 0);
    if (row.again) throw new Error('it is retried');
    expect(withRequestedWait(row.failure).message).toBe(
      'busy (given up after 2 attempts); the service asks to wait 2 min',
    );
  });

  test('of the network has no hint to increase --retries', () => {
    const failure = new Failure('network', 'cut', { transient: true, hint: 'as it was' });
    expect(policy(1).next(failure, 2, 0)).toMatchObject({
      failure: { message: 'cut (given up after 2 attempts)', details: { hint: 'as it was' } },
    });
  });

  test('with a Retry-After of 59 s is not reported', () => {
    const failure = transientFailure({ status: 429, retryAfter: 59_000 });
    expect(withRequestedWait(failure)).toBe(failure);
  });
});

test('each retry is an event, with the end of its wait', () => {
  const events: Event[] = [];
  const failure = transientFailure({ status: 503 });
  policy(5, least, events).report({ method: 'GET', count: 3, failure, attempt: 2, wait: 1_500 });
  policy(5, least, events).report({
    method: 'PATCH',
    failure: new Failure('network', 'cut'),
    attempt: undefined,
    wait: 9,
  });
  expect(events).toStrictEqual([
    {
      kind: 'retry',
      method: 'GET',
      count: 3,
      reason: '503',
      attempt: 2,
      attempts: 6,
      waitMilliseconds: 1_500,
      until: NOW + 1_500,
    },
    {
      kind: 'retry',
      method: 'PATCH',
      reason: 'cut',
      attempt: undefined,
      attempts: 6,
      waitMilliseconds: 9,
      until: NOW + 9,
    },
  ]);
});
