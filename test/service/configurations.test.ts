import { describe, expect, test } from '@jest/globals';
import { type Configuration, listConfigurations } from '../../src/service/configurations.ts';
import { batchOf, byPath, type GraphOnLoopback, graphOn, type Said } from '../graph-on-loopback.ts';

const ROOT = '/deviceManagement/deviceConfigurations';
const EXPANDED = `${ROOT}?$select=id,displayName&$expand=deviceStatusOverview`;
const PLAIN = `${ROOT}?$select=id,displayName`;

interface Service {
  /** Answers of the listing by its path below the API version. */
  readonly pages: Readonly<Record<string, Said>>;
  /** Answers one read in a batch. */
  readonly read?: (id: string) => Said;
}

function serviceOf({ pages, read = () => [200, { pendingCount: 1 }] }: Service): Promise<GraphOnLoopback> {
  return graphOn(
    byPath((path, body) => {
      const idOf = (url: string) => /deviceConfigurations\/([^/]+)/.exec(url)?.[1] ?? '';
      if (path === '/$batch') return batchOf(body, ({ url }) => read(idOf(url)));
      return pages[path] ?? (path.includes('/deviceStatusOverview') ? read(idOf(path)) : undefined);
    }),
  );
}

async function listed(on: GraphOnLoopback, said: unknown[] = []): Promise<Configuration[]> {
  const found: Configuration[] = [];
  for await (const one of listConfigurations(on.options, (event) => said.push(event))) found.push(one);
  return found;
}

function pathsOf({ server }: GraphOnLoopback): string[] {
  return server.requests.map(({ path }) => path.replace('/beta', ''));
}

/** A page of configurations without overviews. */
function plainPage(from: number, count: number, next?: string): Said {
  const value = Array.from({ length: count }, (_, index) => ({ id: `c${from + index}` }));
  return [200, { value, ...(next === undefined ? {} : { '@odata.nextLink': `/beta${next}` }) }];
}

describe('listing the configurations', () => {
  test('takes name, type and overview from the page, and no more than that', async () => {
    const on = await serviceOf({
      pages: {
        [EXPANDED]: [
          200,
          {
            value: [
              {
                id: 'a',
                displayName: 'A',
                '@odata.type': '#microsoft.graph.iosCustomConfiguration',
                deviceStatusOverview: { pendingCount: 3 },
                version: 7,
              },
              { id: 'b', displayName: null, deviceStatusOverview: {} },
              { id: 'c', displayName: 5, '@odata.type': 5, deviceStatusOverview: { pendingCount: 1 } },
            ],
          },
        ],
      },
    });
    expect(await listed(on)).toEqual([
      {
        id: 'a',
        displayName: 'A',
        '@odata.type': '#microsoft.graph.iosCustomConfiguration',
        overview: { pendingCount: 3 },
      },
      { id: 'b', displayName: null, '@odata.type': null, overview: {} },
      { id: 'c', displayName: null, '@odata.type': null, overview: { pendingCount: 1 } },
    ]);
    expect(pathsOf(on)).toEqual([EXPANDED]);
  });

  test('follows the pages, in the order of the service', async () => {
    const next = `${EXPANDED}&$skiptoken=2`;
    const page = (ids: readonly string[]) => ids.map((id) => ({ id, deviceStatusOverview: {} }));
    const on = await serviceOf({
      pages: {
        [EXPANDED]: [200, { value: page(['a', 'b']), '@odata.nextLink': `/beta${next}` }],
        [next]: [200, { value: page(['c']) }],
      },
    });
    expect((await listed(on)).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(pathsOf(on)).toEqual([EXPANDED, next]);
  });

  test('an empty tenant has none', async () => {
    const on = await serviceOf({ pages: { [EXPANDED]: [200, { value: [] }] } });
    expect(await listed(on)).toEqual([]);
  });

  test.each([400, 405, 501])('a service that refuses to expand (%i) is read by batches', async (status) => {
    const said: unknown[] = [];
    const on = await serviceOf({
      pages: { [EXPANDED]: [status, { error: { code: 'X', message: 'no' } }], [PLAIN]: plainPage(0, 2) },
    });
    expect(await listed(on, said)).toEqual(
      ['c0', 'c1'].map((id) => ({
        id,
        displayName: null,
        '@odata.type': null,
        overview: { pendingCount: 1 },
      })),
    );
    expect(said).toEqual([
      {
        kind: 'detail',
        text: expect.stringMatching(/^the service refuses \$expand \(.*no.*\): reading by batches$/),
      },
    ]);
    expect(pathsOf(on)).toEqual([EXPANDED, PLAIN, '/$batch']);
  });

  test.each([
    [401, 'sign-in'],
    [403, 'permission'],
    [404, 'not-found'],
    [500, 'graph'],
  ])('another refusal (%i) ends it', async (status, kind) => {
    const on = await serviceOf({ pages: { [EXPANDED]: [status, { error: { code: 'X', message: 'no' } }] } });
    await expect(listed(on)).rejects.toMatchObject({ kind });
    expect(on.server.requests).toHaveLength(1);
  });

  test('a refusal on a later page ends it: what was yielded is not yielded again', async () => {
    const next = `${EXPANDED}&$skiptoken=2`;
    const on = await serviceOf({
      pages: {
        [EXPANDED]: [
          200,
          { value: [{ id: 'a', deviceStatusOverview: {} }], '@odata.nextLink': `/beta${next}` },
        ],
        [next]: [400, { error: { code: 'X', message: 'no' } }],
        [PLAIN]: plainPage(0, 2),
      },
    });
    const found: string[] = [];
    const reading = (async () => {
      for await (const { id } of listConfigurations(on.options, () => undefined)) found.push(id);
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'graph', details: { status: 400 } });
    expect(found).toEqual(['a']);
  });

  test('overviews that the pages leave out are read twenty at a time, across pages', async () => {
    const next = `${EXPANDED}&$skiptoken=2`;
    const on = await serviceOf({
      pages: { [EXPANDED]: plainPage(0, 15, next), [next]: plainPage(15, 15) },
      read: (id) => [200, { pendingCount: Number(id.slice(1)) }],
    });
    const found = await listed(on);
    expect(found.map(({ overview }) => overview?.pendingCount)).toEqual([...Array(30).keys()]);
    const sizes = on.server.requests
      .filter(({ path }) => path.endsWith('/$batch'))
      .map(({ body }) => JSON.parse(body).requests.length);
    expect(sizes).toEqual([20, 10]);
  });

  test('only the overview that is missing is asked for', async () => {
    const on = await serviceOf({
      pages: {
        [EXPANDED]: [
          200,
          {
            value: [
              { id: 'a', deviceStatusOverview: { pendingCount: 7 } },
              { id: 'b', deviceStatusOverview: null },
              { id: 'c', deviceStatusOverview: { pendingCount: 8 } },
            ],
          },
        ],
      },
    });
    expect((await listed(on)).map(({ overview }) => overview?.pendingCount)).toEqual([7, 1, 8]);
    expect(pathsOf(on)).toEqual([EXPANDED, `${ROOT}/b/deviceStatusOverview`]);
  });

  test.each<[string, Said, unknown]>([
    [
      'is refused',
      [404, { error: { code: 'ResourceNotFound', message: 'gone' } }],
      { kind: 'not-found', code: 'ResourceNotFound', message: expect.stringMatching(/gone/) },
    ],
    [
      'is none',
      [200, { other: 1 }],
      { kind: 'graph', code: null, message: 'the service answered 200 without an overview' },
    ],
    [
      'is throttled again and again',
      [429, { error: { code: 'TooManyRequests', message: 'slow down' } }, { 'Retry-After': '1' }],
      { kind: 'throttled', code: 'TooManyRequests', message: expect.stringMatching(/slow down/) },
    ],
  ])('one that %s is told in its record', async (_, said, error) => {
    const on = await serviceOf({
      pages: { [EXPANDED]: plainPage(0, 2) },
      read: (id) => (id === 'c1' ? said : [200, { pendingCount: 1 }]),
    });
    expect(await listed(on)).toEqual([
      { id: 'c0', displayName: null, '@odata.type': null, overview: { pendingCount: 1 } },
      { id: 'c1', displayName: null, '@odata.type': null, error },
    ]);
  });

  test('what would befall every other one as well ends it', async () => {
    const on = await serviceOf({
      pages: { [EXPANDED]: plainPage(0, 2) },
      read: () => [403, { error: { code: 'Forbidden', message: 'no' } }],
    });
    await expect(listed(on)).rejects.toMatchObject({ kind: 'permission' });
  });

  test.each([
    ['null', null],
    ['a number as the id', { id: 5 }],
    ['no id', {}],
  ])('%s in a page is no configuration', async (_, item) => {
    const on = await serviceOf({ pages: { [EXPANDED]: [200, { value: [item] }] } });
    await expect(listed(on)).rejects.toMatchObject({
      kind: 'graph',
      message: 'the service listed a configuration without an id',
    });
  });

  test('an id that could lead elsewhere is told', async () => {
    const on = await serviceOf({ pages: { [EXPANDED]: [200, { value: [{ id: '..' }] }] } });
    await expect(listed(on)).rejects.toMatchObject({
      kind: 'graph',
      message: 'the service listed a configuration whose id ".." would change the path of the request',
    });
  });

  test('what is complete is yielded before the next page is there', async () => {
    const next = `${EXPANDED}&$skiptoken=2`;
    const release: (() => void)[] = [];
    const on = await graphOn((request, response) => {
      const first = request.path === `/beta${EXPANDED}`;
      const send = () =>
        byPath(() => [
          200,
          {
            value: [{ id: first ? 'a' : 'b', deviceStatusOverview: {} }],
            ...(first ? { '@odata.nextLink': `/beta${next}` } : {}),
          },
        ])(request, response);
      if (first) send();
      else release.push(send);
    });
    const list = listConfigurations(on.options, () => undefined);
    expect((await list.next()).value).toMatchObject({ id: 'a' });
    while (release.length === 0) await new Promise(setImmediate);
    release[0]?.();
    expect((await list.next()).value).toMatchObject({ id: 'b' });
    expect((await list.next()).done).toBe(true);
  });
});
