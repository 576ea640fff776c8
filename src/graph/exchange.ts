import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import { Failure } from '../outcome/errors.ts';
import { unlessAborted } from '../process/unless-aborted.ts';
import { BodyBuffer } from './body-buffer.ts';
import { connectionFailure, PROTOCOL_SWITCHED, withCode } from './connection-failure.ts';
import { type HttpProxy, leadsThrough } from './proxy.ts';

/** One HTTP request as it goes out. */
export interface Outgoing {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** One HTTP answer, read whole. Header names are in lower case. */
export interface Incoming {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** No answer of Graph is larger; one that is would only fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Sends requests over connections that are kept; one for each run. */
export interface Transport {
  /**
   * One exchange: no retry, no redirect followed.
   * @param timeout for the whole exchange, in milliseconds
   * @throws a `network` Failure
   */
  exchange(outgoing: Outgoing, timeout: number, signal: AbortSignal): Promise<Incoming>;
  /** Requests after this one go over new connections; those under way finish. */
  renew(): void;
  close(): Promise<void>;
}

/** Opens the transport. Node's own client is the one that costs nothing to start: see docs/performance.md. */
export function openTransport(proxy: HttpProxy | undefined): Transport {
  let roads = new Map<string, Promise<Road>>();
  const left: Promise<Road>[] = [];
  const roadTo = (url: URL): Promise<Road> => {
    const known = roads.get(url.origin);
    if (known !== undefined) return known;
    const opened = openRoad(url, proxy);
    roads.set(url.origin, opened);
    return opened;
  };
  const leave = (): void => {
    left.push(...roads.values());
    roads = new Map();
  };
  return {
    async exchange(outgoing, timeout, signal) {
      const limit = AbortSignal.timeout(timeout);
      const ended = AbortSignal.any([limit, signal]);
      try {
        const road = await roadTo(outgoing.url);
        // Node hears a signal once there is a socket; a proxy that never opens the way must not hold anyone.
        return await unlessAborted(send(road, outgoing, ended), ended);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (error instanceof Failure) throw error;
        throw connectionFailure(error, outgoing.url, limit.aborted ? timeout : undefined);
      }
    },
    renew: leave,
    async close() {
      leave();
      for (const { agent } of await Promise.all(left)) agent.destroy();
    },
  };
}

/** How one origin is reached: in the clear or by TLS, directly or through the proxy. */
interface Road {
  readonly agent: Agent;
  request(url: URL, options: RequestOptions): ClientRequest;
}

/** A connection that nobody uses is closed after this many milliseconds, before a server or a gateway drops it. */
const KEEP_ALIVE = { keepAlive: true, timeout: 4_000 };

async function openRoad(url: URL, proxy: HttpProxy | undefined): Promise<Road> {
  if (url.protocol === 'http:') {
    const { Agent, request } = process.getBuiltinModule('node:http');
    return { agent: new Agent(KEEP_ALIVE), request };
  }
  const { Agent, request } = process.getBuiltinModule('node:https');
  if (proxy === undefined || !leadsThrough(proxy, url)) return { agent: new Agent(KEEP_ALIVE), request };
  const { TunnelAgent } = await import('./tunnel.ts');
  return { agent: new TunnelAgent(new URL(proxy.url), KEEP_ALIVE), request };
}

function send({ agent, request }: Road, outgoing: Outgoing, signal: AbortSignal): Promise<Incoming> {
  const { method, url, headers, body } = outgoing;
  return new Promise((resolve, reject) => {
    let answered = false;
    const sent = request(url, { method, headers, agent, signal });
    sent.on('error', reject);
    // Without a listener Node drops the connection without a word.
    sent.on('upgrade', (_, socket) => {
      socket.destroy();
      reject(withCode(PROTOCOL_SWITCHED));
    });
    // However it ended: whoever waits gets an answer or an error. After either of them this changes nothing.
    sent.on('close', () => {
      if (!answered) reject(withCode('ECONNRESET'));
    });
    sent.on('response', (answer) => {
      answered = true;
      readText(answer).then(
        (text) => resolve({ status: answer.statusCode ?? 0, headers: flatten(answer.headers), text }),
        reject,
      );
    });
    sent.end(body);
  });
}

function readText(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const whole = new BodyBuffer();
    answer.on('data', (chunk: Buffer) => {
      whole.add(chunk);
      if (whole.length <= MAX_BYTES) return;
      answer.destroy(
        new Failure('network', `the answer is larger than ${MAX_BYTES / 1024 / 1024} MiB`, {
          hint: 'no answer of Graph is: check the endpoint',
        }),
      );
    });
    answer.on('end', () => resolve(whole.text()));
    answer.on('error', reject);
    answer.on('close', () => reject(withCode('ECONNRESET')));
  });
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const pairs = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return Object.fromEntries(pairs);
}
