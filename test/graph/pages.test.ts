import { describe, expect, test } from '@jest/globals';
import { pages } from '../../src/graph/pages.ts';
import { byPath, type GraphOnLoopback, graphOn, type Said } from '../graph-on-loopback.ts';

/** A service with a page for each path below the API version. */
function serviceOf(answers: Readonly<Record<string, Said>>): Promise<GraphOnLoopback> {
  return graphOn(byPath((path) => answers[path]));
}

async function read(
  on: GraphOnLoopback,
  path = '/list',
  gate?: Parameters<typeof pages>[2],
): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const items of pages(on.graph, path, gate)) found.push(items);
  return found;
}

function pathsOf({ server }: GraphOnLoopback): string[] {
  return server.requests.map(({ path }) => path);
}

describe('a collection', () => {
  test('is read page by page, by links that are whole or begin with a slash', async () => {
    const on: GraphOnLoopback = await graphOn(
      byPath((path) => {
        if (path === '/list?a=b') return [200, { value: [1, 2], '@odata.nextLink': '/beta/list?page=2' }];
        if (path === '/list?page=2')
          return [200, { value: [], '@odata.nextLink': `${on.server.url}/beta/list?page=3` }];
        return [200, { value: [3], '@odata.nextLink': '' }];
      }),
    );
    expect(await read(on, '/list?a=b')).toEqual([[1, 2], [], [3]]);
    expect(pathsOf(on)).toEqual(['/beta/list?a=b', '/beta/list?page=2', '/beta/list?page=3']);
    expect(on.server.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
  });

  test('has a link that is no text: there is no next page', async () => {
    const on = await serviceOf({ '/list': [200, { value: [1], '@odata.nextLink': 5 }] });
    expect(await read(on)).toEqual([[1]]);
  });

  test.each<[string, Said]>([
    ['an object', [200, { value: {} }, { 'request-id': 'r' }]],
    ['nothing', [200, undefined, { 'request-id': 'r' }]],
    ['a list without its frame', [200, [], { 'request-id': 'r' }]],
  ])('that is %s is none', async (_, said) => {
    const on = await serviceOf({ '/list': said });
    await expect(read(on)).rejects.toMatchObject({
      kind: 'graph',
      message: 'the service answered with something that is no list',
      details: { requestId: 'r' },
    });
  });

  test.each([
    ['another host', 'http://elsewhere.example/beta/list'],
    ['another port', 'http://127.0.0.1:1/beta/list'],
    ['another version', '/v1.0/list'],
    ['no URL', 'http://['],
  ])('is not followed to %s', async (_, link) => {
    const on = await serviceOf({ '/list': [200, { value: [1], '@odata.nextLink': link }] });
    await expect(read(on)).rejects.toMatchObject({
      kind: 'graph',
      message: `the link to the next page leads elsewhere (${link}); not followed`,
      details: { hint: 'a token goes to no other host; check the endpoint' },
    });
    expect(on.server.requests).toHaveLength(1);
  });

  test('shows no more than 200 characters of a link that leads elsewhere', async () => {
    const link = `http://elsewhere.example/${'x'.repeat(500)}`;
    const on = await serviceOf({ '/list': [200, { value: [], '@odata.nextLink': link }] });
    await expect(read(on)).rejects.toMatchObject({
      message: `the link to the next page leads elsewhere (${link.slice(0, 200)}); not followed`,
    });
  });

  test.each(['/beta/list', '/beta/list?page=2'])('that leads round to %s comes to an end', async (back) => {
    const on = await serviceOf({
      '/list': [200, { value: [1], '@odata.nextLink': '/beta/list?page=2' }],
      '/list?page=2': [200, { value: [2], '@odata.nextLink': back }],
    });
    await expect(read(on)).rejects.toMatchObject({
      kind: 'graph',
      message: 'the service sends round in a circle: a next page came twice',
    });
    expect(on.server.requests).toHaveLength(2);
  });

  test('of empty pages without end comes to an end', async () => {
    let nth = 0;
    const on = await graphOn(
      byPath(() => [200, { value: [], '@odata.nextLink': `/beta/list?page=${++nth}` }]),
    );
    await expect(read(on)).rejects.toMatchObject({
      kind: 'graph',
      message: 'the service sends on and on: 101 empty pages in a row',
    });
  });

  test('may have many empty pages, as long as something comes in between', async () => {
    let nth = 0;
    const on = await graphOn(
      byPath(() => {
        nth += 1;
        const value = nth === 60 ? [1] : [];
        return [200, { value, ...(nth < 150 ? { '@odata.nextLink': `/beta/list?page=${nth}` } : {}) }];
      }),
    );
    expect(await read(on)).toHaveLength(150);
  });

  test('asks for the next page while one is looked at, and no further', async () => {
    let nth = 0;
    const on = await graphOn(
      byPath(() => [200, { value: [++nth], '@odata.nextLink': `/beta/list?page=${nth}` }]),
    );
    const reading = pages(on.graph, '/list');
    await reading.next();
    while (on.server.requests.length < 2) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(on.server.requests).toHaveLength(2);
    await reading.return(undefined);
  });

  test('nobody hears of the next page’s failure who stops before it', async () => {
    const on = await serviceOf({ '/list': [200, { value: [1], '@odata.nextLink': '/beta/gone' }] });
    const reading = pages(on.graph, '/list');
    expect((await reading.next()).value).toEqual([1]);
    await reading.return(undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test('waits at the gate before each page, and says when it has gone by', async () => {
    const log: string[] = [];
    const on = await serviceOf({
      '/list': [200, { value: [1], '@odata.nextLink': '/beta/gone' }],
    });
    const gate = async () => {
      log.push(`open ${on.server.requests.length}`);
      return () => void log.push('past');
    };
    await expect(read(on, '/list', gate)).rejects.toMatchObject({ kind: 'not-found' });
    expect(log).toEqual(['open 0', 'past', 'open 1', 'past']);
  });
});
