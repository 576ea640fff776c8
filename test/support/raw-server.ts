import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What a raw server does with a connection once a request has begun to arrive. */
export type Behaviour = (socket: Socket, request: string) => void;

/** Answers that the protocol has no place for, or that never become whole. */
export const BROKEN: Readonly<Record<string, Behaviour>> = {
  '101 and the end': (socket) => socket.end(switching),
  '101 and a body': (socket) => socket.end(`${switching}{"pendingCount":1}`),
  '101 and silence': (socket) => socket.write(switching),
  '100 that nothing asked for': (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
  '103 without end': (socket) =>
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n'.repeat(101)),
  'half a head and the end': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Ty'),
  'half a body and the end': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"pend'),
  'half of a chunked body and the end': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"pendingCount":'),
  'the end after the request': (socket) => socket.end(),
  'a reset after the request': (socket) => socket.resetAndDestroy(),
  garbage: (socket) => socket.end('\u0000\u0001SSH-2.0-OpenSSH_9.2\r\n'),
  'two lengths': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'),
};

/** Answers that never come: the time-out of the one who asks decides. */
export const SILENT: Readonly<Record<string, Behaviour>> = {
  nothing: () => undefined,
  '103 and silence': (socket) =>
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n'.repeat(50)),
  'a status line and silence': (socket) => socket.write('HTTP/1.1 200'),
  'half a body and silence': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"pend'),
};

const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

/** A TCP server on loopback that speaks HTTP as well or as badly as it is told. */
export interface RawServer {
  readonly url: string;
  /** The first line of each request that reached the behaviour, such as `PATCH /beta/…`. */
  readonly asked: string[];
  /** The requests that `broken` meets; the others are answered as a Graph with one value in each overview does. */
  meets: (request: string) => boolean;
  broken: Behaviour;
  /** What each overview holds. */
  held: Record<string, unknown>;
  close(): Promise<void>;
}

/** Starts it; without a behaviour it answers well. Stops by itself after two minutes. */
export async function startRawServer(broken: Behaviour = () => undefined): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const good = createHttpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => (body += part));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.setHeader('connection', 'close');
      if (request.url?.endsWith('/$batch')) response.statusCode = 404;
      if (request.method === 'PATCH') Object.assign(server.held, JSON.parse(body));
      const list = /deviceConfigurations\?/.test(request.url ?? '');
      response.end(JSON.stringify(list ? { value: [] } : server.held));
    });
  });
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.once('data', (part) => {
      const text = part.toString('latin1');
      if (!server.meets(text)) {
        good.emit('connection', socket);
        socket.unshift(part);
        return;
      }
      server.asked.push(text.slice(0, text.indexOf(' HTTP/')));
      server.broken(socket, text);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const stop = setTimeout(() => void server.close(), 120_000).unref();
  const server: RawServer = {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    asked: [],
    meets: () => true,
    broken,
    held: { pendingCount: 1, failedCount: 2 },
    close: () =>
      new Promise((resolve) => {
        clearTimeout(stop);
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return server;
}

/** Requests that write. */
export const isPatch = (request: string): boolean => request.startsWith('PATCH ');
