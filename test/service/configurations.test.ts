import { afterEach, describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import type { Event } from '../../src/outcome/events.ts';
import { type Configuration, listConfigurations, readType } from '../../src/service/configurations.ts';
import {
  batchSizes,
  idIn,
  idsUpTo,
  itemsOf,
  type PageOfItems,
  pageAt,
  problem,
  type Received,
  type Reply,
  withBatches,
} from '../support/answers.ts';
import { type FakeGraph, type GraphSettings, startGraph } from '../support/fake-graph.ts';

const PLAIN = '/deviceManagement/deviceConfigurations?$select=id,displayName';
const EXPANDED = `${PLAIN}&$expand=deviceStatusOverview`;

const TYPE = '#microsoft.graph.iosCustomConfiguration';
const EXPANDED_OVERVIEW = { pendingCount: 1 };
const READ = { pendingCount: 2 };

let opened: FakeGraph;
let events: Event[] = [];
afterEach(() => {
  events = [];
});

interface Tenant {
  readonly pages: readonly PageOfItems[];
  /** The answer to a request with $expand, if it is not a page. */
  readonly expanded?: Reply;
  /** The answers to reads of single overviews, by the id of the configuration. */
  readonly reads?: Readonly<Record<string, Reply>>;
}

const serviceOf = ({ pages, expanded, reads = {} }: Tenant) =>
  withBatches(({ path }: Received) => {
    if (path.includes('/deviceStatusOverview')) return reads[idIn(path)] ?? { body: READ };
    if (path.includes('$expand') && expanded !== undefined) return expanded;
    return pageAt(pages, path, opened);
  });

async function open(tenant: Tenant, settings?: GraphSettings): Promise<void> {
  opened = await startGraph(serviceOf(tenant), settings);
}

const whole = (id: string) => ({
  id,
  displayName: `The ${id}`,
  '@odata.type': TYPE,
  deviceStatusOverview: EXPANDED_OVERVIEW,
});
const bare = (id: string) => ({ id, displayName: `The ${id}`, '@odata.type': TYPE });

async function list(into: Configuration[] = []): Promise<Configuration[]> {
  for await (const one of listConfigurations(opened, (event) => events.push(event))) into.push(one);
  return into;
}

const listed = (id: string) => ({
  deviceConfigurationId: id,
  displayName: `The ${id}`,
  '@odata.type': TYPE,
});
const expected = (id: string, overview: unknown) => ({ ...listed(id), overview });
const failureOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error as Failure);

describe('listing configurations', () => {
  test('sends one request for each page if the service supports $expand', async () => {
    await open({ pages: [['a', 'b'].map(whole), [], [whole('c')]] });
    expect(await list()).toEqual(['a', 'b', 'c'].map((id) => expected(id, EXPANDED_OVERVIEW)));
    expect(opened.lines).toEqual([`GET ${EXPANDED}`, `GET ${EXPANDED}&page=1`, `GET ${EXPANDED}&page=2`]);
    expect(events).toEqual([]);
  });

  test('of an empty tenant is empty', async () => {
    await open({ pages: [[]] });
    expect(await list()).toEqual([]);
    expect(opened.lines).toEqual([`GET ${EXPANDED}`]);
  });

  test.each([400, 405, 501])('reads in batches if the service rejects $expand with %i', async (status) => {
    await open({ pages: [['a', 'b'].map(bare)], expanded: problem(status) });
    expect(await list()).toEqual(['a', 'b'].map((id) => expected(id, READ)));
    expect(opened.lines).toEqual([`GET ${EXPANDED}`, `GET ${PLAIN}`, 'POST /$batch']);
    expect(events).toEqual([
      {
        kind: 'detail',
        text: `the service refuses $expand (Graph refused: says ${status}): reading by batches`,
      },
    ]);
  });

  test.each([500, 504])(
    'reads in batches if one configuration makes $expand fail with %i, without a retry',
    async (status) => {
      const reads = { b: problem(status) };
      await open({ pages: [['a', 'b'].map(bare)], expanded: problem(status), reads }, { retries: 0 });
      const [kind, words] =
        status === 500
          ? ['graph', 'Graph refused: says 500']
          : ['throttled', 'Graph is unavailable: says 504'];
      expect(await list()).toEqual([
        expected('a', READ),
        { ...listed('b'), error: { kind, message: words, code: `E${status}` } },
      ]);
      expect(opened.lines).toEqual([`GET ${EXPANDED}`, `GET ${PLAIN}`, 'POST /$batch']);
      expect(events).toEqual([
        { kind: 'detail', text: `the service fails to $expand (${words}): reading by batches` },
      ]);
    },
  );

  test('does not retry $expand after a 504', async () => {
    await open({ pages: [[bare('a')]], expanded: problem(504) }, { retries: 3 });
    expect(await list()).toEqual([expected('a', READ)]);
    expect(opened.sleeps).toEqual([]);
  });

  test('continues in batches if a later page fails, and reads nothing twice', async () => {
    opened = await startGraph(
      withBatches(({ path }) => {
        if (path.includes('/deviceStatusOverview')) return { body: READ };
        const pages = path.includes('$expand')
          ? [[whole('a')], problem(500)]
          : [[bare('a')], ['b', 'c'].map(bare)];
        return pageAt(pages, path, opened);
      }),
    );
    expect(await list()).toEqual([
      expected('a', EXPANDED_OVERVIEW),
      expected('b', READ),
      expected('c', READ),
    ]);
    expect(batchSizes(opened)).toEqual([2]);
  });

  test.each<[string, readonly (readonly string[])[], string]>([
    [
      'one',
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      '1 configuration was listed twice and is counted once',
    ],
    [
      'one in another letter case',
      [
        ['a', 'b'],
        ['B', 'c'],
      ],
      '1 configuration was listed twice and is counted once',
    ],
    [
      'two',
      [
        ['a', 'b'],
        ['b', 'a', 'c'],
      ],
      '2 configurations were listed twice and are counted once',
    ],
  ])('counts a configuration on two pages once, with a note: %s', async (_, ids, words) => {
    await open({ pages: ids.map((page) => page.map(whole)) });
    expect(await list()).toEqual(['a', 'b', 'c'].map((id) => expected(id, EXPANDED_OVERVIEW)));
    expect(events).toEqual([{ kind: 'note', text: `${words}: the tenant changed while it was read` }]);
  });

  test('yields configurations that wait for a batch before it fails with a page', async () => {
    await open({ pages: [['a', 'b'].map(bare), problem(403)] });
    const before: Configuration[] = [];
    expect(await failureOf(list(before))).toMatchObject({ details: { status: 403 } });
    expect(before).toEqual([expected('a', READ), expected('b', READ)]);
  });

  test.each([401, 403, 404])('ends if the service answers with %i', async (status) => {
    await open({ pages: [problem(status)] });
    expect(await failureOf(list())).toMatchObject({ details: { status } });
    expect(opened.lines).toEqual([`GET ${EXPANDED}`]);
  });

  test('ends if the service cannot be reached', async () => {
    opened = await startGraph(() => 'cut');
    expect(await failureOf(list())).toMatchObject({ kind: 'network' });
    expect(opened.lines).toEqual([`GET ${EXPANDED}`]);
  });

  test('ends with an unexpected error', async () => {
    const token = () => Promise.reject(new TypeError('unexpected'));
    opened = await startGraph(undefined, { token });
    expect(await failureOf(list())).toEqual(new TypeError('unexpected'));
  });

  test('does not restart if a later page is rejected', async () => {
    await open({ pages: [[whole('a')], problem(400)] });
    const before: Configuration[] = [];
    expect(await failureOf(list(before))).toMatchObject({ details: { status: 400 } });
    expect(before).toEqual([expected('a', EXPANDED_OVERVIEW)]);
    expect(events).toEqual([]);
  });

  test('waits for the quota before each page', async () => {
    const limit = { writes: 1, requests: 1, window: 1_000 };
    await open({ pages: [[whole('a')], [whole('b')]] }, { limit });
    expect(await list()).toHaveLength(2);
    expect(opened.sleeps).toEqual([1_000]);
  });

  test.each<[string, readonly unknown[]]>([
    ['with overviews', [whole('c0')]],
    ['that fills a batch', idsUpTo(20).map(bare)],
  ])('yields a page %s before the next one is received', async (_, page) => {
    let next = (): void => undefined;
    const yielded = new Promise<void>((resolve) => {
      next = resolve;
    });
    const service = serviceOf({ pages: [page, [whole('z')]] });
    opened = await startGraph(async (received) => {
      if (received.path.includes('page=1')) await yielded;
      return (await service(received)) as Reply;
    });
    const ids: string[] = [];
    for await (const { deviceConfigurationId } of listConfigurations(opened, () => undefined)) {
      ids.push(deviceConfigurationId);
      next();
    }
    expect(ids).toEqual([...idsUpTo(page.length), 'z']);
  });
});

describe('overviews that are missing in a page', () => {
  test('are read separately, in their order', async () => {
    await open({
      pages: [[whole('a'), bare('b'), whole('c'), { ...bare('d'), deviceStatusOverview: null }]],
    });
    expect(await list()).toEqual([
      expected('a', EXPANDED_OVERVIEW),
      expected('b', READ),
      expected('c', EXPANDED_OVERVIEW),
      expected('d', READ),
    ]);
    expect(opened.requests.slice(1).flatMap((batch) => itemsOf(batch))).toEqual(
      ['b', 'd'].map((id, index) => ({
        id: `${index}`,
        method: 'GET',
        url: `/deviceManagement/deviceConfigurations/${id}/deviceStatusOverview`,
      })),
    );
  });

  test.each<[string, number[], number[]]>([
    ['19 of one page', [19], [19]],
    ['20 of one page', [20], [20]],
    ['22 of one page', [22], [20, 2]],
    ['10 and 10 of two pages', [10, 10], [20]],
    ['25 and 25 of two pages', [25, 25], [20, 20, 10]],
    ['2, none and 2 of three pages', [2, 0, 2], [4]],
  ])('are read in full batches: %s', async (_, sizes, batches) => {
    const starts = sizes.map((_, page) => sizes.slice(0, page).reduce((sum, size) => sum + size, 0));
    const pages = sizes.map((size, page) => idsUpTo(size, starts[page]).map(bare));
    await open({ pages });
    const ids = pages.flat().map(({ id }) => id);
    expect(await list()).toEqual(ids.map((id) => expected(id, READ)));
    expect(batchSizes(opened)).toEqual(batches);
  });

  test('fill batches across pages with some overviews present', async () => {
    const page = [
      ...idsUpTo(30).map(whole),
      ...idsUpTo(19, 30).map(bare),
      ...idsUpTo(9, 49).map(whole),
      bare('z'),
    ];
    await open({ pages: [page] });
    expect((await list()).map(({ deviceConfigurationId }) => deviceConfigurationId)).toEqual(
      page.map(({ id }) => id),
    );
    expect(batchSizes(opened)).toEqual([20]);
  });

  test.each<[string, Reply, unknown]>([
    [
      'does not exist',
      problem(404, 'ResourceNotFound'),
      { kind: 'not-found', message: 'not found: says 404', code: 'ResourceNotFound' },
    ],
    [
      'is forbidden',
      problem(403),
      { kind: 'permission', message: 'Graph does not permit this: says 403', code: 'E403' },
    ],
    ['fails', problem(500), { kind: 'graph', message: 'Graph refused: says 500', code: 'E500' }],
    [
      'is throttled until the last attempt',
      problem(429),
      { kind: 'throttled', message: 'Graph is throttling: says 429', code: 'E429' },
    ],
    [
      'has no properties',
      { body: {} },
      { kind: 'graph', message: 'the service answered 200 without an overview', code: null },
    ],
  ])('have the error of an overview that %s', async (_, reply, error) => {
    await open({ pages: [['a', 'b', 'c'].map(bare)], reads: { b: reply } });
    expect(await list()).toEqual([expected('a', READ), { ...listed('b'), error }, expected('c', READ)]);
  });

  test('end the list if one is answered 401', async () => {
    await open({ pages: [['a', 'b'].map(bare)], reads: { b: problem(401) } });
    expect(await failureOf(list())).toMatchObject({ kind: 'sign-in', details: { status: 401 } });
  });
});

describe('the values of a configuration in a page', () => {
  test('are null if they are not strings', async () => {
    await open({ pages: [[{ ...whole('a'), displayName: 3, '@odata.type': {} }]] });
    expect(await list()).toEqual([
      {
        deviceConfigurationId: 'a',
        displayName: null,
        '@odata.type': null,
        overview: EXPANDED_OVERVIEW,
      },
    ]);
  });

  test.each<[string, unknown, string]>([
    ['no item', null, 'the service listed a configuration without an id'],
    ['no id', {}, 'the service listed a configuration without an id'],
    ['a number for an id', { id: 3 }, 'the service listed a configuration without an id'],
    [
      'an id that changes the path',
      { id: '..' },
      'the service listed a configuration whose id ".." would change the path of the request',
    ],
    ['an empty id', { id: '' }, 'the service listed a configuration whose id "" is empty'],
  ])('cannot be %s', async (_, item, message) => {
    await open({ pages: [[item]] });
    const failure = await failureOf(list());
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ kind: 'graph', message });
  });
});

describe('the type of a configuration', () => {
  const read = async (body: unknown, ...segments: string[]) => {
    opened = await startGraph(() => ({ headers: { 'request-id': 'theirs' }, body }));
    return readType(opened.graph, 'a/b', segments);
  };

  test.each<[string, unknown]>([
    ['is in the answer', { '@odata.type': TYPE }],
    ['is in the member value', { value: { '@odata.type': TYPE } }],
    ['is next to a value that is not an object', { value: 3, '@odata.type': TYPE }],
  ])('%s', async (_, body) => {
    expect(await read(body)).toBe('iosCustomConfiguration');
    expect(opened.lines).toEqual(['GET /deviceManagement/deviceConfigurations/a%2Fb?$select=id,displayName']);
  });

  test('is read at the end of a path', async () => {
    expect(await read({ '@odata.type': TYPE }, 'microsoft.graph.x', 'rootCertificate')).toBe(
      'iosCustomConfiguration',
    );
    expect(opened.lines).toEqual([
      'GET /deviceManagement/deviceConfigurations/a%2Fb/microsoft.graph.x/rootCertificate?$select=id,displayName',
    ]);
  });

  test('is read from the configuration itself without a path', async () => {
    opened = await startGraph(() => ({ body: { '@odata.type': TYPE } }));
    await readType(opened.graph, 'a');
    expect(opened.lines).toEqual(['GET /deviceManagement/deviceConfigurations/a?$select=id,displayName']);
  });

  test('needs only the permission to read', async () => {
    opened = await startGraph(() => problem(403));
    const failure = await failureOf(readType(opened.graph, 'a'));
    expect((failure as Failure).details.hint).toBe(
      'the sign-in needs the permission DeviceManagementConfiguration.Read.All, granted by an administrator; run `graph-overview doctor` for details',
    );
  });

  test.each<[string, unknown]>([
    ['no body', undefined],
    ['null', null],
    ['no type', { id: 'a' }],
    ['a number', { '@odata.type': 3 }],
    ['null in `value`', { value: null }],
    ['no type of Graph', { '@odata.type': '#contoso.thing' }],
  ])('is not in %s', async (_, body) => {
    const failure = await failureOf(read(body));
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      kind: 'graph',
      message: 'the service did not return the type of the configuration',
    });
    expect((failure as Failure).details).toEqual({
      status: 200,
      requestId: 'theirs',
      clientRequestId: 'request-1',
      hint: 'give the route with its types: `graph-overview routes` lists the values of --via',
    });
  });
});
