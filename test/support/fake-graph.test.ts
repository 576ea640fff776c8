import { describe, expect, test } from '@jest/globals';
import { answering, echoing, inTurn, optional, withBatches } from './answers.ts';
import { closeGraphs, failureOf, startGraph } from './fake-graph.ts';

const READ = { method: 'GET', path: '/things/1?$select=a' } as const;
const WRITE = { method: 'PATCH', path: '/things/1', body: { a: 1 } } as const;

/** What the end of a test says of all that was asked. */
const verdict = () =>
  closeGraphs().then(
    () => 'as expected',
    (error: Error) => error.message,
  );

describe('a request that nobody expected', () => {
  test('is answered 599, and the test fails with its method, path and body', async () => {
    const { client } = await startGraph();
    expect(await failureOf(client.send(WRITE))).toMatchObject({ details: { status: 599 } });
    await client.send(READ).catch(() => undefined);
    expect(await verdict()).toBe(
      'nobody expected PATCH /graph/beta/things/1 {"a":1}\nnobody expected GET /graph/beta/things/1?$select=a',
    );
  });

  test('may be one after the last of those in turn', async () => {
    const { client } = await startGraph(inTurn(answering(200, {})));
    await client.send(READ);
    await client.send(READ).catch(() => undefined);
    expect(await verdict()).toBe('nobody expected GET /graph/beta/things/1?$select=a');
  });

  test('may be one of a batch', async () => {
    const { client } = await startGraph(withBatches(({ path }) => (path === '/known' ? {} : undefined)));
    const requests = ['/known', '/unknown'].map((url, id) => ({ id: String(id), method: 'GET', url }));
    await client.send({ method: 'POST', path: '/$batch', body: { requests } }).catch(() => undefined);
    expect(await verdict()).toContain('nobody expected POST /graph/beta/$batch {"requests":[{"id":"0"');
  });

  test('may be one at which the answer itself fails', async () => {
    const { client } = await startGraph(() => {
      throw new TypeError('a mistake of the test');
    });
    await client.send(READ).catch(() => undefined);
    expect(await verdict()).toBe('TypeError: a mistake of the test at GET /graph/beta/things/1?$select=a');
  });
});

describe('what was expected in vain', () => {
  test('fails the test', async () => {
    await startGraph(echoing);
    const { client } = await startGraph(inTurn(answering(200, {}), answering(200, {})));
    await client.send(READ);
    expect(await verdict()).toBe('expected in vain: any request\nexpected in vain: 1 of 2 answers');
  });

  test('does not where it is optional', async () => {
    await startGraph(optional(inTurn(echoing)));
    const { client } = await startGraph(optional(inTurn(echoing, echoing)));
    expect(await client.send(WRITE)).toMatchObject({ json: { a: 1 } });
    expect(await verdict()).toBe('as expected');
  });
});
