import type { Dispatcher } from 'undici';
import { Failure } from '../errors.ts';
import { BodyBuffer } from './body-buffer.ts';
import { connectionFailure } from './connection-failure.ts';
import type { HttpProxy } from './proxy.ts';

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

/** Opens the transport; undici is loaded here and nowhere else. */
export async function openTransport(proxy: HttpProxy | undefined): Promise<Transport> {
  const [open, { default: request }] = await Promise.all([
    dispatcherFactory(proxy),
    import('undici/lib/api/api-request.js'),
  ]);
  let dispatcher = open();
  return {
    async exchange(outgoing, timeout, signal) {
      const limit = AbortSignal.timeout(timeout);
      const ended = AbortSignal.any([limit, signal]);
      try {
        const { origin, pathname, search } = outgoing.url;
        const asked = request.call(dispatcher, {
          origin,
          path: `${pathname}${search}`,
          method: outgoing.method,
          headers: outgoing.headers,
          body: outgoing.body ?? null,
          signal: ended,
        });
        const answer = await unlessAborted(asked, ended);
        return {
          status: answer.statusCode,
          headers: flatten(answer.headers),
          text: await readText(answer.body),
        };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (error instanceof Failure) throw error;
        throw connectionFailure(error, outgoing.url, limit.aborted ? timeout : undefined);
      }
    },
    renew() {
      const old = dispatcher;
      dispatcher = open();
      void old.close();
    },
    async close() {
      // Not waited for: it would wait for a handshake that a silent host never finishes.
      dispatcher.destroy().catch(() => undefined);
    },
  };
}

/** Undici hears a signal once it is connected; a host that never finishes the handshake must not hold anyone. */
async function unlessAborted<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([asked, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Time-outs are this file's business: undici's own would only add a second clock. */
const UNDICI_OPTIONS = { headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0 } };

async function dispatcherFactory(proxy: HttpProxy | undefined): Promise<() => Dispatcher> {
  if (proxy === undefined) {
    const { default: Agent } = await import('undici/lib/dispatcher/agent.js');
    return () => new Agent(UNDICI_OPTIONS);
  }
  // A proxy needs most of undici, so here its index is loaded after all.
  const { EnvHttpProxyAgent } = await import('undici');
  const { url, except = '' } = proxy;
  return () => new EnvHttpProxyAgent({ ...UNDICI_OPTIONS, httpProxy: '', httpsProxy: url, noProxy: except });
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const whole = new BodyBuffer();
  for await (const chunk of body) {
    if (whole.length + chunk.byteLength > MAX_BYTES)
      throw new Failure('network', `the answer is larger than ${MAX_BYTES / 1024 / 1024} MiB`, {
        hint: 'no answer of Graph is: check the endpoint',
      });
    whole.add(chunk);
  }
  return whole.text();
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const pairs = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return Object.fromEntries(pairs);
}
