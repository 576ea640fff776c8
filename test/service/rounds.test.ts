import { describe, expect, test } from '@jest/globals';
import { Failure, type FailureDetails, type FailureKind } from '../../src/outcome/errors.ts';
import { mayRecover, type Round, readRounds, shortestInterval } from '../../src/service/rounds.ts';
import { expandedFor, idIn, isNamed, placeOf, problem, withBatches } from '../support/answers.ts';
import { type FakeGraph, type GraphSettings, START, startGraph } from '../support/fake-graph.ts';

const PLACES = [placeOf('a'), placeOf('b')];

let opened: FakeGraph;

/** A service whose batches take so long, one after the other; each overview counts its reads. */
async function openSlow(took: readonly number[], settings: GraphSettings = {}): Promise<void> {
  const left = [...took];
  const reads = new Map<string, number>();
  const service = withBatches(({ path }) => {
    const id = idIn(path);
    const count = (reads.get(id) ?? 0) + 1;
    reads.set(id, count);
    return expandedFor(path, id === 'b' && count === 2 ? problem(404) : { body: { pendingCount: count } });
  });
  opened = await startGraph((asked) => {
    opened.pass(left.shift() ?? 0);
    return service(asked);
  }, settings);
}

/** Reads until the rounds end, or as many as there shall be. */
async function roundsOf(
  options: { readonly interval: number; readonly until?: number },
  most = 9,
  onRound: (count: number) => void = () => undefined,
): Promise<Round[]> {
  const rounds: Round[] = [];
  for await (const round of readRounds(PLACES, { ...opened, ...options })) {
    rounds.push(round);
    onRound(rounds.length);
    if (rounds.length === most) break;
  }
  return rounds;
}

const times = (rounds: readonly Round[]) => rounds.map(({ ended, next }) => [ended - START, next - START]);

test('names that are not known are read with the first round alone', async () => {
  let named = 0;
  opened = await startGraph(
    withBatches(({ path }) => {
      if (isNamed(path)) named += 1;
      const overview = { pendingCount: 1 };
      return {
        body: isNamed(path)
          ? { displayName: `name ${idIn(path)}`, deviceStatusOverview: overview }
          : overview,
      };
    }),
  );
  const places = [placeOf('a'), { ...placeOf('b'), displayName: 'known' }];
  const names: unknown[] = [];
  for await (const { tracks } of readRounds(places, { ...opened, interval: 1_000 })) {
    names.push(tracks.map(({ place }) => place.displayName));
    if (names.length === 2) break;
  }
  expect(names).toEqual([
    ['name a', 'known'],
    ['name a', 'known'],
  ]);
  expect([named, opened.lines.length]).toEqual([1, 2]);
});

describe('rounds', () => {
  test('begin at their interval, however long the reads took', async () => {
    await openSlow([400, 100]);
    expect(times(await roundsOf({ interval: 1_000 }, 3))).toEqual([
      [400, 1_000],
      [1_100, 2_000],
      [2_000, 3_000],
    ]);
    expect(opened.sleeps).toEqual([600, 900]);
  });

  test('begin at once where the reads took longer than the interval', async () => {
    await openSlow([1_500]);
    expect(times(await roundsOf({ interval: 1_000 }, 2))).toEqual([
      [1_500, 1_500],
      [1_500, 2_500],
    ]);
    expect(opened.sleeps).toEqual([0]);
  });

  test('begin at once where whoever looked at the last one took longer', async () => {
    await openSlow([]);
    await roundsOf({ interval: 1_000 }, 2, () => opened.pass(1_200));
    expect(opened.sleeps).toEqual([0]);
  });

  test('end with the one that begins at the end', async () => {
    await openSlow([100]);
    expect(times(await roundsOf({ interval: 1_000, until: START + 1_500 }))).toEqual([
      [100, 1_000],
      [1_000, 1_500],
      [1_500, 1_500],
    ]);
    expect(opened.sleeps).toEqual([900, 500]);
  });

  test('hold every overview in the order of the places, and what kept one from being read', async () => {
    await openSlow([]);
    const rounds = await roundsOf({ interval: 1_000 }, 3);
    expect(rounds.map(({ tracks }) => tracks.map(({ place }) => place))).toEqual([PLACES, PLACES, PLACES]);
    expect(rounds[2]?.tracks.map(({ history }) => history)).toEqual([
      [{ pendingCount: 1 }, { pendingCount: 2 }, { pendingCount: 3 }],
      [{ pendingCount: 1 }, undefined, { pendingCount: 3 }],
    ]);
    expect(rounds[1]?.tracks.map(({ failure }) => failure?.message)).toEqual([
      undefined,
      'not found: says 404',
    ]);
    expect(rounds[2]?.tracks.map(({ readAt = 0 }) => readAt - START)).toEqual([2_000, 2_000]);
  });

  test('end when they are interrupted, with nothing asked any more', async () => {
    const controller = new AbortController();
    const interrupted = new Failure('interrupted', 'interrupted');
    await openSlow([], { signal: controller.signal });
    const clock = { ...opened.clock, sleep: async () => controller.abort(interrupted) };
    const rounds = readRounds(PLACES, { ...opened, clock, interval: 1_000 });
    await rounds.next();
    expect(await rounds.next().catch((error: unknown) => error)).toBe(interrupted);
    expect(opened.lines).toEqual(['POST /$batch']);
  });

  test('begin with none of no places where they are interrupted before', async () => {
    opened = await startGraph();
    const signal = AbortSignal.abort(new Failure('interrupted', 'interrupted'));
    const first = readRounds([], { ...opened, signal, interval: 1_000 }).next();
    expect(await first.catch((error: unknown) => error)).toBe(signal.reason);
  });
});

describe('the shortest interval', () => {
  test.each([
    [0, 0],
    [1, 20],
    [50, 1_000],
    [1_000, 20_000],
  ])('of %i overviews within the quota is %i ms', (places, interval) =>
    expect(shortestInterval(places, { writes: 100, requests: 1_000, window: 20_000 })).toBe(interval),
  );

  test('is rounded up', () => {
    expect(shortestInterval(1, { writes: 1, requests: 3, window: 10 })).toBe(4);
  });
});

describe('what may pass by itself', () => {
  test.each<[FailureKind, FailureDetails, boolean]>([
    ['network', {}, true],
    ['throttled', {}, true],
    ['graph', { transient: true }, true],
    ['graph', { transient: false }, false],
    ['graph', { status: 499 }, false],
    ['graph', { status: 500 }, true],
    ['graph', { status: 503 }, true],
    ['graph', {}, false],
    ['not-found', { status: 404 }, false],
    ['sign-in', {}, false],
  ])('%s with %j: %p', (kind, details, passes) =>
    expect(mayRecover(new Failure(kind, 'refused', details))).toBe(passes),
  );
});
