import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/errors.ts';
import { Pace } from '../../src/graph/pace.ts';
import type { Overview } from '../../src/overview/difference.ts';
import type { Place } from '../../src/service/overviews.ts';
import { readByBatches, readMany } from '../../src/service/read-many.ts';
import {
  batchOf,
  byPath,
  type GraphOnLoopback,
  graphOn,
  type Said,
  type Settings,
  START,
} from '../graph-on-loopback.ts';

const ROOT = '/deviceManagement/deviceConfigurations';
const LISTING = `${ROOT}?$select=id&$expand=deviceStatusOverview&$top=1000`;

function placeOf(configurationId: string, segments: readonly string[] = []): Place {
  return { configurationId, route: { via: 'x', segments, certificateId: undefined, uncast: false } };
}

function idsOf(count: number, prefix = 'c'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function idIn(url: string): string {
  return /deviceConfigurations\/([^/]+)/.exec(url)?.[1] ?? '';
}

/** An overview that tells which configuration it is of. */
function overviewFor(id: string): Overview {
  return { pendingCount: Number(id.replaceAll(/\D/g, '')) };
}

interface Service {
  /** Answers the listing; without it, there is none. */
  readonly listing?: (path: string) => Said;
  /** Answers one read of a batch, or one that comes alone. */
  readonly read?: (id: string) => Said;
  /** Answers a batch as a whole; undefined where its items are answered. */
  readonly batch?: (nth: number) => Said | undefined;
}

function serviceOf(
  { listing, read = (id) => [200, overviewFor(id)], batch }: Service,
  settings?: Settings,
): Promise<GraphOnLoopback> {
  let batches = 0;
  return graphOn(
    byPath((path, body) => {
      if (path === '/$batch') {
        batches += 1;
        return batch?.(batches) ?? batchOf(body, ({ url }) => read(idIn(url)));
      }
      return path.startsWith(`${ROOT}?`) ? listing?.(path) : read(idIn(path));
    }),
    settings,
  );
}

/** What was read, by number; a failure as its kind and message. */
function notes() {
  const read: Record<number, unknown> = {};
  const calls: number[] = [];
  const onRead = (index: number, found: Overview | Failure): void => {
    calls.push(index);
    read[index] = found instanceof Failure ? `${found.kind}: ${found.message}` : found;
  };
  return { read, calls, onRead };
}

function pathsOf({ server }: GraphOnLoopback): string[] {
  return server.requests.map(({ path }) => path.replace('/beta', ''));
}

/** How many requests each batch held, in their order. */
function sizesOf({ server }: GraphOnLoopback): number[] {
  return server.requests
    .filter(({ path }) => path.endsWith('/$batch'))
    .map(({ body }) => JSON.parse(body).requests.length);
}

function page(ids: readonly string[], next?: string): Said {
  const value = ids.map((id) => ({ id, deviceStatusOverview: overviewFor(id) }));
  return [200, { value, ...(next === undefined ? {} : { '@odata.nextLink': next }) }];
}

describe('reading many overviews', () => {
  test('a page of the whole tenant holds them all', async () => {
    const ids = idsOf(5);
    const on = await serviceOf({ listing: () => page(['other', ...ids]) });
    const { read, calls, onRead } = notes();
    await readMany(ids, placeOf, on.options, onRead);
    expect(Object.values(read)).toEqual(ids.map(overviewFor));
    expect(calls).toHaveLength(5);
    expect(pathsOf(on)).toEqual([LISTING]);
  });

  test.each([
    [3, ['/$batch']],
    [4, [LISTING]],
  ])('%i of them are worth a page or not', async (count, paths) => {
    const ids = idsOf(count);
    const on = await serviceOf({ listing: () => page(ids) });
    await readMany(ids, placeOf, on.options, () => undefined);
    expect(pathsOf(on)).toEqual(paths);
  });

  test('one is read alone', async () => {
    const on = await serviceOf({});
    const { read, onRead } = notes();
    await readMany(['c7'], placeOf, on.options, onRead);
    expect(read).toEqual({ 0: { pendingCount: 7 } });
    expect(pathsOf(on)).toEqual([`${ROOT}/c7/deviceStatusOverview`]);
  });

  test('pages are read as long as that costs less than asking for each', async () => {
    const ids = idsOf(6);
    let nth = 0;
    const on = await serviceOf({
      listing: () => page([`c${nth}`, `elsewhere${nth}`], `/beta${ROOT}?page=${++nth}`),
    });
    const { read, calls, onRead } = notes();
    await readMany(ids, placeOf, on.options, onRead);
    // After three pages three are left.
    expect(calls.slice(0, 3)).toEqual([0, 1, 2]);
    expect(Object.values(read)).toEqual(ids.map(overviewFor));
    expect(sizesOf(on)).toEqual([3]);
  });

  test('what the pages do not hold is asked for by itself', async () => {
    const ids = idsOf(5);
    const on = await serviceOf({
      listing: () => [
        200,
        {
          value: [
            { id: 'c0', deviceStatusOverview: { pendingCount: 10 } },
            { id: 'c1' },
            { id: 'c2', deviceStatusOverview: null },
            { deviceStatusOverview: { pendingCount: 99 } },
            null,
            'c3',
          ],
        },
      ],
    });
    const { read, onRead } = notes();
    await readMany(ids, placeOf, on.options, onRead);
    expect(read).toEqual({
      0: { pendingCount: 10 },
      ...Object.fromEntries([1, 2, 3, 4].map((one) => [one, { pendingCount: one }])),
    });
    expect(sizesOf(on)).toEqual([4]);
  });

  test('the same configuration twice, and other routes, are no matter of pages', async () => {
    const places = [...idsOf(4).map((id) => placeOf(id)), placeOf('c0'), placeOf('c9', ['x'])];
    const on = await serviceOf({ listing: () => page(idsOf(4)) });
    const { read, calls, onRead } = notes();
    await readMany(places, (place) => place, on.options, onRead);
    expect(calls).toEqual([0, 1, 2, 3, 4, 5]);
    expect(read).toMatchObject({ 4: { pendingCount: 0 }, 5: { pendingCount: 9 } });
    expect(
      JSON.parse(on.server.requests[1]?.body ?? '').requests.map(({ url }: { url: string }) => url),
    ).toEqual([`${ROOT}/c0/deviceStatusOverview`, `${ROOT}/c9/x/deviceStatusOverview`]);
  });

  test.each([400, 405, 501])(
    'a service that answers the listing with %i is asked by batches',
    async (status) => {
      const on = await serviceOf({ listing: () => [status, { error: { code: 'X', message: 'no' } }] });
      const { read, onRead } = notes();
      await readMany(idsOf(5), placeOf, on.options, onRead);
      expect(Object.values(read)).toEqual(idsOf(5).map(overviewFor));
      expect(sizesOf(on)).toEqual([5]);
    },
  );

  test.each([
    [401, 'sign-in'],
    [403, 'permission'],
    [500, 'graph'],
  ])('a listing refused with %i ends it', async (status, kind) => {
    const on = await serviceOf({ listing: () => [status, { error: { code: 'X', message: 'no' } }] });
    await expect(readMany(idsOf(5), placeOf, on.options, () => undefined)).rejects.toMatchObject({ kind });
    expect(on.server.requests).toHaveLength(1);
  });

  test('pages keep to the quota of requests', async () => {
    let nth = 0;
    const on = await serviceOf({ listing: () => page(['elsewhere'], `/beta${ROOT}?page=${++nth}`) });
    const pace = new Pace({ writes: 1, requests: 10, window: 20_000 }, on.options.clock, () => 0.5);
    await readMany(idsOf(8), placeOf, { ...on.options, pace }, () => undefined);
    // Eight pages, and then there is no room for a batch of eight.
    expect(sizesOf(on)).toEqual([8]);
    expect(on.options.clock.now() - START).toBeGreaterThanOrEqual(20_000);
  });

  test('nothing is asked for nothing', async () => {
    const on = await serviceOf({});
    await readMany([], placeOf, on.options, () => undefined);
    expect(on.server.requests).toEqual([]);
  });
});

describe('reading by batches', () => {
  test('twenty at a time, several at once, each heard once by its number', async () => {
    const ids = idsOf(45);
    const on = await serviceOf({});
    const { read, calls, onRead } = notes();
    await readByBatches(
      ids.map((id) => placeOf(id)),
      on.options,
      onRead,
    );
    expect(sizesOf(on).sort()).toEqual([20, 20, 5]);
    expect(Object.values(read)).toEqual(ids.map(overviewFor));
    expect(calls).toHaveLength(45);
  });

  test('no more than six batches are under way at once', async () => {
    let [open, most] = [0, 0];
    const on = await graphOn((request, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        byPath((_, body) => batchOf(body, ({ url }) => [200, overviewFor(idIn(url))]))(request, response);
      }, 30);
    });
    const { calls, onRead } = notes();
    await readByBatches(
      idsOf(200).map((id) => placeOf(id)),
      on.options,
      onRead,
    );
    expect(most).toBe(6);
    expect(calls).toHaveLength(200);
  });

  test('each is judged by itself', async () => {
    const on = await serviceOf({
      read: (id) => {
        if (id === 'c1') return [404, { error: { code: 'ResourceNotFound', message: 'gone' } }];
        return id === 'c2' ? [200, { nothing: true }] : [200, overviewFor(id)];
      },
    });
    const { read, onRead } = notes();
    await readByBatches(
      idsOf(4).map((id) => placeOf(id)),
      on.options,
      onRead,
    );
    expect(read).toEqual({
      0: { pendingCount: 0 },
      1: expect.stringMatching(/^not-found: .*gone/),
      2: 'graph: the service answered 200 without an overview',
      3: { pendingCount: 3 },
    });
    expect(on.server.requests).toHaveLength(1);
  });

  test('what fails for the moment is asked again, six times in all, and waited for in between', async () => {
    const tries: Record<string, number> = {};
    const on = await serviceOf({
      read: (id) => {
        tries[id] = (tries[id] ?? 0) + 1;
        if (id === 'c1' && tries.c1 === 1) return [503, { error: { code: 'X', message: 'later' } }];
        return ['c2', 'c3'].includes(id)
          ? [503, { error: { code: 'X', message: 'never' } }]
          : [200, overviewFor(id)];
      },
    });
    const { read, onRead } = notes();
    await readByBatches(
      idsOf(4).map((id) => placeOf(id)),
      on.options,
      onRead,
    );
    expect(tries).toEqual({ c0: 1, c1: 2, c2: 6, c3: 6 });
    expect(read).toMatchObject({ 1: { pendingCount: 1 }, 2: expect.stringMatching(/^\S+: .*never/) });
    expect(on.options.pace.throttled).toBe(0);
    // Half of the jitter, on waits that double: 750 ms for the first.
    expect(on.sleeps).toEqual([750, 1_500, 3_000, 6_000, 12_000]);
  });

  test('after a throttled item everyone waits for what the service asked, and nobody twice', async () => {
    let first = true;
    const on = await serviceOf({
      read: (id) => {
        if (!first || id !== 'c1') return [200, overviewFor(id)];
        first = false;
        return [429, { error: { code: 'X', message: 'slow down' } }, { 'Retry-After': '7' }];
      },
    });
    const { read, onRead } = notes();
    await readByBatches(
      idsOf(3).map((id) => placeOf(id)),
      on.options,
      onRead,
    );
    expect(read).toMatchObject({ 1: { pendingCount: 1 } });
    expect(on.sleeps).toEqual([7_000]);
    expect(on.options.pace.throttled).toBe(1);
  });

  test.each([
    [429, 1],
    [503, 0],
  ])(
    'a batch that is turned away as a whole with %i is sent again when the service asked for',
    async (status, throttled) => {
      const on = await serviceOf({
        batch: (nth) =>
          nth === 1
            ? [status, { error: { code: 'X', message: 'later' } }, { 'Retry-After': '9' }]
            : undefined,
      });
      const { read, onRead } = notes();
      await readByBatches(
        idsOf(3).map((id) => placeOf(id)),
        on.options,
        onRead,
      );
      expect(Object.values(read)).toEqual(idsOf(3).map(overviewFor));
      expect(sizesOf(on)).toEqual([3, 3]);
      expect(on.sleeps).toEqual([9_000]);
      expect(on.options.pace.throttled).toBe(throttled);
    },
  );

  test.each<[string, Said]>([
    ['404', [404, { error: { code: 'X', message: 'no' } }]],
    ['400', [400, { error: { code: 'X', message: 'no' } }]],
    ['an answer without responses', [200, {}]],
  ])('a service without batches (%s) is asked for each', async (_, said) => {
    const on = await serviceOf({
      batch: () => said,
      read: (id) => (id === 'c1' ? [404, { error: { code: 'X', message: 'gone' } }] : [200, overviewFor(id)]),
    });
    const { read, onRead } = notes();
    await readByBatches(
      idsOf(3).map((id) => placeOf(id)),
      on.options,
      onRead,
    );
    expect(read).toMatchObject({
      0: { pendingCount: 0 },
      1: expect.stringMatching(/^not-found: .*gone/),
      2: { pendingCount: 2 },
    });
    expect(on.server.requests).toHaveLength(4);
  });

  test.each([
    [401, 'sign-in'],
    [403, 'permission'],
  ])('a batch refused with %i is the failure of each', async (status, kind) => {
    const on = await serviceOf({ batch: () => [status, { error: { code: 'X', message: 'no' } }] });
    const { read, onRead } = notes();
    await readByBatches(
      idsOf(3).map((id) => placeOf(id)),
      on.options,
      onRead,
    );
    const failure = expect.stringMatching(new RegExp(`^${kind}: `));
    expect(read).toEqual({ 0: failure, 1: failure, 2: failure });
    expect(on.server.requests).toHaveLength(1);
  });

  test('a connection that breaks is tried again as a whole', async () => {
    let cut = true;
    const on = await graphOn((request, response) => {
      if (cut) {
        cut = false;
        response.socket?.destroy();
        return;
      }
      byPath((_, body) => batchOf(body, ({ url }) => [200, overviewFor(idIn(url))]))(request, response);
    });
    const { read, onRead } = notes();
    await readByBatches(
      idsOf(3).map((id) => placeOf(id)),
      on.options,
      onRead,
    );
    expect(Object.values(read)).toEqual(idsOf(3).map(overviewFor));
    expect(sizesOf(on)).toEqual([3, 3]);
    // A cut connection asks for no patience: a quarter of a second, less the jitter.
    expect(on.sleeps).toEqual([188]);
  });

  test('an interruption ends it', async () => {
    const controller = new AbortController();
    const on = await graphOn(() => controller.abort(new Failure('interrupted', 'interrupted')), {
      signal: controller.signal,
    });
    for (const count of [1, 3]) {
      const places = idsOf(count).map((id) => placeOf(id));
      await expect(readByBatches(places, on.options, () => undefined)).rejects.toMatchObject({
        kind: 'interrupted',
      });
    }
  });

  test('keeps to the quota of requests', async () => {
    const on = await serviceOf({});
    const { calls, onRead } = notes();
    const pace = new Pace({ writes: 1, requests: 30, window: 20_000 }, on.options.clock, () => 0.5);
    await readByBatches(
      idsOf(60).map((id) => placeOf(id)),
      { ...on.options, pace },
      onRead,
    );
    expect(calls).toHaveLength(60);
    // Thirty at once, thirty more when those count no longer.
    expect(on.options.clock.now() - START).toBeGreaterThan(20_000);
  });
});
