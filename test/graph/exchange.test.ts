import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Outgoing, openTransport, type Transport } from '../../src/graph/transport.ts';
import { type Answer, startRecordingServer } from '../support/recording-server.ts';

const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function serve(answer: Answer) {
  const server = await startRecordingServer(answer);
  open.push(() => server.close());
  return server;
}

function transport(): Transport {
  const opened = openTransport(undefined);
  open.push(() => opened.close());
  return opened;
}

function get(url: string): Outgoing {
  return { method: 'GET', url: new URL(url), headers: { a: 'b' }, body: undefined };
}

const never = new AbortController().signal;

describe('an exchange', () => {
  test('returns status, headers and text unchanged', async () => {
    const server = await serve((_, response) => {
      response.writeHead(418, { 'X-Some': 'thing', 'Set-Cookie': ['a=1', 'b=2'] });
      response.end('größe');
    });
    const answer = await transport().exchange(
      { method: 'POST', url: new URL(`${server.url}/x?y`), headers: { a: 'b' }, body: 'sent' },
      5_000,
      never,
    );
    expect(answer).toMatchObject({
      status: 418,
      headers: { 'x-some': 'thing', 'set-cookie': 'a=1, b=2' },
      text: 'größe',
    });
    expect(server.requests).toMatchObject([
      { method: 'POST', path: '/x?y', body: 'sent', headers: { a: 'b' } },
    ]);
  });

  test('uses the connection of the previous one, until it is renewed', async () => {
    const ports: (number | undefined)[] = [];
    const server = await serve((_, response) => {
      ports.push(response.socket?.remotePort);
      response.end();
    });
    const opened = transport();
    await opened.exchange(get(server.url), 5_000, never);
    await opened.exchange(get(server.url), 5_000, never);
    opened.renew();
    await opened.exchange(get(server.url), 5_000, never);
    expect([ports[1] === ports[0], ports[2] === ports[1]]).toEqual([true, false]);
  });

  /** A server and an open connection to it: the first answer is empty, all others are from `answer`. */
  async function afterOne(answer: Answer) {
    let first = true;
    const server = await serve((request, response) => {
      if (!first) return answer(request, response);
      first = false;
      response.end();
    });
    const opened = transport();
    await opened.exchange(get(server.url), 5_000, never);
    return { server, opened };
  }

  test('ends after its time-out', async () => {
    const { server, opened } = await afterOne(() => undefined);
    await expect(opened.exchange(get(server.url), 500, never)).rejects.toMatchObject({
      kind: 'network',
      message: `no complete answer from ${server.url} within 0.5 s`,
      details: { connection: 'timeout', unsent: false },
    });
  });

  test('closes its connection at its time-out', async () => {
    let closed: Promise<void> | undefined;
    const { server, opened } = await afterOne((_, response) => {
      closed = new Promise((resolve) => response.socket?.once('close', () => resolve()));
    });
    await opened.exchange(get(server.url), 500, never).catch(() => undefined);
    expect(server.requests).toHaveLength(2);
    await closed;
  });

  test('with an answer of more than 64 MiB is a failure', async () => {
    const server = await serve((_, response) => response.end(Buffer.alloc(64 * 1024 * 1024 + 1)));
    await expect(transport().exchange(get(server.url), 20_000, never)).rejects.toMatchObject({
      kind: 'network',
      message: 'the answer is larger than 64 MiB',
      details: { connection: 'protocol', hint: 'answers of Graph are smaller: check the endpoint' },
    });
  });

  test('ends after its time-out even if the answer has started', async () => {
    const { server, opened } = await afterOne((_, response) => {
      response.writeHead(200);
      response.write('{');
    });
    await expect(opened.exchange(get(server.url), 500, never)).rejects.toMatchObject({
      message: expect.stringMatching(/^no complete answer/),
      details: { connection: 'timeout', unsent: false },
    });
  });

  test('rejects with the reason of its abort signal', async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort(new Error('interrupted')));
    await expect(transport().exchange(get(server.url), 5_000, controller.signal)).rejects.toThrow(
      'interrupted',
    );
  });

  test('that is closed in the middle of the answer is a failure', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '9' });
      response.write('half', () => response.socket?.destroy());
    });
    await expect(transport().exchange(get(server.url), 5_000, never)).rejects.toMatchObject({
      kind: 'network',
      details: { code: 'ECONNRESET' },
    });
  });
});

describe('the connection through a proxy', () => {
  /** A proxy that records what it receives, and sends `answer`. */
  async function proxyAnswering(answer: string) {
    const received: string[] = [];
    const sockets = new Set<Socket>();
    const server: Server = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', (bytes) => {
        received.push(bytes.toString());
        socket.write(answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    return { received, port: (server.address() as AddressInfo).port };
  }

  function through(url: string, except = ''): Transport {
    const opened = openTransport({ url, except });
    open.push(() => opened.close());
    return opened;
  }

  test('is requested with the credentials of its URL, and a 407 is reported', async () => {
    const proxy = await proxyAnswering('HTTP/1.1 407 Wanted\r\ncontent-length: 0\r\n\r\n');
    const over = through(`http://some%20one:p%3Aw@127.0.0.1:${proxy.port}`);
    await expect(over.exchange(get('https://graph.microsoft.com/beta'), 5_000, never)).rejects.toMatchObject({
      kind: 'network',
      message: 'no answer from https://graph.microsoft.com:443: the proxy refused (407)',
    });
    const basic = Buffer.from('some one:p:w').toString('base64');
    expect(proxy.received[0]).toMatch(/^CONNECT graph\.microsoft\.com:443 HTTP\/1\.1\r\n/);
    expect(proxy.received[0]).toContain('host: graph.microsoft.com:443\r\n');
    expect(proxy.received[0]).toContain(`proxy-authorization: Basic ${basic}\r\n`);
  });

  test('is requested without credentials if the URL has none, and an IPv6 address keeps its brackets', async () => {
    const proxy = await proxyAnswering('HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n');
    await through(`http://127.0.0.1:${proxy.port}`)
      .exchange(get('https://[2001:db8::1]:8443/'), 5_000, never)
      .catch(() => undefined);
    expect(proxy.received[0]).toMatch(/^CONNECT \[2001:db8::1\]:8443 HTTP\/1\.1\r\n/);
    expect(proxy.received[0]).not.toContain('proxy-authorization');
  });

  test('reports a host that does not speak TLS', async () => {
    const proxy = await proxyAnswering('HTTP/1.1 200 OK\r\n\r\nthis is no TLS at all');
    await expect(
      through(`http://127.0.0.1:${proxy.port}`).exchange(get('https://graph.microsoft.com/'), 5_000, never),
    ).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringMatching(/it does not speak TLS$|the TLS handshake failed$/),
    });
  });

  test('has the time-out of the exchange', async () => {
    const proxy = await proxyAnswering('');
    await expect(
      through(`http://127.0.0.1:${proxy.port}`).exchange(get('https://graph.microsoft.com/'), 50, never),
    ).rejects.toMatchObject({ message: 'no connection to https://graph.microsoft.com within 0.05 s' });
  });

  test('is reported without the password if nothing listens', async () => {
    await expect(
      through('http://user:secret@127.0.0.1:1').exchange(get('https://graph.microsoft.com/'), 5_000, never),
    ).rejects.toMatchObject({
      message: 'no answer from the proxy http://127.0.0.1:1: the connection was refused',
    });
  });

  test('is not used for an excepted host, with http or https', async () => {
    const server = await serve((_, response) => response.end('here'));
    const proxy = await proxyAnswering('HTTP/1.1 403 No\r\n\r\n');
    const opened = through(`http://127.0.0.1:${proxy.port}`, '127.0.0.1');
    expect(await opened.exchange(get(server.url), 5_000, never)).toMatchObject({ text: 'here' });
    await expect(
      opened.exchange(get(server.url.replace('http:', 'https:')), 5_000, never),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/it does not speak TLS$|the TLS handshake failed$/),
    });
    expect(proxy.received).toEqual([]);
  });
});
