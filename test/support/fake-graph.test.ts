import { describe, expect, test } from '@jest/globals';
import { answering, echoing, inTurn, optional, withBatches } from './answers.ts';
import { closeGraphs, failureOf, startGraph } from './fake-graph.ts';

const READ = { method: 'GET', path: '/things/1?$select=a' } as const;
const WRITE = { method: 'PATCH', path: '/things/1', body: { a: 1 } } as const;

/** The result at the end of a test with these requests. */
const testResult = () =>
  closeGraphs().then(
    () => 'as expected',
    (error: Error) => error.message,
  );

describe('an unexpected request', () => {
  test('is answered 599, and the test fails with its method, path and body', async () => {
    const { client } = await startGraph();
    expect(await failureOf(client.send(WRITE))).toMatchObject({ details: { status: 599 } });
    await client.send(READ).catch(() => undefined);
    expect(await testResult()).toBe(
      'unexpected: PATCH /graph/beta/things/1 {"a":1}\nunexpected: GET /graph/beta/things/1?$select=a',
    );
  });

  test('can be one after the last of `inTurn`', async () => {
    const { client } = await startGraph(inTurn(answering(200, {})));
    await client.send(READ);
    await client.send(READ).catch(() => undefined);
    expect(await testResult()).toBe('unexpected: GET /graph/beta/things/1?$select=a');
  });

  test('can be an item of a batch', async () => {
    const { client } = await startGraph(withBatches(({ path }) => (path === '/known' ? {} : undefined)));
    const requests = ['/known', '/unknown'].map((url, id) => ({ id: String(id), method: 'GET', url }));
    await client.send({ method: 'POST', path: '/$batch', body: { requests } }).catch(() => undefined);
    expect(await testResult()).toContain('unexpected: POST /graph/beta/$batch {"requests":[{"id":"0"');
  });

  test('can be one for which the answer throws', async () => {
    const { client } = await startGraph(() => {
      throw new TypeError('an error of the test');
    });
    await client.send(READ).catch(() => undefined);
    expect(await testResult()).toBe('TypeError: an error of the test at GET /graph/beta/things/1?$select=a');
  });
});

describe('an expected request that is not received', () => {
  test('fails the test', async () => {
    await startGraph(echoing);
    const { client } = await startGraph(inTurn(answering(200, {}), answering(200, {})));
    await client.send(READ);
    expect(await testResult()).toBe('not received: any request\nnot received: 1 of 2 answers');
  });

  test('does not fail the test if it is optional', async () => {
    await startGraph(optional(inTurn(echoing)));
    const { client } = await startGraph(optional(inTurn(echoing, echoing)));
    expect(await client.send(WRITE)).toMatchObject({ json: { a: 1 } });
    expect(await testResult()).toBe('as expected');
  });
});
