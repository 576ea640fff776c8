import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EmulatorAnswer, EmulatorRequest } from './message.ts';
import { EmulatorError, Problem } from './problem.ts';

/** Larger bodies than this no request of Graph has, in bytes. */
const MAX_BODY = 4 * 1024 * 1024;

/** What stands behind the HTTP server: answers a request, whatever happens. */
export type Handle = (request: EmulatorRequest) => Promise<EmulatorAnswer>;

export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 alone.
 * @param refuse words a request that never reaches the handler
 * @throws an EmulatorError where the port is taken
 */
export async function listen(
  port: number,
  handle: Handle,
  refuse: (problem: Problem) => EmulatorAnswer,
): Promise<Listening> {
  const server = createServer((incoming, response) => {
    answerOne(incoming, response, handle, refuse).catch(() => response.destroy());
  });
  await listening(server, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code})`;
      reject(new EmulatorError(`port ${port} ${why}`, 'leave `--port` out for a free one'));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function answerOne(
  incoming: IncomingMessage,
  response: ServerResponse,
  handle: Handle,
  refuse: (problem: Problem) => EmulatorAnswer,
): Promise<void> {
  const stranger = strangerOf(incoming);
  const body = await readBody(incoming);
  const problem = stranger ?? (body === undefined ? tooLarge() : undefined);
  const answer = problem === undefined ? await handle(requestOf(incoming, body ?? '')) : refuse(problem);
  const text =
    answer.body === undefined
      ? ''
      : typeof answer.body === 'string'
        ? answer.body
        : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
  });
  response.end(text);
}

/** A page in a browser must not reach this server, neither by a name that leads here nor from another origin. */
function strangerOf({ headers }: IncomingMessage): Problem | undefined {
  const host = headers.host ?? '';
  if (!isLoopback(host)) return new Problem(403, 'Forbidden', 'This server answers to loopback names only.');
  const { origin } = headers;
  const own = origin === undefined || origin === `http://${host}`;
  return own
    ? undefined
    : new Problem(403, 'Forbidden', 'This server does not answer to pages of other origins.');
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host);
}

/** undefined where the body is too large; it is read to its end all the same. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes <= MAX_BODY) chunks.push(chunk);
  }
  return bytes > MAX_BODY ? undefined : Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): Problem {
  return new Problem(413, 'RequestEntityTooLarge', `The request body is larger than ${MAX_BODY} bytes.`);
}

function requestOf(incoming: IncomingMessage, body: string): EmulatorRequest {
  const headers = Object.entries(incoming.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return {
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    headers: Object.fromEntries(headers),
    body: body === '' ? undefined : body,
    origin: `http://${incoming.headers.host}`,
  };
}
