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
import { type HttpProxy, usesProxy } from './proxy.ts';

/** One HTTP request. */
interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** A request to Graph. */
export interface Outgoing extends HttpRequest {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly body: string | undefined;
}

/** One complete, decompressed HTTP answer. Header names are in lower case. */
export interface Incoming {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** An answer with its raw body. */
interface HttpResponse extends Incoming {
  /** The bytes of the body; `text` is the same as UTF-8. */
  readonly bytes: Uint8Array;
}

/** Maximum size of an answer, before and after decompression, to limit the memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Maximum number of informational answers (1xx) before the final one. */
const MAX_INFORMATIONAL = 100;

/** Sends requests over pooled connections. There is one transport for each run. */
export interface Transport {
  /**
   * One exchange, without retries and redirects.
   * @param timeout the time-out of the whole exchange, including connection and decompression, in milliseconds
   * @throws a `network` Failure with its `connection` and `unsent`; the reason of the signal if that aborts
   */
  exchange(request: HttpRequest, timeout: number, signal: AbortSignal): Promise<HttpResponse>;
  /** Later requests use new connections; pending ones are finished. */
  renew(): void;
  close(): Promise<void>;
}

/** Opens the transport. Nothing is loaded or connected before the first request. */
export function openTransport(proxy: HttpProxy | undefined): Transport {
  let pools = new Map<HttpProxy | undefined, Promise<Connections>>();
  /** Pools that are closed when their pending requests have ended. */
  const retired = new Set<Promise<Connections>>();
  const poolFor = (url: URL): Promise<Connections> => {
    const isProxied = proxy !== undefined && url.protocol === 'https:' && usesProxy(proxy, url);
    const key = isProxied ? proxy : undefined;
    const known = pools.get(key);
    if (known !== undefined) return known;
    const opened = openConnections(key);
    pools.set(key, opened);
    return opened;
  };
  return {
    async exchange(request, timeout, signal) {
      const { dispatcher } = await poolFor(request.url);
      signal.throwIfAborted();
      return new Exchange(request, timeout, signal).over(dispatcher);
    },
    renew() {
      for (const pool of pools.values()) {
        retired.add(pool);
        pool
          .then(({ finish }) => finish())
          .then(
            () => retired.delete(pool),
            () => undefined,
          );
      }
      pools = new Map();
    },
    async close() {
      const all = [...retired, ...pools.values()];
      pools = new Map();
      for (const { destroy } of await Promise.all(all)) await destroy();
    },
  };
}

/** Listeners by signal: many exchanges share a signal, and Node warns about more than ten listeners. */
const abortListeners = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls a listener when the signal aborts. @returns a function that removes the listener */
function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let listeners = abortListeners.get(signal);
  if (listeners === undefined) {
    const all = new Set<() => void>();
    signal.addEventListener('abort', () => [...all].map((each) => each()));
    abortListeners.set(signal, all);
    listeners = all;
  }
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A pending request with the received part of its answer. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest;
  readonly #answer: Promise<HttpResponse>;
  readonly #timer: NodeJS.Timeout;
  readonly #removeListener: () => void;
  #resolve!: (answer: HttpResponse) => void;
  #reject!: (reason: unknown) => void;
  /** Set when a connection has accepted the request, which may be sent from then on. */
  #controller: Dispatcher.DispatchController | undefined;
  #ended = false;
  /** Whether the answer is complete. */
  #complete = false;
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
    this.#removeListener = onAbort(signal, () => this.#end(() => this.#reject(signal.reason)));
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
    // The caller no longer waits, so it is not sent.
    if (this.#ended) controller.abort(new Error());
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
    else if (this.#informational > MAX_INFORMATIONAL) this.#fail(withCode(TOO_MANY_INFORMATIONAL));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body.add(chunk);
    if (this.#body.length > MAX_BYTES) this.#fail(new TooLarge());
  }

  onResponseEnd(): void {
    this.#complete = true;
    const bytes = this.#body.bytes();
    const encoding = this.#headers['content-encoding'];
    // Until the next turn of the event loop, undici considers the connection busy, and would open another one.
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

  /** @param timedOut the time-out in milliseconds, if that is the reason */
  #fail(error: unknown, timedOut?: number): void {
    const unsent = this.#controller === undefined;
    const failure = (): Failure => {
      if (error instanceof Failure) return error;
      if (error instanceof TooLarge) return tooLarge();
      return connectionFailure(error, this.#request.url, timedOut, unsent);
    };
    this.#end(() => this.#reject(failure()));
  }

  /** Only the first call has an effect; the rest of the request is aborted. */
  #end(settle: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#removeListener();
    settle();
    if (!this.#complete) this.#controller?.abort(new Error());
  }
}

function tooLarge(): Failure {
  return new Failure('network', `the answer is larger than ${MAX_BYTES / 1024 / 1024} MiB`, {
    connection: 'protocol',
    hint: 'answers of Graph are smaller: check the endpoint',
  });
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    flat[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  return flat;
}
