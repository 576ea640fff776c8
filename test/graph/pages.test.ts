import { describe, expect, test } from '@jest/globals';
import type { GraphClient } from '../../src/graph/client.ts';
import { pages } from '../../src/graph/pages.ts';
import { answering, type Received } from '../support/answers.ts';
import { type FakeGraph, failureOf, startGraph } from '../support/fake-graph.ts';

/** A service that answers each request with the page from `pageOf`. */
function serve(pageOf: (received: Received) => unknown): Promise<FakeGraph> {
  return startGraph((received) => ({ headers: { 'request-id': 'r-1' }, body: pageOf(received) }));
}

async function read(client: GraphClient, path = '/things?$top=2'): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const items of pages(client, path)) all.push(items);
  return all;
}

/** The error of a read whose first page has this link. */
async function failureOfLink(link: unknown): Promise<unknown> {
  const { client } = await serve(() => ({ value: [1], '@odata.nextLink': link }));
  return failureOf(read(client));
}

describe('a collection', () => {
  test('is read page by page, by its links', async () => {
    const graph = await serve(({ path }) =>
      path.includes('skip=2')
        ? { value: [3] }
        : { value: [1, 2], '@odata.nextLink': `${graph.server.url}/graph/beta/things?$skip=2` },
    );
    expect(await read(graph.client)).toEqual([[1, 2], [3]]);
    expect(graph.server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /graph/beta/things?$top=2',
      'GET /graph/beta/things?$skip=2',
    ]);
  });

  test.each(['/graph/beta/more/things?a=1', 'more/things?a=1'])(
    'is continued by a link without a host: %s',
    async (link) => {
      const { client, server } = await serve(({ path }) =>
        path.includes('more') ? { value: [] } : { value: [1], '@odata.nextLink': link },
      );
      expect(await read(client)).toEqual([[1], []]);
      expect(server.requests[1]?.path).toBe('/graph/beta/more/things?a=1');
    },
  );

  test.each([
    ['the version in another letter case', '/graph/BETA/deep/things?$skiptoken=a%23b%7Bc%7D', 'deep/things'],
    ['a path relative to the page', 'things?$skiptoken=a%23b%7Bc%7D', 'deep/things'],
    ['only a query', '?$skiptoken=a%23b%7Bc%7D', 'deep/things'],
    ['a path relative to the version', 'deep/things?$skiptoken=a%23b%7Bc%7D', 'deep/things'],
  ])('is continued by a link with %s, without a change to its token', async (_, link, path) => {
    const { client, server } = await serve((received) =>
      received.path.includes('skiptoken') ? { value: [2] } : { value: [1], '@odata.nextLink': link },
    );
    expect(await read(client, '/deep/things?$top=2')).toEqual([[1], [2]]);
    expect(server.requests[1]?.path).toBe(`/graph/beta/${path}?$skiptoken=a%23b%7Bc%7D`);
  });

  test('is continued by an absolute link with scheme and version in another letter case', async () => {
    const graph = await serve(({ path }) =>
      path.includes('skip=2')
        ? { value: [3] }
        : {
            value: [1],
            '@odata.nextLink': `${graph.server.url.replace('http', 'HTTP')}/graph/Beta/things?$skip=2`,
          },
    );
    expect(await read(graph.client)).toEqual([[1], [3]]);
    expect(graph.server.requests[1]?.path).toBe('/graph/beta/things?$skip=2');
  });

  test.each([undefined, null, '', 5])('ends if the link is %j', async (link) => {
    const { client, server } = await serve(() => ({ value: [1], '@odata.nextLink': link }));
    expect(await read(client)).toEqual([[1]]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('the next page', () => {
  test('is requested while the previous one is processed', async () => {
    const { client, server } = await serve(({ path }) =>
      path.includes('next') ? { value: [2] } : { value: [1], '@odata.nextLink': '/graph/beta/next' },
    );
    const reading = pages(client, '/things');
    await reading.next();
    while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(await reading.next()).toEqual({ done: false, value: [2] });
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });

  test('can fail without an unhandled rejection if it is not read', async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listener);
    const { client } = await serve(({ path }) =>
      path.includes('next') ? 'no list' : { value: [1], '@odata.nextLink': '/graph/beta/next' },
    );
    let ended = 0;
    const gate = async () => () => {
      ended += 1;
    };
    const reading = pages(client, '/things', gate);
    await reading.next();
    await reading.return(undefined);
    while (ended < 2) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
});

describe('the gate', () => {
  test('is called before each request, and its result after it', async () => {
    const steps: string[] = [];
    const { client } = await serve(({ path }) => {
      steps.push('request');
      return path.includes('next') ? { value: [2] } : { value: [1], '@odata.nextLink': '/graph/beta/next' };
    });
    const gate = async () => {
      steps.push('acquired');
      return () => steps.push('ended');
    };
    for await (const _ of pages(client, '/things', gate));
    expect(steps).toEqual(['acquired', 'request', 'ended', 'acquired', 'request', 'ended']);
  });

  test('is notified of the end of a failed request', async () => {
    let ended = 0;
    const gate = async () => () => {
      ended += 1;
    };
    const { client } = await startGraph(answering(404));
    await failureOf(pages(client, '/things', gate).next());
    expect(ended).toBe(1);
  });
});

describe('reading a collection fails', () => {
  test.each(['5', '[]', '{}', '{"value":{}}', '{"value":"x"}', ''])(
    'at a page that is not a list: %j',
    async (body) => {
      const { client } = await startGraph(answering(200, body, { 'request-id': 'r-1' }));
      expect(await failureOf(read(client))).toMatchObject({
        kind: 'graph',
        message: 'the service answered with something that is not a list',
        details: { requestId: 'r-1' },
      });
    },
  );

  test.each([
    'https://graph.elsewhere.example/graph/beta/things?$skip=2',
    '/elsewhere/beta/things',
    '/graph/betamax/things',
    '/GRAPH/beta/things',
    'http://',
    `/elsewhere/${'x'.repeat(189)}`,
  ])('at a link to another address: %s', async (link) => {
    expect(await failureOfLink(link)).toMatchObject({
      kind: 'graph',
      message: `the link to the next page leads to another address (${link}) and is not followed`,
      details: { hint: 'a token is not sent to another host; check the endpoint' },
    });
  });

  test('at a very long link, and shows its beginning', async () => {
    expect(await failureOfLink(`/elsewhere/${'x'.repeat(500)}`)).toMatchObject({
      message: `the link to the next page leads to another address (/elsewhere/${'x'.repeat(189)}) and is not followed`,
    });
  });

  test.each([
    ['the first page', '/graph/beta/things?$top=2', 1],
    ['a later page', '/graph/beta/second', 2],
  ])('at a link back to %s', async (_, link, requests) => {
    const { client, server } = await serve(({ path }) => ({
      value: [1],
      '@odata.nextLink': path === '/things?$top=2' && requests === 2 ? '/graph/beta/second' : link,
    }));
    expect(await failureOf(read(client))).toMatchObject({
      kind: 'graph',
      message: 'the service repeats a link to a next page',
    });
    expect(server.requests).toHaveLength(requests);
  });

  test('after more than a hundred empty pages in a row', async () => {
    let page = 0;
    const { client, server } = await serve(() => {
      page += 1;
      return { value: [], '@odata.nextLink': `/graph/beta/things?page=${page}` };
    });
    expect(await failureOf(read(client))).toMatchObject({
      kind: 'graph',
      message: 'the service returned 101 pages in a row that are empty or repeat others',
    });
    expect(server.requests).toHaveLength(101);
  });

  test('but not after a hundred empty pages and a last one', async () => {
    let page = 0;
    const { client } = await serve(() => {
      page += 1;
      return { value: [], ...(page < 101 ? { '@odata.nextLink': `/graph/beta/things?page=${page}` } : {}) };
    });
    expect((await read(client)).flat()).toEqual([]);
    expect(page).toBe(101);
  });

  test('after a hundred pages that repeat others, each with another link', async () => {
    let page = 0;
    const { client, server } = await serve(() => {
      page += 1;
      const value = page % 2 === 0 ? [{ id: 'a' }, { id: 'b' }] : [{ id: 'c' }];
      return { value, '@odata.nextLink': `/graph/beta/things?page=${page}` };
    });
    expect(await failureOf(read(client))).toMatchObject({
      kind: 'graph',
      message: 'the service returned 101 pages in a row that are empty or repeat others',
    });
    expect(server.requests).toHaveLength(103);
  });

  test.each([[{}], [null], [{ id: 7 }]])(
    'after a hundred pages with only %j, which has no id',
    async (item) => {
      let page = 0;
      const { client, server } = await serve(() => {
        page += 1;
        return { value: [item], '@odata.nextLink': `/graph/beta/things?page=${page}` };
      });
      expect(await failureOf(read(client))).toMatchObject({
        message: 'the service returned 101 pages in a row that are empty or repeat others',
      });
      expect(server.requests).toHaveLength(101);
    },
  );

  test('after a hundred thousand pages of invented items', async () => {
    let page = 0;
    const invent = async () => {
      page += 1;
      return { json: { value: [{ id: `i${page}` }], '@odata.nextLink': `/beta/things?page=${page}` } };
    };
    const root = new URL('http://127.0.0.1/beta/');
    const client = { send: invent, url: (path: string) => new URL(path.slice(1), root) };
    let read = 0;
    const reading = async () => {
      for await (const items of pages(client as unknown as GraphClient, '/things')) read += items.length;
    };
    expect(await failureOf(reading())).toMatchObject({
      kind: 'graph',
      message: 'the service returned 100000 pages, and says that there are more',
    });
    expect([read, page]).toEqual([100_000, 100_000]);
  });

  test('but not after empty pages with a non-empty one between them', async () => {
    let page = 0;
    const { client } = await serve(() => {
      page += 1;
      const value = page === 101 ? [{ id: 'found' }] : [];
      return page === 201 ? { value } : { value, '@odata.nextLink': `/graph/beta/things?page=${page}` };
    });
    expect((await read(client)).flat()).toEqual([{ id: 'found' }]);
    expect(page).toBe(201);
  });
});
