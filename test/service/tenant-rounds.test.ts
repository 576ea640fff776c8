import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import type { Event } from '../../src/outcome/events.ts';
import type { Round } from '../../src/service/rounds.ts';
import { tenantRounds } from '../../src/service/tenant-rounds.ts';
import { type PageOfItems, pageAt, placeOf, problem, type Reply } from '../support/answers.ts';
import { type FakeGraph, failureOf, type GraphSettings, START, startGraph } from '../support/fake-graph.ts';

const TYPE = '#microsoft.graph.iosCustomConfiguration';
const { route: DIRECT } = placeOf('any');

const item = (id: string, pendingCount: number, displayName: string | null = `The ${id}`) => ({
  id,
  displayName,
  '@odata.type': TYPE,
  deviceStatusOverview: { pendingCount },
});

let opened: FakeGraph;
let notes: Event[] = [];

/** A service that lists these pages in the rounds in turn; the first page of a round begins it. */
async function open(
  rounds: readonly (readonly PageOfItems[])[],
  overview: Reply = problem(404, 'Gone'),
  settings: GraphSettings = {},
): Promise<void> {
  let round = -1;
  notes = [];
  opened = await startGraph(({ path }) => {
    if (path.includes('/deviceStatusOverview')) return overview;
    if (!path.includes('&page=')) round += 1;
    return pageAt(rounds[round] ?? [], path, opened);
  }, settings);
}

/** The first rounds, one second apart. */
async function read(count: number): Promise<Round[]> {
  const rounds: Round[] = [];
  const emit = (event: Event) => notes.push(event);
  for await (const round of tenantRounds({ ...opened, interval: 1_000 }, emit)) {
    rounds.push(round);
    if (rounds.length === count) break;
  }
  return rounds;
}

const idsOf = ({ tracks }: Round) => tracks.map(({ place }) => place.configurationId);

describe('the rounds of a tenant', () => {
  test('have every configuration of all pages, with its type and the direct route', async () => {
    await open([[[item('a', 1)], [item('b', 2, null)]]]);
    const [round] = await read(1);
    expect(round).toMatchObject({ ended: START, next: START + 1_000 });
    expect(round?.tracks).toEqual([
      {
        place: { configurationId: 'a', route: DIRECT, displayName: 'The a' },
        type: TYPE,
        first: { pendingCount: 1 },
        before: undefined,
        overview: { pendingCount: 1 },
        readAt: START,
        failure: undefined,
        changed: [],
        lastChange: undefined,
        history: [{ pendingCount: 1 }],
      },
      expect.objectContaining({
        place: { configurationId: 'b', route: DIRECT, displayName: null },
        overview: { pendingCount: 2 },
      }),
    ]);
    expect(opened.lines).toEqual(
      ['', '&page=1'].map(
        (page) =>
          `GET /deviceManagement/deviceConfigurations?$select=id,displayName&$expand=deviceStatusOverview${page}`,
      ),
    );
    expect(notes).toEqual([]);
  });

  test('have the checks of a configuration so far, in any letter case of its id', async () => {
    await open([[[item('a', 1)]], [[item('A', 3)]]]);
    const [, second] = await read(2);
    expect(second?.tracks).toMatchObject([
      {
        place: { configurationId: 'a' },
        first: { pendingCount: 1 },
        before: { pendingCount: 1 },
        overview: { pendingCount: 3 },
        readAt: START + 1_000,
        changed: ['pendingCount'],
        lastChange: { at: START + 1_000, names: ['pendingCount'] },
      },
    ]);
    expect(notes).toEqual([]);
  });

  test('have the present name of a configuration', async () => {
    await open([[[item('a', 1, 'old')]], [[item('a', 1, 'new')]]]);
    const [first, second] = await read(2);
    expect(first?.tracks).toMatchObject([{ place: { displayName: 'old' } }]);
    expect(second?.tracks).toMatchObject([
      { place: { configurationId: 'a', route: DIRECT, displayName: 'new' } },
    ]);
  });

  test('have new configurations in the order of the listing', async () => {
    await open([[[item('b', 1)]], [[item('a', 1), item('b', 1)]]]);
    expect((await read(2)).map(idsOf)).toEqual([['b'], ['a', 'b']]);
  });

  test.each<[string, Reply, string, unknown]>([
    ['is refused', problem(404, 'Gone'), 'not-found', { code: 'Gone' }],
    ['has no properties', { body: {} }, 'graph', { code: undefined }],
  ])('have the failure of an overview that %s', async (_, reply, kind, details) => {
    await open([[[item('a', 1), { ...item('b', 1), deviceStatusOverview: null }]]], reply);
    const [round] = await read(1);
    expect(round?.tracks.map(({ failure }) => failure)).toEqual([undefined, expect.any(Failure)]);
    const failure = round?.tracks[1]?.failure;
    expect(failure).toMatchObject({
      kind,
      message: kind === 'graph' ? 'the service answered 200 without an overview' : 'not found: says 404',
    });
    expect(failure?.details).toEqual(details);
  });
});

describe('configurations that are no longer listed', () => {
  const LETTERS = ['a', 'b', 'c', 'd', 'e'];

  test.each<[number, string]>([
    [1, 'The a (a) is no longer in the tenant'],
    [2, 'The a (a), The b (b) are no longer in the tenant'],
    [3, 'The a (a), The b (b), The c (c) are no longer in the tenant'],
    [4, 'The a (a), The b (b), The c (c) and 1 more are no longer in the tenant'],
    [5, 'The a (a), The b (b), The c (c) and 2 more are no longer in the tenant'],
  ])('are removed with a note: %i', async (count, text) => {
    const items = LETTERS.map((id) => item(id, 1));
    await open([[[...items, item('z', 1)]], [[item('z', 1)]], [[item('z', 1)]]].map(keepFirst(count)));
    const rounds = await read(3);
    expect(rounds.map(idsOf)).toEqual([[...LETTERS.slice(0, count), 'z'], ['z'], ['z']]);
    expect(notes).toEqual([{ kind: 'note', text }]);
  });

  /** Keeps this number of letters, and `z`. */
  function keepFirst(count: number) {
    return ([page]: readonly { id: string }[][]) => [
      (page ?? []).filter(({ id }) => id === 'z' || LETTERS.indexOf(id) < count),
    ];
  }
});

describe('a listing that fails', () => {
  test.each<[string, Reply, string]>([
    ['is throttled', problem(429), 'throttled'],
    ['fails in the service', problem(503), 'throttled'],
  ])('temporarily does not end the rounds: %s', async (_, reply, kind) => {
    await open([
      [[item('a', 1)], [item('b', 2)]],
      [[item('a', 3)], reply],
      [[item('a', 3)], [item('b', 4)]],
    ]);
    const [, second, third] = await read(3);
    expect(second?.tracks).toMatchObject([
      { place: { configurationId: 'a' }, overview: { pendingCount: 3 }, failure: undefined },
      {
        place: { configurationId: 'b', displayName: 'The b' },
        overview: { pendingCount: 2 },
        readAt: START,
        failure: { kind },
      },
    ]);
    expect(second?.tracks[1]?.history).toEqual([{ pendingCount: 2 }, undefined]);
    expect(third?.tracks).toMatchObject([{ failure: undefined }, { overview: { pendingCount: 4 } }]);
    expect(notes).toEqual([]);
  });

  test('in the first round ends them', async () => {
    await open([[problem(429)]]);
    expect(await failureOf(read(1))).toMatchObject({ kind: 'throttled' });
    expect(opened.lines).toHaveLength(1);
  });

  test('permanently in a later round ends them', async () => {
    await open([[[item('a', 1)]], [problem(403)]]);
    expect(await failureOf(read(2))).toMatchObject({ kind: 'permission' });
    expect(opened.lines).toHaveLength(2);
  });

  test('with an unexpected error ends them', async () => {
    let tokens = 0;
    const token = async () => {
      tokens += 1;
      // It has the members of a failure that may recover.
      if (tokens > 1) throw Object.assign(new TypeError('unexpected'), { kind: 'network', details: {} });
      return 'token';
    };
    await open([[[item('a', 1)]]], undefined, { token });
    expect(await failureOf(read(2))).toBeInstanceOf(TypeError);
  });
});
