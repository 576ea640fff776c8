import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Outgoing, openTransport, type Transport } from '../../src/graph/transport.ts';
import { type ConnectProxy, startConnectProxy } from '../proxy/connect-proxy.ts';
import { failureOf } from '../support/fake-graph.ts';
import { type Answer, type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { distrustRoot } from '../support/trust-root.ts';
import { startTrustedServer, type TrustedServer, trustItsRoot } from './trusted-server.ts';

const never = new AbortController().signal;
const LONG = 30_000;

let transport: Transport;
let server: RecordingServer | undefined;

const answering =
  (text: string): Answer =>
  (_, response) =>
    response.end(text);

/** A transport, and a server that records the port of each connection. */
async function start(answer?: Answer) {
  const ports: (number | undefined)[] = [];
  server = await startRecordingServer((request, response) => {
    ports.push(response.socket?.remotePort);
    (answer ?? answering('{}'))(request, response);
  });
  transport = openTransport(undefined);
  return { url: new URL(`${server.url}/x?y`), server, ports };
}

afterEach(async () => {
  await transport.close();
  await server?.close();
  server = undefined;
});

function get(url: URL): Outgoing {
  return { method: 'GET', url, headers: { a: 'b' }, body: undefined };
}

test('a request that is aborted before its start sends nothing', async () => {
  const reason = new Error('stop');
  const { url, server } = await start();
  expect(await failureOf(transport.exchange(get(url), LONG, AbortSignal.abort(reason)))).toBe(reason);
  expect(server.requests).toEqual([]);
});

test('a request that is aborted before its connection is open sends nothing', async () => {
  const reason = new Error('stop');
  const { url, server } = await start();
  const controller = new AbortController();
  const failure = failureOf(transport.exchange(get(url), LONG, controller.signal));
  controller.abort(reason);
  expect(await failure).toBe(reason);
  expect((await transport.exchange(get(url), LONG, never)).text).toBe('{}');
  expect(server.requests).toHaveLength(1);
});

test('twenty requests share a signal without a warning of Node, and all are aborted by it', async () => {
  const warnings: Error[] = [];
  const warn = (warning: Error) => warnings.push(warning);
  process.on('warning', warn);
  const controller = new AbortController();
  const reason = new Error('stop');
  let arrived = 0;
  const { url } = await start(() => {
    arrived += 1;
    if (arrived === 20) controller.abort(reason);
  });
  const ends = await Promise.all(
    Array.from({ length: 20 }, () => failureOf(transport.exchange(get(url), LONG, controller.signal))),
  );
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warn);
  expect(ends).toEqual(Array.from({ length: 20 }, () => reason));
  expect(warnings).toEqual([]);
});

test('bytes are sent with any method, and received unchanged', async () => {
  const sent = Uint8Array.of(0, 255, 128, 10);
  server = undefined;
  const http = createServer((request, response) => request.pipe(response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  transport = openTransport(undefined);
  const url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/`);
  const request = { method: 'PUT', url, headers: {}, body: sent };
  const { bytes } = await transport.exchange(request, LONG, never);
  http.close();
  expect([...bytes]).toEqual([0, 255, 128, 10]);
});

test('up to a hundred informational answers before the final one are skipped', async () => {
  const { url } = await start((_, response) => {
    for (let count = 0; count < 100; count += 1) response.writeEarlyHints({ link: '</a>; rel=preload' });
    response.end('final');
  });
  expect((await transport.exchange(get(url), LONG, never)).text).toBe('final');
});

test('more than a hundred informational answers are a failure', async () => {
  const { url } = await start((_, response) => {
    for (let count = 0; count < 101; count += 1) response.writeEarlyHints({ link: '</a>; rel=preload' });
  });
  expect(await failureOf(transport.exchange(get(url), LONG, never))).toMatchObject({
    details: { connection: 'protocol', unsent: false },
    message: expect.stringContaining('informational answers (1xx) and no final one'),
  });
});

test('headers of more than 16 KiB are a failure', async () => {
  const { url } = await start((_, response) => {
    response.writeHead(200, { 'x-long': 'x'.repeat(17_000) }).end();
  });
  expect(await failureOf(transport.exchange(get(url), LONG, never))).toMatchObject({
    details: { connection: 'protocol' },
    message: expect.stringContaining('the headers of the answer are too large'),
  });
});

describe('a connection', () => {
  test('is used again for the next request to the same host', async () => {
    const { url, ports } = await start();
    await transport.exchange(get(url), LONG, never);
    await transport.exchange(get(new URL('/other', url)), LONG, never);
    expect(new Set(ports).size).toBe(1);
  });

  test('is not used by requests after a renewal', async () => {
    const { url, ports } = await start();
    await transport.exchange(get(url), LONG, never);
    transport.renew();
    await transport.exchange(get(url), LONG, never);
    await transport.exchange(get(url), LONG, never);
    const [first, second, third] = ports;
    expect([second === first, third === second]).toEqual([false, true]);
  });

  test('completes a request that is in progress during a renewal', async () => {
    const { url } = await start((_, response) => {
      transport.renew();
      response.end('whole');
    });
    expect((await transport.exchange(get(url), LONG, never)).text).toBe('whole');
  });

  test('is closed with the transport, also after a renewal', async () => {
    const ended: Promise<void>[] = [];
    const { url } = await start((_, response) => {
      ended.push(new Promise((resolve) => response.socket?.once('close', () => resolve())));
      response.end('{}');
    });
    await transport.exchange(get(url), LONG, never);
    transport.renew();
    await transport.exchange(get(url), LONG, never);
    await transport.close();
    expect(await Promise.all(ended)).toHaveLength(2);
  });
});

describe('the connection to a host', () => {
  let graph: TrustedServer;
  let proxy: ConnectProxy;

  beforeAll(async () => {
    await trustItsRoot();
    graph = await startTrustedServer();
    graph.server.on('request', (_, response) => response.end('by TLS'));
    proxy = await startConnectProxy();
  });

  afterEach(() => {
    proxy.requests.splice(0);
  });

  afterAll(async () => {
    distrustRoot();
    await proxy.close();
    await graph.close();
  });

  async function getThroughProxy(url: URL, except = '') {
    transport = openTransport({ url: proxy.url, except });
    const { text } = await transport.exchange(get(url), LONG, never);
    return { text, tunnels: proxy.requests.map(({ target }) => target) };
  }

  test('is TLS for https', async () => {
    transport = openTransport(undefined);
    const url = new URL(`https://localhost:${graph.port}/`);
    expect((await transport.exchange(get(url), LONG, never)).text).toBe('by TLS');
  });

  test('is a tunnel through the proxy for https', async () => {
    const url = new URL(`https://localhost:${graph.port}/`);
    expect(await getThroughProxy(url)).toEqual({ text: 'by TLS', tunnels: [`localhost:${graph.port}`] });
  });

  test('is direct for a host in NO_PROXY', async () => {
    const url = new URL(`https://localhost:${graph.port}/`);
    expect(await getThroughProxy(url, 'localhost')).toEqual({ text: 'by TLS', tunnels: [] });
  });

  test('is direct for http', async () => {
    server = await startRecordingServer(answering('in the clear'));
    expect(await getThroughProxy(new URL(server.url))).toEqual({ text: 'in the clear', tunnels: [] });
  });

  test.each(['', 'localhost'])('is used again for the next https request (NO_PROXY=%s)', async (except) => {
    const ports = new Set<number | undefined>();
    const note = ({ socket }: { socket: { remotePort?: number | undefined } }) =>
      ports.add(socket.remotePort);
    graph.server.on('request', note);
    const url = new URL(`https://localhost:${graph.port}/`);
    await getThroughProxy(url, except);
    await transport.exchange(get(url), LONG, never);
    graph.server.off('request', note);
    expect(ports.size).toBe(1);
  });
});
