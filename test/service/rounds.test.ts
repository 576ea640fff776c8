import { describe, expect, test } from '@jest/globals';
import { Failure, type FailureDetails, type FailureKind } from '../../src/outcome/errors.ts';
import { mayRecover, type Round, readRounds, shortestInterval } from '../../src/service/rounds.ts';
import { expandedFor, idIn, isNamed, placeOf, problem, withBatches } from '../support/answers.ts';
import { type FakeGraph, type GraphSettings, START, startGraph } from '../support/fake-graph.ts';

const PLACES = [placeOf('a'), placeOf('b')];

let opened: FakeGraph;

/** A service whose batches take these times in turn; each overview counts its reads. */
async function openSlow(took: readonly number[], settings: GraphSettings = {}): Promise<void> {
  const left = [...took];
  const reads = new Map<string, number>();
  const service = withBatches(({ path }) => {
    const id = idIn(path);
    const count = (reads.get(id) ?? 0) + 1;
    reads.set(id, count);
    return expandedFor(path, id === 'b' && count === 2 ? problem(404) : { body: { pendingCount: count } });
  });
  opened = await startGraph((received) => {
    opened.pass(left.shift() ?? 0);
    return service(received);
  }, settings);
}

/** Reads until the rounds end, or up to this number of rounds. */
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

test('unknown names are read only with the first round', async () => {
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

test('an unknown name is read again after a failure', async () => {
  const named: string[] = [];
  opened = await startGraph(
    withBatches(({ path }) => {
      const id = idIn(path);
      if (isNamed(path)) named.push(id);
      if (id === 'b' && named.length === 2) return problem(404);
      const overview = { pendingCount: 1 };
      return {
        body: isNamed(path) ? { displayName: `name ${id}`, deviceStatusOverview: overview } : overview,
      };
    }),
  );
  const rounds = await roundsOf({ interval: 1_000 }, 3);
  expect(rounds.map(({ tracks }) => tracks.map(({ place }) => place.displayName))).toEqual([
    ['name a', undefined],
    ['name a', 'name b'],
    ['name a', 'name b'],
  ]);
  expect(named).toEqual(['a', 'b', 'b']);
});

describe('rounds', () => {
  test('start at their interval, regardless of the time of the reads', async () => {
    await openSlow([400, 100]);
    expect(times(await roundsOf({ interval: 1_000 }, 3))).toEqual([
      [400, 1_000],
      [1_100, 2_000],
      [2_000, 3_000],
    ]);
    expect(opened.sleeps).toEqual([600, 900]);
  });

  test('start at once if the reads took longer than the interval', async () => {
    await openSlow([1_500]);
    expect(times(await roundsOf({ interval: 1_000 }, 2))).toEqual([
      [1_500, 1_500],
      [1_500, 2_500],
    ]);
    expect(opened.sleeps).toEqual([0]);
  });

  test('start at once if the caller took longer than the interval', async () => {
    await openSlow([]);
    await roundsOf({ interval: 1_000 }, 2, () => opened.pass(1_200));
    expect(opened.sleeps).toEqual([0]);
  });

  test('end with a round at the given end', async () => {
    await openSlow([100]);
    expect(times(await roundsOf({ interval: 1_000, until: START + 1_500 }))).toEqual([
      [100, 1_000],
      [1_000, 1_500],
      [1_500, 1_500],
    ]);
    expect(opened.sleeps).toEqual([900, 500]);
  });

  test('have every overview in the order of the places, and the failure of one that could not be read', async () => {
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

  test('end when they are interrupted, without further requests', async () => {
    const controller = new AbortController();
    const interrupted = new Failure('interrupted', 'interrupted');
    await openSlow([], { signal: controller.signal });
    const clock = { ...opened.clock, sleep: async () => controller.abort(interrupted) };
    const rounds = readRounds(PLACES, { ...opened, clock, interval: 1_000 });
    await rounds.next();
    expect(await rounds.next().catch((error: unknown) => error)).toBe(interrupted);
    expect(opened.lines).toEqual(['POST /$batch']);
  });

  test('do not start without places if they were interrupted before', async () => {
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
  ])('of %i overviews that the quota permits is %i ms', (places, interval) =>
    expect(shortestInterval(places, { writes: 100, requests: 1_000, window: 20_000 })).toBe(interval),
  );

  test('is rounded up', () => {
    expect(shortestInterval(1, { writes: 1, requests: 3, window: 10 })).toBe(4);
  });
});

describe('whether a read can recover', () => {
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
  ])('after %s with %j: %p', (kind, details, passes) =>
    expect(mayRecover(new Failure(kind, 'refused', details))).toBe(passes),
  );
});
