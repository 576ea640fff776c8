import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Access, refuseForeign } from './access.ts';
import type { EmulatorAnswer, EmulatorRequest } from './message.ts';
import { isNestedTooDeeply } from './nesting.ts';
import { badRequest, EmulatorError, Problem } from './problem.ts';

/** Maximum size of a request body in bytes. */
const MAX_BODY = 4 * 1024 * 1024;

/** The handlers of the HTTP server. They never reject. */
export interface Handlers {
  answer(request: EmulatorRequest): Promise<EmulatorAnswer>;
  /** Returns the answer to a refused request. */
  refuse(request: EmulatorRequest, problem: Problem): Promise<EmulatorAnswer>;
}

export interface ListenOptions {
  readonly port: number;
  /** The certificate and its key in PEM; undefined for http. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Names of this server in addition to those of loopback. */
  readonly hosts: readonly string[];
}

export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 only.
 * @throws an EmulatorError if the port is in use, or the certificate is invalid
 */
export async function listen({ port, tls, hosts }: ListenOptions, handlers: Handlers): Promise<Listening> {
  const scheme = tls === undefined ? 'http' : 'https';
  const access = { scheme, hosts: new Set(hosts.map((host) => host.toLowerCase())) } as const;
  const server = serverOf(tls, (incoming, response) => {
    answerOne(incoming, response, handlers, access).catch(() => response.destroy());
  });
  await listening(server, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `${scheme}://127.0.0.1:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function serverOf(tls: ListenOptions['tls'], listener: RequestListener): Server {
  if (tls === undefined) return createServer(listener);
  try {
    return process.getBuiltinModule('node:https').createServer(tls, listener);
  } catch (error) {
    throw new EmulatorError(
      `the certificate and its key cannot be used (${(error as Error).message})`,
      'use a certificate in PEM for `--cert`, and its unencrypted private key for `--key`',
    );
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      // No port helps if no further file can be opened.
      if (error.code === 'EMFILE' || error.code === 'ENFILE') return reject(error);
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code})`;
      reject(new EmulatorError(`port ${port} ${why}`, 'remove `--port` to use a free one'));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function answerOne(
  incoming: IncomingMessage,
  response: ServerResponse,
  handlers: Handlers,
  access: Access,
): Promise<void> {
  const { authority, target } = targetOf(incoming);
  const headers = headersOf(incoming);
  const hosts = [authority, headers.host ?? ''];
  const foreign = hosts
    .map((host) => refuseForeign(host, headers, access))
    .find((problem) => problem !== undefined);
  const body = await readBody(incoming);
  const request: EmulatorRequest = {
    method: incoming.method ?? 'GET',
    target,
    headers,
    body: body === '' ? undefined : body,
    origin: `${access.scheme}://${authority}`,
  };
  const problem = foreign ?? problemOf(body);
  const answer = await (problem === undefined
    ? handlers.answer(request)
    : handlers.refuse({ ...request, body: undefined }, problem));
  await send(answer, request, response);
}

/** A target in absolute form, as sent to a proxy, contains the host. */
function targetOf({ url = '/', headers: { host = '' } }: IncomingMessage) {
  const [, authority = host, target = url] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  return { authority, target: target.startsWith('/') ? target : `/${target}` };
}

function headersOf(incoming: IncomingMessage): Record<string, string | undefined> {
  const headers = Object.entries(incoming.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return Object.fromEntries(headers);
}

/** Sends a chunked body, as Graph does, compressed if the client accepts it. */
async function send(
  { status, headers, body }: EmulatorAnswer,
  { method, headers: asked }: EmulatorRequest,
  response: ServerResponse,
): Promise<void> {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const packed = acceptsGzip(asked['accept-encoding']) ? await gzip(text) : undefined;
  const encoding = packed === undefined ? {} : { 'Content-Encoding': 'gzip' };
  response.writeHead(status, { ...headers, Vary: 'Accept-Encoding', ...encoding });
  response.end(method === 'HEAD' ? undefined : (packed ?? text));
}

function acceptsGzip(accepted = ''): boolean {
  return accepted.split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase());
    return (
      ['gzip', 'x-gzip', '*'].includes(name) && !parameters.some((one) => /^q=0(?:\.0{0,3})?$/.test(one))
    );
  });
}

function gzip(text: string): Promise<Buffer> {
  const { gzip: compress } = process.getBuiltinModule('node:zlib');
  return new Promise((resolve, reject) => {
    compress(text, (error, packed) => (error === null ? resolve(packed) : reject(error)));
  });
}

/** The body; undefined if it is too large, although it is read to its end. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes <= MAX_BODY) chunks.push(chunk);
  }
  return bytes > MAX_BODY ? undefined : Buffer.concat(chunks).toString('utf8');
}

/** Why a body is not processed. @param body undefined if it is too large */
function problemOf(body: string | undefined): Problem | undefined {
  if (body === undefined)
    return new Problem(413, 'RequestEntityTooLarge', `The request body is larger than ${MAX_BODY} bytes.`);
  return isNestedTooDeeply(body) ? badRequest('The depth limit of the JSON payload is exceeded.') : undefined;
}
