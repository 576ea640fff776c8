import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/errors.ts';
import type { Place } from '../../src/service/overviews.ts';
import { mayPass, type Round, readRounds, shortestInterval } from '../../src/service/rounds.ts';
import { byPath, graphOn, START } from '../graph-on-loopback.ts';

const PLACE: Place = {
  configurationId: 'a',
  route: { via: 'direct', segments: [], certificateId: undefined, uncast: false },
};

/** A service whose overview counts the reads; the third one fails. */
function counting() {
  let reads = 0;
  return graphOn(
    byPath(() => {
      reads += 1;
      return reads === 3
        ? [500, { error: { code: 'X', message: 'no' } }]
        : [200, { pendingCount: Math.min(reads, 2) }];
    }),
  );
}

async function some(rounds: AsyncGenerator<Round>, count: number): Promise<Round[]> {
  const found: Round[] = [];
  for await (const round of rounds) {
    found.push(round);
    if (found.length === count) break;
  }
  return found;
}

describe('reading round after round', () => {
  test('knows what changed, and that a read failed, and goes on', async () => {
    const on = await counting();
    const rounds = await some(readRounds([PLACE], { ...on.options, interval: 10_000 }), 4);
    expect(
      rounds.map(({ tracks: [track] }) => [track?.overview, track?.changed, track?.failure?.kind]),
    ).toEqual([
      [{ pendingCount: 1 }, [], undefined],
      [{ pendingCount: 2 }, ['pendingCount'], undefined],
      [{ pendingCount: 2 }, [], 'graph'],
      [{ pendingCount: 2 }, [], undefined],
    ]);
  });

  test('begins one round an interval after the other', async () => {
    const on = await counting();
    const rounds = await some(readRounds([PLACE], { ...on.options, interval: 10_000 }), 3);
    expect(rounds.map(({ ended, next }) => [ended - START, next - START])).toEqual([
      [0, 10_000],
      [10_000, 20_000],
      [20_000, 30_000],
    ]);
    expect(on.sleeps).toEqual([10_000, 10_000]);
  });

  test('begins the last round when it is time, however long the interval', async () => {
    const on = await counting();
    const options = { ...on.options, interval: 10_000, until: START + 15_000 };
    const rounds = await some(readRounds([PLACE], options), 9);
    expect(rounds.map(({ ended }) => ended - START)).toEqual([0, 10_000, 15_000]);
  });

  test('is no longer than one round where the time is over', async () => {
    const on = await counting();
    expect(await some(readRounds([PLACE], { ...on.options, interval: 10, until: START }), 9)).toHaveLength(1);
    expect(on.sleeps).toEqual([]);
  });

  test('does not begin where it is interrupted', async () => {
    const on = await counting();
    const options = { ...on.options, interval: 10, signal: AbortSignal.abort(new Error('interrupted')) };
    await expect(some(readRounds([PLACE], options), 1)).rejects.toThrow('interrupted');
    expect(on.server.requests).toEqual([]);
  });
});

test.each([
  [1, 20],
  [1_000, 20_000],
  [1_001, 20_020],
  [0, 0],
])('%i overviews can be read every %i ms where a window of 20 s holds 1,000 requests', (places, interval) => {
  expect(shortestInterval(places, { writes: 100, requests: 1_000, window: 20_000 })).toBe(interval);
});

test('an interval is rounded up', () => {
  expect(shortestInterval(1, { writes: 1, requests: 3, window: 1_000 })).toBe(334);
});

test.each([
  ['a network failure', new Failure('network', 'x'), true],
  ['a throttled one', new Failure('throttled', 'x', { status: 429 }), true],
  ['what is said to be transient', new Failure('graph', 'x', { transient: true }), true],
  ['a fault of the service', new Failure('graph', 'x', { status: 500 }), true],
  ['a refusal', new Failure('graph', 'x', { status: 499 }), false],
  ['what has no status', new Failure('graph', 'x'), false],
  ['what is not there', new Failure('not-found', 'x', { status: 404 }), false],
  ['what is said not to be transient', new Failure('graph', 'x', { transient: false }), false],
])('%s may pass or not', (_, failure, may) => {
  expect(mayPass(failure)).toBe(may);
});
