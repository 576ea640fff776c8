import { expect, test } from '@jest/globals';
import { reach } from '../../src/graph/reach.ts';
import { failureOf } from '../support/fake-graph.ts';
import { startRecordingServer } from '../support/recording-server.ts';

const runtime = { signal: new AbortController().signal };

test('an address is reached with one GET without a token, on a connection that is then closed', async () => {
  let closed: Promise<void> | undefined;
  const server = await startRecordingServer((_, response) => {
    closed = new Promise((resolve) => response.socket?.once('close', () => resolve()));
    response.writeHead(404).end('no');
  });
  expect(await reach(new URL(`${server.url}/x?y`), undefined, 5_000, runtime)).toMatchObject({
    status: 404,
    text: 'no',
  });
  await closed;
  await server.close();
  expect(server.requests).toMatchObject([
    { method: 'GET', path: '/x?y', body: '', headers: { accept: 'application/json' } },
  ]);
  expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  expect(await failureOf(reach(new URL(server.url), undefined, 5_000, runtime))).toMatchObject({
    kind: 'network',
    details: { connection: 'refused' },
  });
});
