import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openTransport, type Transport } from '../../src/graph/transport.ts';
import { startConnectProxy } from '../proxy/connect-proxy.ts';
import { failureOf } from '../support/fake-graph.ts';
import { distrustRoot } from '../support/trust-root.ts';
import { startTrustedServer, type TrustedServer, trustItsRoot } from './trusted-server.ts';

let graph: TrustedServer;
const open: (() => unknown)[] = [];

beforeAll(async () => {
  await trustItsRoot();
  graph = await startTrustedServer();
  graph.server.on('request', (incoming, response) => response.end(`for ${incoming.headers.host}`));
});

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

afterAll(async () => {
  distrustRoot();
  await graph.close();
});

async function startProxy(options: Parameters<typeof startConnectProxy>[0] = {}) {
  const proxy = await startConnectProxy({ targets: { 'graph.example:443': graph.port }, ...options });
  open.push(() => proxy.close());
  return proxy;
}

const never = new AbortController().signal;

function transportBy(proxy: string): Transport {
  const transport = openTransport({ url: proxy, except: '' });
  open.push(() => transport.close());
  return transport;
}

/** The body of a GET through the proxy. */
async function get(transport: Transport, url: string): Promise<string> {
  const request = { method: 'GET', url: new URL(url), headers: {}, body: undefined };
  return (await transport.exchange(request, 5_000, never)).text;
}

/** A plain TCP server: it calls `onData` with the data of each connection. */
async function startListener(onData: (socket: Socket, text: string) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => onData(socket, bytes.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

describe('a tunnel through a proxy', () => {
  test('connects to a host whose certificate has its name', async () => {
    const proxy = await startProxy();
    expect(await get(transportBy(proxy.url), 'https://graph.example/')).toBe('for graph.example');
    expect(proxy.requests).toEqual([{ target: 'graph.example:443', authorization: undefined, status: 200 }]);
  });

  test('connects to an address that its certificate has', async () => {
    const proxy = await startProxy();
    const host = `127.0.0.1:${graph.port}`;
    expect(await get(transportBy(proxy.url), `https://${host}/`)).toBe(`for ${host}`);
  });

  test('is used again for the next request', async () => {
    const proxy = await startProxy();
    const transport = transportBy(proxy.url);
    await get(transport, 'https://graph.example/');
    await new Promise((resolve) => setImmediate(resolve));
    await get(transport, 'https://graph.example/');
    expect(proxy.requests).toHaveLength(1);
  });

  test.each(['other.example', '127.0.0.2'])(
    'to %s fails if the certificate is for another host',
    async (host) => {
      const proxy = await startProxy({ targets: { [`${host}:443`]: graph.port } });
      expect(await failureOf(get(transportBy(proxy.url), `https://${host}/`))).toMatchObject({
        details: { code: 'ERR_TLS_CERT_ALTNAME_INVALID', connection: 'certificate', unsent: true },
      });
    },
  );

  test('uses ALPN http/1.1 and the name of the host as SNI', async () => {
    const seen: unknown[] = [];
    const note = (socket: { alpnProtocol: unknown; servername: unknown }) =>
      seen.push(socket.alpnProtocol, socket.servername);
    graph.server.on('secureConnection', note);
    const proxy = await startProxy();
    await get(transportBy(proxy.url), 'https://graph.example/');
    graph.server.off('secureConnection', note);
    expect(seen).toEqual(['http/1.1', 'graph.example']);
  });

  test('is requested from an https proxy', async () => {
    const secure = await startTrustedServer();
    open.push(() => secure.close());
    const requests: unknown[] = [];
    secure.server.on('connect', ({ method, url, headers }, socket) => {
      requests.push([method, url, headers.host, headers['proxy-authorization']]);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    const transport = transportBy(`https://localhost:${secure.port}`);
    expect(await failureOf(get(transport, 'https://graph.example/'))).toMatchObject({
      message: 'no answer from https://graph.example:443: the proxy refused (502)',
    });
    expect(requests).toEqual([['CONNECT', 'graph.example:443', 'graph.example:443', undefined]]);
  });
});

describe('the credentials for the proxy', () => {
  test.each([
    ['none', '', undefined],
    ['a user and a password', 'some%20one:p%3A%C3%A4@', 'some one:p:ä'],
    ['only a user', 'someone@', 'someone:'],
    ['only a password', ':secret@', ':secret'],
  ])('are %s', async (_, userinfo, pair) => {
    const proxy = await startProxy();
    const transport = transportBy(proxy.url.replace('http://', `http://${userinfo}`));
    await get(transport, 'https://graph.example/');
    const basic = pair === undefined ? undefined : `Basic ${Buffer.from(pair).toString('base64')}`;
    expect(proxy.requests.map(({ authorization }) => authorization)).toEqual([basic]);
  });
});

describe('there is no tunnel', () => {
  test.each([
    ['https://elsewhere.example/', 'elsewhere.example:443'],
    ['https://elsewhere.example:8443/', 'elsewhere.example:8443'],
    ['https://[2001:db8::1]:8443/', '[2001:db8::1]:8443'],
  ])('if the proxy refuses to connect to %s', async (url, target) => {
    const proxy = await startProxy();
    expect(await failureOf(get(transportBy(proxy.url), url))).toMatchObject({
      kind: 'network',
      message: `no answer from https://${target}: the proxy refused (502)`,
    });
    expect(proxy.requests.map((request) => request.target)).toEqual([target]);
  });

  test.each([
    ['Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n', ': it accepts only Negotiate and NTLM'],
    ['Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Basic realm="x"\r\n', ''],
  ])('if the proxy asks for credentials with %j', async (headers, more) => {
    const port = await startListener((socket) =>
      socket.end(`HTTP/1.1 407 No\r\n${headers}Content-Length: 0\r\n\r\n`),
    );
    const failure = await failureOf(get(transportBy(`http://127.0.0.1:${port}`), 'https://graph.example/'));
    expect(failure).toMatchObject({
      kind: 'network',
      message: `no answer from https://graph.example:443: the proxy refused (407)${more}`,
    });
  });

  test.each([
    ['', 'the proxy requires a user and a password: HTTPS_PROXY=http://user:password@host:port'],
    ['user:secret@', 'the proxy does not accept the user and the password in HTTPS_PROXY: check them'],
  ])('if the proxy answers 407 to the credentials %j', async (userinfo, hint) => {
    const port = await startListener((socket) => socket.end('HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n'));
    const transport = transportBy(`http://${userinfo}127.0.0.1:${port}`);
    expect(await failureOf(get(transport, 'https://graph.example/'))).toMatchObject({ details: { hint } });
  });

  test('and no open connection after the proxy has refused', async () => {
    let refused: Promise<void> | undefined;
    const port = await startListener((socket) => {
      refused = ended(socket);
      socket.write('HTTP/1.1 407 No\r\n\r\n');
    });
    await failureOf(get(transportBy(`http://127.0.0.1:${port}`), 'https://graph.example/'));
    await refused;
  });

  test('if nothing listens at the address of the proxy', async () => {
    expect(await failureOf(get(transportBy('http://127.0.0.1:1'), 'https://graph.example/'))).toMatchObject({
      message: 'no answer from the proxy http://127.0.0.1:1: the connection was refused',
    });
  });
});

describe('closing the transport', () => {
  test('closes a connection that waits for the proxy', async () => {
    const socket = await new Promise<Socket>((resolve) => {
      startListener(resolve).then((port) => {
        const transport = transportBy(`http://127.0.0.1:${port}`);
        get(transport, 'https://graph.example/').catch(() => undefined);
      });
    });
    const closed = ended(socket);
    open.pop()?.();
    await closed;
  });

  test('closes a connection that waits for the host behind the proxy', async () => {
    const hello = await new Promise<Socket>((resolve) => {
      startListener((socket, text) => {
        if (text.startsWith('CONNECT')) socket.write('HTTP/1.1 200 OK\r\n\r\n');
        else resolve(socket);
      }).then((port) => {
        const transport = transportBy(`http://127.0.0.1:${port}`);
        get(transport, 'https://graph.example/').catch(() => undefined);
      });
    });
    const closed = ended(hello);
    open.pop()?.();
    await closed;
  });
});

test('data directly after the answer of the proxy belongs to the host', async () => {
  const port = await startListener((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nno TLS at all'));
  expect(
    await failureOf(get(transportBy(`http://127.0.0.1:${port}`), 'https://graph.example/')),
  ).toMatchObject({
    details: { code: expect.stringMatching(/^ERR_SSL_|^EPROTO$/), connection: 'tls', unsent: true },
  });
});
