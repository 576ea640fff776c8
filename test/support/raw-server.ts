import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What a raw server does with a connection when a request starts to arrive. */
export type Behaviour = (socket: Socket, request: string) => void;

/** Answers that violate the protocol, or that are incomplete. */
export const BROKEN: Readonly<Record<string, Behaviour>> = {
  '101 and a closed connection': (socket) => socket.end(switching),
  '101 and a body': (socket) => socket.end(`${switching}{"pendingCount":1}`),
  '101 and nothing else': (socket) => socket.write(switching),
  'an unexpected 100': (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
  'too many 103': (socket) =>
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n'.repeat(101)),
  'an incomplete head': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Ty'),
  'an incomplete body': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"pend'),
  'an incomplete chunked body': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"pendingCount":'),
  'a closed connection': (socket) => socket.end(),
  'a reset connection': (socket) => socket.resetAndDestroy(),
  garbage: (socket) => socket.end('\u0000\u0001SSH-2.0-OpenSSH_9.2\r\n'),
  'two lengths': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'),
};

/** Answers that never complete: the client times out. */
export const SILENT: Readonly<Record<string, Behaviour>> = {
  nothing: () => undefined,
  '103 and nothing else': (socket) =>
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n'.repeat(50)),
  'only a status line': (socket) => socket.write('HTTP/1.1 200'),
  'half a body and nothing else': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"pend'),
};

const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

/** A TCP server on loopback that answers requests with valid HTTP or with a behaviour. */
export interface RawServer {
  readonly url: string;
  /** The first line of each request that reached the behaviour, such as `PATCH /beta/…`. */
  readonly requests: string[];
  /** Selects the requests for `broken`; the others are answered like a Graph whose overviews are all the same. */
  matches: (request: string) => boolean;
  broken: Behaviour;
  /** The overview of every configuration. */
  stored: Record<string, unknown>;
  close(): Promise<void>;
}

/** Starts the server; it stops after two minutes. */
export async function startRawServer(broken: Behaviour = () => undefined): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const good = createHttpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => (body += part));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.setHeader('connection', 'close');
      if (request.url?.endsWith('/$batch')) response.statusCode = 404;
      if (request.method === 'PATCH') Object.assign(server.stored, JSON.parse(body));
      const list = /deviceConfigurations\?/.test(request.url ?? '');
      response.end(JSON.stringify(list ? { value: [] } : server.stored));
    });
  });
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.once('data', (part) => {
      const text = part.toString('latin1');
      if (!server.matches(text)) {
        good.emit('connection', socket);
        socket.unshift(part);
        return;
      }
      server.requests.push(text.slice(0, text.indexOf(' HTTP/')));
      server.broken(socket, text);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const stop = setTimeout(() => void server.close(), 120_000).unref();
  const server: RawServer = {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    requests: [],
    matches: () => true,
    broken,
    stored: { pendingCount: 1, failedCount: 2 },
    close: () =>
      new Promise((resolve) => {
        clearTimeout(stop);
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return server;
}

/** Whether a request is a PATCH. */
export const isPatch = (request: string): boolean => request.startsWith('PATCH ');
