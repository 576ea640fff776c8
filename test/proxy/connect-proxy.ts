import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A received CONNECT. */
interface ConnectRequest {
  /** `host:port`, as requested. */
  readonly target: string;
  /** Its `Proxy-Authorization`. */
  readonly authorization: string | undefined;
  /** The status of the answer: 200, 403, 407, or 502 if the target is unknown. */
  readonly status: number;
}

export interface ConnectProxyOptions {
  /** The port on loopback for a target such as `graph.microsoft.com:443`. Targets on loopback need none. */
  readonly targets?: Readonly<Record<string, number>>;
  /** Targets that are answered with 403 and a page; a test can change it at any time. */
  readonly blocked?: Set<string>;
  /** Required as basic authentication. */
  readonly credentials?: { readonly user: string; readonly password: string };
}

export interface ConnectProxy {
  /** `http://127.0.0.1:PORT`, with the credentials if they are required: for HTTPS_PROXY. */
  readonly url: string;
  /** The same without credentials. */
  readonly urlWithoutCredentials: string;
  readonly requests: ConnectRequest[];
  close(): Promise<void>;
}

/**
 * An HTTP proxy on loopback that tunnels only to loopback: a target that is neither mapped nor on loopback is
 * answered with 502. It does not read the data in the tunnel, so TLS is tested from end to end.
 */
export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const { credentials, targets = {}, blocked } = options;
  const requests: ConnectRequest[] = [];
  const sockets = new Set<Duplex>();
  const expected =
    credentials &&
    `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`, 'utf8').toString('base64')}`;
  const server = createServer((_, response) => {
    response.writeHead(405, { allow: 'CONNECT' });
    response.end();
  });
  server.on('connection', (socket) => keep(socket));
  server.on('connect', (incoming, socket, head) => {
    const target = incoming.url ?? '';
    const authorization = incoming.headers['proxy-authorization'];
    const port = targets[target] ?? loopbackPort(target);
    const allowed = expected === undefined || authorization === expected;
    const status = !allowed ? 407 : blocked?.has(target) ? 403 : port === undefined ? 502 : 200;
    requests.push({ target, authorization, status });
    if (!allowed) {
      refuse(socket, '407 Proxy Authentication Required', 'Proxy-Authenticate: Basic realm="tests"\r\n');
    } else if (status === 403) {
      const page = '<html><title>Blocked by policy</title></html>';
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`,
      );
    } else if (port === undefined) {
      refuse(socket, '502 Bad Gateway');
    } else {
      tunnel(socket, head, port);
    }
  });

  function keep(socket: Duplex): void {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  function tunnel(socket: Duplex, head: Buffer, port: number): void {
    let established = false;
    const upstream: Socket = connect(port, '127.0.0.1', () => {
      established = true;
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => {
      if (!established) refuse(socket, '502 Bad Gateway');
    });
    keep(upstream);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const user =
    credentials && `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}@`;
  return {
    url: `http://${user ?? ''}${host}`,
    urlWithoutCredentials: `http://${host}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function loopbackPort(target: string): number | undefined {
  const port = /^(?:localhost|127\.0\.0\.1):(\d+)$/.exec(target)?.[1];
  return port === undefined ? undefined : Number(port);
}

function refuse(socket: Duplex, status: string, headers = ''): void {
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Content-Length: 0\r\nConnection: close\r\n\r\n`);
}
