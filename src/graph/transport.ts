import type { Dispatcher } from 'undici';
import { Failure } from '../outcome/errors.ts';
import { BodyBuffer } from './body-buffer.ts';
import {
  connectionFailure,
  PROTOCOL_SWITCHED,
  TOO_MANY_INFORMATIONAL,
  withCode,
} from './connection-failure.ts';
import { type Connections, openConnections } from './connections.ts';
import { decoded, TooLarge } from './content-coding.ts';
import { type HttpProxy, leadsThrough } from './proxy.ts';

/** One HTTP request as it goes out. */
interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** One that Graph is sent. */
export interface Outgoing extends HttpRequest {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly body: string | undefined;
}

/** One HTTP answer, read whole and decompressed. Header names are in lower case. */
export interface Incoming {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** An answer as it came. */
interface HttpResponse extends Incoming {
  /** The body's bytes, of which `text` is what they are as UTF-8. */
  readonly bytes: Uint8Array;
}

/** No answer of Graph is larger, decompressed or not; one that is would only fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Informational answers (1xx) before a final one; a server that sends more is not meant to be waited for. */
const MOST_INFORMATIONAL = 100;

/** Sends requests over connections that are kept; one for each run. */
export interface Transport {
  /**
   * One exchange: no retry, no redirect followed.
   * @param timeout for the whole exchange, connection and decompression included, in milliseconds
   * @throws a `network` Failure with its `connection` and `unsent`; the reason of the signal where that aborts
   */
  exchange(request: HttpRequest, timeout: number, signal: AbortSignal): Promise<HttpResponse>;
  /** Requests after this one go over new connections; those under way finish. */
  renew(): void;
  close(): Promise<void>;
}

/** Opens the transport. Nothing is loaded or connected before the first request. */
export function openTransport(proxy: HttpProxy | undefined): Transport {
  let ways = new Map<HttpProxy | undefined, Promise<Connections>>();
  /** Those that are only being used to their end. */
  const left = new Set<Promise<Connections>>();
  const wayTo = (url: URL): Promise<Connections> => {
    const through = proxy !== undefined && url.protocol === 'https:' && leadsThrough(proxy, url);
    const by = through ? proxy : undefined;
    const known = ways.get(by);
    if (known !== undefined) return known;
    const opened = openConnections(by);
    ways.set(by, opened);
    return opened;
  };
  return {
    async exchange(request, timeout, signal) {
      signal.throwIfAborted();
      const { dispatcher } = await wayTo(request.url);
      return new Exchange(request, timeout, signal).over(dispatcher);
    },
    renew() {
      for (const way of ways.values()) {
        left.add(way);
        way
          .then(({ finish }) => finish())
          .then(
            () => left.delete(way),
            () => undefined,
          );
      }
      ways = new Map();
    },
    async close() {
      const all = [...left, ...ways.values()];
      ways = new Map();
      for (const { destroy } of await Promise.all(all)) await destroy();
    },
  };
}

/** Who hears each signal: many exchanges share one, and Node warns of more than ten listeners. */
const hearers = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls once the signal aborts. @returns calls it off */
function hear(signal: AbortSignal, stop: () => void): () => void {
  let stops = hearers.get(signal);
  if (stops === undefined) {
    const all = new Set<() => void>();
    signal.addEventListener('abort', () => [...all].map((each) => each()), { once: true });
    hearers.set(signal, all);
    stops = all;
  }
  stops.add(stop);
  return () => stops.delete(stop);
}

/** One request under way, and what has come of its answer. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest;
  readonly #answer: Promise<HttpResponse>;
  readonly #timer: NodeJS.Timeout;
  readonly #unheard: () => void;
  #resolve!: (answer: HttpResponse) => void;
  #reject!: (reason: unknown) => void;
  /** There once a connection has taken the request, which may be sent from then on. */
  #controller: Dispatcher.DispatchController | undefined;
  #ended = false;
  /** The whole answer is there: the connection is free for another request. */
  #whole = false;
  #informational = 0;
  #status = 0;
  #headers: Record<string, string> = {};
  readonly #body = new BodyBuffer();

  constructor(request: HttpRequest, timeout: number, signal: AbortSignal) {
    this.#request = request;
    this.#answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#timer = setTimeout(() => this.#fail(undefined, timeout), timeout);
    this.#unheard = hear(signal, () => this.#end(() => this.#reject(signal.reason)));
  }

  over(dispatcher: Dispatcher): Promise<HttpResponse> {
    const { method, url, headers, body } = this.#request;
    const path = `${url.pathname}${url.search}`;
    try {
      dispatcher.dispatch(
        { origin: url.origin, path, method: method as Dispatcher.HttpMethod, headers, body: body ?? null },
        this,
      );
    } catch (error) {
      this.#fail(error);
    }
    return this.#answer;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Nobody waits any more: it is not sent.
    if (this.#ended) controller.abort(new Error('over'));
    else this.#controller = controller;
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status >= 200) {
      this.#status = status;
      this.#headers = flatten(headers);
      return;
    }
    this.#informational += 1;
    if (status === 101) this.#fail(withCode(PROTOCOL_SWITCHED));
    else if (this.#informational > MOST_INFORMATIONAL) this.#fail(withCode(TOO_MANY_INFORMATIONAL));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body.add(chunk);
    if (this.#body.length > MAX_BYTES) this.#fail(new TooLarge());
  }

  onResponseEnd(): void {
    this.#whole = true;
    const bytes = this.#body.bytes();
    const encoding = this.#headers['content-encoding'];
    // undici takes the connection for busy until then, and would open another for a request that follows at once.
    if (encoding === undefined) queueMicrotask(() => setImmediate(() => this.#succeed(bytes)));
    else
      decoded(bytes, encoding, MAX_BYTES).then(
        (plain) => this.#succeed(plain),
        (error: unknown) => this.#fail(error),
      );
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(error);
  }

  #succeed(bytes: Uint8Array): void {
    const { buffer, byteOffset, byteLength } = bytes;
    const text = Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
    this.#end(() => this.#resolve({ status: this.#status, headers: this.#headers, text, bytes }));
  }

  /** @param timedOut milliseconds, where that is the reason */
  #fail(error: unknown, timedOut?: number): void {
    const unsent = this.#controller === undefined;
    const failure = (): Failure => {
      if (error instanceof Failure) return error;
      if (error instanceof TooLarge) return tooLarge();
      return connectionFailure(error, this.#request.url, timedOut, unsent);
    };
    this.#end(() => this.#reject(failure()));
  }

  /** The first end counts; whatever of the request is still under way is given up. */
  #end(settle: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#unheard();
    settle();
    if (!this.#whole) this.#controller?.abort(new Error('over'));
  }
}

function tooLarge(): Failure {
  return new Failure('network', `the answer is larger than ${MAX_BYTES / 1024 / 1024} MiB`, {
    connection: 'protocol',
    hint: 'no answer of Graph is: check the endpoint',
  });
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    flat[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  return flat;
}
