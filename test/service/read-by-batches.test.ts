import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import type { Overview } from '../../src/overview/difference.ts';
import { readByBatches } from '../../src/service/read-many.ts';
import {
  type Answer,
  batchSizes,
  idIn,
  idsUpTo,
  itemsOf,
  placeOf,
  problem,
  type Received,
  type Reply,
  withBatches,
} from '../support/answers.ts';
import { type FakeGraph, type GraphSettings, START, startGraph } from '../support/fake-graph.ts';

let opened: FakeGraph;

/** Starts a Graph with the default retries of commands. */
function start(answer?: Answer, settings: GraphSettings = {}): Promise<FakeGraph> {
  return startGraph(answer, { retries: 5, random: () => 0.5, ...settings });
}

/** The result for each id; each must be reported once. */
async function read(ids: readonly string[]): Promise<(Overview | Failure | undefined)[]> {
  const found: (Overview | Failure | undefined)[] = ids.map(() => undefined);
  await readByBatches(
    ids.map((id) => placeOf(id)),
    opened,
    (index, overview) => {
      expect(found[index]).toBeUndefined();
      found[index] = overview;
    },
  );
  return found;
}

const overviewAt = ({ path }: Received): Reply => ({ body: { id: idIn(path) } });
const overviewsOf = (ids: readonly string[]) => ids.map((id) => ({ id }));

/** Answers the requests for each configuration with the replies in its list; the last one repeats. */
function inTurn(lists: Readonly<Record<string, readonly Reply[]>>): (received: Received) => Reply {
  const turns = new Map<string, number>();
  return (received) => {
    const id = idIn(received.path);
    const turn = turns.get(id) ?? 0;
    turns.set(id, turn + 1);
    return lists[id]?.[turn] ?? lists[id]?.at(-1) ?? overviewAt(received);
  };
}

/** A service that answers its first batches with these replies, and the later ones as usual. */
function afterBatches(first: readonly (Reply | 'cut')[], then: Answer = withBatches(overviewAt)): Answer {
  const left = [...first];
  return (received, response) =>
    (received.path === '/$batch' ? left.shift() : undefined) ?? then(received, response);
}

describe('batches of reads', () => {
  test.each<[number, number[], number]>([
    [0, [], 0],
    [1, [], 1],
    [2, [2], 0],
    [20, [20], 0],
    [21, [20], 1],
    [41, [20, 20], 1],
    [145, [20, 20, 20, 20, 20, 20, 20, 5], 0],
  ])('are sent for %i overviews', async (count, batches, alone) => {
    opened = await start(count === 0 ? undefined : withBatches(overviewAt));
    const ids = idsUpTo(count);
    expect(await read(ids)).toEqual(overviewsOf(ids));
    expect(batchSizes(opened)).toEqual(batches);
    expect(opened.requests.filter(({ method }) => method === 'GET')).toHaveLength(alone);
  });

  test.each([
    [40, 2],
    [120, 6],
    [160, 6],
  ])('for %i overviews are sent %i at once', async (count, atOnce) => {
    opened = await start(withBatches(overviewAt));
    await read(idsUpTo(count));
    expect(opened.startedAtFirst()).toBe(atOnce);
  });

  test('use the whole quota, and wait for the rest', async () => {
    opened = await start(withBatches(overviewAt), {
      limit: { writes: 1, requests: 30, window: 1_000 },
    });
    for (let round = 0; round < 3; round += 1) await read(idsUpTo(20));
    expect(opened.sleeps).toEqual([1_000, 1_000]);
    expect(batchSizes(opened)).toEqual([20, 20, 20]);
    opened.pass(1_000);
    expect(await opened.rateLimiter.acquire('read', 99, opened.signal)).toBe(30);
  });

  test('release the quota of failed requests', async () => {
    const limit = { writes: 1, requests: 20, window: 1_000 };
    opened = await start(afterBatches([problem(403)]), { limit });
    await read(idsUpTo(20));
    expect(await read(idsUpTo(20))).toEqual(overviewsOf(idsUpTo(20)));
    expect(opened.sleeps).toEqual([1_000]);
  });
});

describe('one overview of a batch', () => {
  test('that is rejected is a failure of that overview only', async () => {
    const headers = { 'request-id': 'theirs' };
    opened = await start(withBatches(inTurn({ c1: [{ ...problem(404, 'ResourceNotFound'), headers }] })), {
      uuid: () => 'ours',
    });
    const [first, second, third] = await read(idsUpTo(3));
    expect([first, third]).toEqual(overviewsOf(['c0', 'c2']));
    expect(second).toBeInstanceOf(Failure);
    expect(second).toMatchObject({ kind: 'not-found', message: 'not found: says 404' });
    expect((second as Failure).details).toEqual({
      status: 404,
      code: 'ResourceNotFound',
      requestId: 'theirs',
      clientRequestId: 'ours',
      transient: false,
      retryAfter: undefined,
      hint: 'check the id with `graph-overview list`, and that `--via` fits the type of the configuration; policies of the Settings Catalog are not device configurations',
    });
    expect(opened.sleeps).toEqual([]);
  });

  test('that is answered without an overview is a failure of that overview only', async () => {
    const headers = { 'request-id': 'theirs' };
    opened = await start(withBatches(inTurn({ c1: [{ headers, body: { displayName: 'Wi-Fi' } }] })));
    const [first, second] = await read(idsUpTo(2));
    expect(first).toEqual({ id: 'c0' });
    expect(second).toBeInstanceOf(Failure);
    expect(second).toMatchObject({
      kind: 'graph',
      message: 'the service answered 200 without an overview',
      details: { status: 200, requestId: 'theirs', clientRequestId: '' },
    });
  });

  test('with a transient error is read again, and no others', async () => {
    opened = await start(withBatches(inTurn({ c1: [problem(503), { body: { id: 'c1' } }] })));
    expect(await read(idsUpTo(3))).toEqual(overviewsOf(idsUpTo(3)));
    expect(opened.lines).toEqual([
      'POST /$batch',
      'GET /deviceManagement/deviceConfigurations/c1/deviceStatusOverview',
    ]);
  });

  test('is requested at most six times, with increasing waits', async () => {
    opened = await start(withBatches(inTurn({ c0: [problem(502)], c1: [problem(502)] })));
    const found = await read(idsUpTo(3));
    expect(found.map((one) => (one instanceof Failure ? one.message : one))).toEqual([
      'Graph is unavailable: says 502 (given up after 6 attempts)',
      'Graph is unavailable: says 502 (given up after 6 attempts)',
      { id: 'c2' },
    ]);
    expect(batchSizes(opened)).toEqual([3, 2, 2, 2, 2, 2]);
    expect(opened.sleeps).toEqual([750, 1_500, 3_000, 6_000, 12_000]);
  });

  test('is read again after the longest Retry-After of its batch', async () => {
    const wait = (seconds: number): Reply => ({ ...problem(503), headers: { 'Retry-After': seconds } });
    const ok = { body: { id: 'c' } };
    opened = await start(withBatches(inTurn({ c0: [wait(2), ok], c1: [wait(5), ok], c2: [wait(3), ok] })));
    expect(await read(idsUpTo(3))).toEqual([{ id: 'c' }, { id: 'c' }, { id: 'c' }]);
    expect(opened.sleeps).toEqual([5_250]);
  });

  test('is not read again after waits of five minutes in total', async () => {
    const unavailable = { ...problem(503), headers: { 'Retry-After': 120 } };
    opened = await start(withBatches(inTurn({ c0: [unavailable] })));
    const [first] = await read(idsUpTo(2));
    expect(first).toMatchObject({
      message: 'Graph is unavailable: says 503 (given up after 3 attempts); the service asks to wait 2 min',
    });
    expect(opened.sleeps).toEqual([120_500, 120_500]);
  });

  test('that is throttled makes the rate limiter wait', async () => {
    const throttled: Reply = { ...problem(429), headers: { 'Retry-After': 7 } };
    const service = inTurn({
      c0: [throttled, { body: { id: 'c0' } }],
      c1: [throttled, { body: { id: 'c1' } }],
    });
    opened = await start(withBatches(service));
    expect(await read(idsUpTo(3))).toEqual(overviewsOf(idsUpTo(3)));
    expect(opened.sleeps).toEqual([7_000]);
    expect(opened.rateLimiter.throttled).toBe(2);
  });

  test('that is throttled with the longest Retry-After determines the wait', async () => {
    const throttled = (seconds: number): Reply => ({ ...problem(429), headers: { 'Retry-After': seconds } });
    const ok = { body: { id: 'c' } };
    opened = await start(
      withBatches(inTurn({ c0: [throttled(7), ok], c1: [throttled(3), ok], c2: [problem(429), ok] })),
    );
    expect(await read(idsUpTo(3))).toEqual([{ id: 'c' }, { id: 'c' }, { id: 'c' }]);
    expect(opened.sleeps).toEqual([7_000]);
  });

  test('that is throttled without Retry-After is read again with increasing waits', async () => {
    opened = await start(withBatches(inTurn({ c0: [problem(429), problem(429), { body: { id: 'c0' } }] })));
    expect(await read(idsUpTo(2))).toEqual(overviewsOf(idsUpTo(2)));
    expect(opened.sleeps).toEqual([750, 1_500]);
  });

  test('that is throttled and not read again makes later reads wait', async () => {
    opened = await start(withBatches(inTurn({ c0: [problem(429), { body: { id: 'c0' } }] })), { retries: 0 });
    expect(await read(idsUpTo(2))).toMatchObject([{ kind: 'throttled' }, { id: 'c1' }]);
    expect(opened.sleeps).toEqual([]);
    expect(await read(idsUpTo(2))).toEqual(overviewsOf(idsUpTo(2)));
    expect(opened.sleeps).toEqual([750]);
  });

  test('is read again if the answer of the batch omits it', async () => {
    opened = await start(afterBatches([{ body: { responses: [] } }]));
    expect(await read(idsUpTo(2))).toEqual(overviewsOf(idsUpTo(2)));
    expect(opened.sleeps).toEqual([188]);
  });
});

describe('a service that asks for a wait of an hour', () => {
  const throttled = (seconds: number): Reply => ({ ...problem(429), headers: { 'Retry-After': seconds } });
  const message = 'Graph is throttling: says 429; the service asks to wait 60 min';

  test('receives nothing more', async () => {
    opened = await start(withBatches(() => throttled(3_600)));
    const found = await read(idsUpTo(160));
    expect(found.map((one) => (one as Failure).message)).toEqual(idsUpTo(160).map(() => message));
    // The others were not sent when the first answer was received.
    expect(batchSizes(opened)).toEqual([20, 20, 20, 20, 20, 20]);
    expect(opened.sleeps).toEqual([]);
    expect(opened.rateLimiter.throttled).toBe(0);
  });

  test('also not the reads of the same batch for which it asks for less', async () => {
    const unavailable = { ...problem(503), headers: { 'Retry-After': 4 } };
    opened = await start(
      withBatches(inTurn({ c0: [throttled(3_600)], c1: [throttled(3)], c2: [unavailable] })),
    );
    const [first, second, third, fourth] = await read(idsUpTo(4));
    expect([first, second, third]).toMatchObject([{ message }, { message }, { message }]);
    expect(fourth).toEqual({ id: 'c3' });
    expect(opened.lines).toEqual(['POST /$batch']);
    expect(opened.sleeps).toEqual([]);
  });
});

describe('the reads that are sent again are reported', () => {
  test.each<[string, Record<string, readonly Reply[]>, string, number, number]>([
    ['unavailable', { c0: [problem(503)], c1: [problem(503)] }, '503', 2, 750],
    ['throttled', { c1: [{ ...problem(429), headers: { 'Retry-After': 7 } }] }, '429', 1, 7_000],
    [
      'both',
      { c0: [{ ...problem(429), headers: { 'Retry-After': 7 } }], c2: [problem(503)] },
      '503',
      2,
      7_000,
    ],
  ])('once for each batch: %s', async (_, replies, reason, count, wait) => {
    const ok = Object.entries(replies).map(([id, list]) => [id, [...list, { body: { id } }]]);
    opened = await start(withBatches(inTurn(Object.fromEntries(ok))));
    expect(await read(idsUpTo(3))).toEqual(overviewsOf(idsUpTo(3)));
    expect(opened.events.filter(({ kind }) => kind === 'retry')).toEqual([
      {
        kind: 'retry',
        method: 'GET',
        count,
        reason,
        attempt: 2,
        attempts: 6,
        waitMilliseconds: wait,
        until: START + wait,
      },
    ]);
    expect(opened.sleeps.reduce((sum, sleep) => sum + sleep, 0)).toBe(wait);
  });
});

describe('the time limit of a command', () => {
  const timedOut = new Failure('wait', 'timed out after 3s');

  test('fails only the reads that wait for the next attempt', async () => {
    opened = await start(withBatches(inTurn({ c1: [problem(503)] })));
    const clock = { ...opened.clock, sleep: () => Promise.reject(timedOut) };
    const found: unknown[] = [];
    const places = idsUpTo(3).map((id) => placeOf(id));
    await readByBatches(places, { ...opened, clock }, (index, overview) => {
      found[index] = overview;
    });
    expect(found).toEqual([{ id: 'c0' }, timedOut, { id: 'c2' }]);
    expect(found[1]).toBe(timedOut);
  });

  test('fails the reads that wait for the quota', async () => {
    opened = await start();
    const found: unknown[] = [];
    const places = idsUpTo(2).map((id) => placeOf(id));
    await readByBatches(places, { ...opened, signal: AbortSignal.abort(timedOut) }, (index, overview) => {
      found[index] = overview;
    });
    expect(found).toEqual([timedOut, timedOut]);
  });
});

describe('a whole batch', () => {
  test.each([400, 404, 405, 500, 501])('that is rejected with %i is read one by one', async (status) => {
    opened = await start(afterBatches([problem(status)], inTurn({ c1: [problem(403)] })));
    const [first, second, third] = await read(idsUpTo(3));
    expect([first, third]).toEqual(overviewsOf(['c0', 'c2']));
    expect(second).toMatchObject({ kind: 'permission' });
    expect([...opened.lines].sort()).toEqual([
      'GET /deviceManagement/deviceConfigurations/c0/deviceStatusOverview',
      'GET /deviceManagement/deviceConfigurations/c1/deviceStatusOverview',
      'GET /deviceManagement/deviceConfigurations/c2/deviceStatusOverview',
      'POST /$batch',
    ]);
  });

  test.each<[string, Reply | 'cut', number]>([
    ['closed', 'cut', 188],
    ['answered 502', problem(502), 750],
    ['answered 504', problem(504), 750],
  ])('that is %s is sent again', async (_, reply, wait) => {
    opened = await start(afterBatches([reply]));
    expect(await read(idsUpTo(3))).toEqual(overviewsOf(idsUpTo(3)));
    expect(opened.lines).toEqual(['POST /$batch', 'POST /$batch']);
    expect(opened.sleeps).toEqual([wait]);
    expect(opened.rateLimiter.throttled).toBe(0);
  });

  test.each<[number, Record<string, number>, number, number]>([
    [429, { 'Retry-After': 3 }, 3_000, 1],
    [429, {}, 750, 1],
    [503, { 'Retry-After': 3 }, 3_000, 0],
    [503, {}, 750, 0],
  ])('answered %i with %j is sent again after one wait', async (status, headers, wait, throttled) => {
    opened = await start(afterBatches([{ ...problem(status), headers }]));
    expect(await read(idsUpTo(3))).toEqual(overviewsOf(idsUpTo(3)));
    expect(opened.lines).toEqual(['POST /$batch', 'POST /$batch']);
    expect(opened.sleeps).toEqual([wait]);
    expect(opened.rateLimiter.throttled).toBe(throttled);
  });

  test.each<[number, string]>([
    [401, 'sign-in'],
    [403, 'permission'],
  ])('answered %i is that failure for each overview', async (status, kind) => {
    opened = await start(afterBatches([problem(status)]));
    const found = await read(idsUpTo(2));
    expect(found).toMatchObject([{ kind }, { kind }]);
    expect(opened.lines).toEqual(['POST /$batch']);
  });

  test('that is throttled until the last attempt is that failure for each overview', async () => {
    opened = await start(() => ({ ...problem(429), headers: { 'Retry-After': 3 } }));
    const found = await read(idsUpTo(2));
    expect(found).toMatchObject([{ kind: 'throttled' }, { kind: 'throttled' }]);
    expect(opened.sleeps).toEqual([3_000, 3_000, 3_000, 3_000, 3_000]);
  });
});

describe('all reads end with', () => {
  const interrupted = new Failure('interrupted', 'interrupted');

  test.each([1, 2])('an interruption of a request for %i overviews', async (count) => {
    const controller = new AbortController();
    opened = await start(
      () => {
        controller.abort(interrupted);
        return new Promise<Reply>(() => undefined);
      },
      { signal: controller.signal },
    );
    expect(await read(idsUpTo(count)).catch((error: unknown) => error)).toBe(interrupted);
  });

  test('an interruption of reads one by one', async () => {
    const controller = new AbortController();
    opened = await start(
      ({ path }) => {
        if (path === '/$batch') return problem(404);
        controller.abort(interrupted);
        return new Promise<Reply>(() => undefined);
      },
      { signal: controller.signal },
    );
    expect(await read(idsUpTo(2)).catch((error: unknown) => error)).toBe(interrupted);
  });

  test('an interruption of a wait', async () => {
    const controller = new AbortController();
    const unavailable = withBatches(() => problem(503));
    opened = await start((received) => {
      controller.abort(interrupted);
      return unavailable(received);
    });
    const reading = readByBatches(
      [placeOf('a'), placeOf('b')],
      { ...opened, signal: controller.signal },
      () => undefined,
    );
    expect(await reading.catch((error: unknown) => error)).toBe(interrupted);
    expect(opened.sleeps).toEqual([]);
  });

  test.each([1, 2])('an unexpected error in a request for %i overviews', async (count) => {
    opened = await start(undefined, { token: () => Promise.reject(new TypeError('unexpected')) });
    expect(await read(idsUpTo(count)).catch((error: unknown) => error)).toEqual(new TypeError('unexpected'));
  });
});

test('a batch has the paths of overviews', async () => {
  opened = await start(withBatches(overviewAt));
  await read(['a', 'b/c']);
  expect(opened.requests.flatMap((batch) => itemsOf(batch))).toEqual([
    { id: '0', method: 'GET', url: '/deviceManagement/deviceConfigurations/a/deviceStatusOverview' },
    { id: '1', method: 'GET', url: '/deviceManagement/deviceConfigurations/b%2Fc/deviceStatusOverview' },
  ]);
});
