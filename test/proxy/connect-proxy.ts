import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** One CONNECT that arrived. */
interface ConnectRequest {
  /** `host:port`, as it was asked for. */
  readonly target: string;
  /** The `Proxy-Authorization` that came with it. */
  readonly authorization: string | undefined;
  /** What was answered: 200, 407, or 502 where the target is unknown. */
  readonly status: number;
}

export interface ConnectProxyOptions {
  /** Where a target really leads: `graph.microsoft.com:443` to a port on loopback. Loopback targets lead to themselves. */
  readonly targets?: Readonly<Record<string, number>>;
  /** Targets that are answered with 403 and a page; a test may change it at any time. */
  readonly blocked?: Set<string>;
  /** Demanded as basic authentication. */
  readonly credentials?: { readonly user: string; readonly password: string };
}

export interface ConnectProxy {
  /** `http://127.0.0.1:PORT`, with the credentials in it where they are demanded: for HTTPS_PROXY. */
  readonly url: string;
  /** The same without credentials. */
  readonly urlWithoutCredentials: string;
  readonly requests: ConnectRequest[];
  close(): Promise<void>;
}

/**
 * An HTTP proxy on loopback that tunnels and never leaves loopback: a target that is neither mapped nor on loopback is
 * answered with 502. What goes through the tunnel is not looked at, so TLS is proved from end to end.
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
