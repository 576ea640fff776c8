import { Failure } from '../outcome/errors.ts';
import type { Emit } from '../outcome/events.ts';
import type { Clock, Runtime } from '../process/runtime.ts';
import { isTooDeep } from '../text/json-depth.ts';
import { claimsChallenge } from './challenge.ts';
import { answerFailure, type Holds, isErrorBody, unusableAnswer } from './failure.ts';
import { describeBody } from './page.ts';
import type { HttpProxy } from './proxy.ts';
import { RetryPolicy } from './retry-policy.ts';
import type { Target } from './target.ts';
import { type Incoming, type Outgoing, openTransport, type Transport } from './transport.ts';

/** A request to Graph. `path` is below the API version, with escaped segments, and may have a query. */
export interface GraphRequest {
  readonly method: Outgoing['method'];
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Statuses after which it is not retried, since the caller has an alternative. */
  readonly otherwise?: readonly number[] | undefined;
}

/** A successful answer. */
export interface GraphAnswer {
  readonly status: number;
  /** undefined if there was no body (204, or an empty 200). */
  readonly json: unknown;
  readonly requestId: string | undefined;
  readonly clientRequestId: string | undefined;
  /** How many times the request was sent. */
  readonly attempts: number;
  /** The service's time, from its `Date` header. */
  readonly date?: string | undefined;
}

/**
 * Returns the bearer token for each attempt; it may be renewed between attempts.
 * @param claims the claims of a challenge to the last token, which require a new one
 */
export type TokenSource = (claims?: string) => Promise<string>;

export interface ClientOptions {
  readonly target: Target;
  readonly token: TokenSource;
  /** The time-out of each attempt, in milliseconds. */
  readonly timeout: number;
  /** The maximum number of attempts after the first. */
  readonly retries: number;
  readonly userAgent: string;
  readonly proxy: HttpProxy | undefined;
  readonly emit: Emit;
  /** Whether a token has a permission, so that a refusal has another reason. */
  readonly holds?: Holds;
  /** Applied to everything that the service returns, since it may echo the token. */
  readonly blank: (text: string) => string;
  readonly runtime: Pick<Runtime, 'clock' | 'random' | 'uuid' | 'signal'>;
}

/** The HTTP client for one Graph, independent of overviews. */
export class GraphClient {
  readonly target: Target;
  /** The retry policy, also for callers that do their own rate limiting and retries. */
  readonly retry: RetryPolicy;
  readonly #options: ClientOptions;
  #transport: Transport | undefined;
  /** The token of the last request. */
  #sent = '';
  #closed = false;

  constructor(options: ClientOptions) {
    this.target = options.target;
    this.#options = options;
    const { retries, emit, runtime } = options;
    this.retry = new RetryPolicy({ retries, emit, clock: runtime.clock, random: () => runtime.random() });
  }

  /** The absolute URL of a path below the API version. */
  url(path: string): URL {
    return new URL(`${this.target.baseUrl}/${this.target.apiVersion}${path}`);
  }

  /** The HTTP request with the token blanked. */
  describe(request: GraphRequest): Outgoing {
    return this.#outgoing(request, '***', this.#options.runtime.uuid());
  }

  /** The failure for an error answer to an item of a batch. */
  refusalOf(item: GraphRequest, incoming: Incoming): Failure {
    const { holds, runtime } = this.#options;
    return answerFailure(this.#outgoing(item, this.#sent, runtime.uuid()), incoming, { holds });
  }

  /**
   * Sends a request with retries, and returns the successful answer.
   * @throws a Failure for anything else, with its details; `written` if the request writes
   */
  async send(request: GraphRequest): Promise<GraphAnswer> {
    const doubts: Failure[] = [];
    try {
      return await this.#repeat(request, (failure) => {
        if (failure.details.written === 'unknown') doubts.push(failure);
      });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { written } = error.details;
      if (request.method === 'GET') throw written === undefined ? error : error.with({ written: undefined });
      // A failure without `written`, such as of the sign-in or a wait, happens before sending.
      throw error.with({ written: doubts.length > 0 ? 'unknown' : (written ?? 'no') });
    }
  }

  /** @param onFailed is notified of every attempt that fails */
  async #repeat(request: GraphRequest, onFailed: (failure: Failure) => void): Promise<GraphAnswer> {
    const { clock, signal } = this.#options.runtime;
    let waited = 0;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(request, attempt);
      if (!(outcome instanceof Failure)) return outcome;
      onFailed(outcome);
      // A page that was requested ahead and is no longer needed is cut by closing, and is not requested again.
      if (this.#closed || request.otherwise?.includes(outcome.details.status ?? 0)) throw outcome;
      const next = this.retry.next(outcome, attempt, waited);
      if (!next.again) throw next.failure;
      const { wait } = next;
      waited += wait;
      this.retry.report({ method: request.method, failure: outcome, attempt: attempt + 1, wait });
      await clock.sleep(wait, signal);
    }
  }

  /**
   * Sends a request once, for callers that do their own rate limiting and retries.
   * @throws a Failure whose details have `transient` and `retryAfter`
   */
  async sendOnce(request: GraphRequest): Promise<GraphAnswer> {
    const outcome = await this.#attempt(request, 1);
    if (outcome instanceof Failure) throw outcome;
    return outcome;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#transport?.close();
  }

  /** One attempt. A claims challenge is answered once, with a new token, in the same attempt. */
  async #attempt(request: GraphRequest, attempt: number): Promise<GraphAnswer | Failure> {
    const first = await this.#exchange(request, await this.#options.token(), attempt);
    const claims = first.incoming === undefined ? undefined : claimsChallenge(first.incoming);
    const { outgoing, incoming, failure } =
      claims === undefined
        ? first
        : await this.#exchange(request, await this.#options.token(claims), attempt);
    if (incoming !== undefined && incoming.status < 300) return answerOf(outgoing, incoming, attempt);
    const failed =
      failure ??
      answerFailure(outgoing, incoming, {
        now: this.#options.runtime.clock.now(),
        // A challenge to the first token was answered above.
        challenged: true,
        holds: this.#options.holds,
      });
    return new Failure(failed.kind, failed.message, {
      ...failed.details,
      ...this.retry.detailsOf(failed, incoming?.headers),
    });
  }

  async #exchange(request: GraphRequest, token: string, attempt: number): Promise<Exchanged> {
    const { runtime, emit, timeout, proxy, blank } = this.#options;
    const outgoing = this.#outgoing(request, token, runtime.uuid());
    this.#sent = token;
    this.#transport ??= openTransport(proxy);
    const transport = this.#transport;
    const exchange = observed(transport, emit, blank, runtime.clock, attempt);
    try {
      const incoming = await exchange(outgoing, timeout, runtime.signal);
      // The server that answered 503 may be unhealthy, so the next attempt uses another connection.
      if (incoming.status === 503) transport.renew();
      return { outgoing, incoming, failure: undefined };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // A caller that sends several writes in one request handles all of them as unknown.
      const unsent = error.details.unsent === true || error.kind === 'usage';
      const written = unsent ? 'no' : request.method === 'PATCH' ? 'unknown' : undefined;
      if (error.kind !== 'network') throw written === undefined ? error : error.with({ written });
      const failure = error.with({ clientRequestId: outgoing.headers['client-request-id'], written });
      return { outgoing, incoming: undefined, failure };
    }
  }

  #outgoing({ method, path, body }: GraphRequest, token: string, clientRequestId: string): Outgoing {
    const headers = {
      Authorization: `Bearer ${token}`,
      Accept: 'application/json',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      'client-request-id': clientRequestId,
      'User-Agent': this.#options.userAgent,
    };
    return {
      method,
      url: this.url(path),
      headers,
      body: JSON.stringify(body),
    };
  }
}

/** The result of one exchange: an answer with any status, or a connection failure. */
type Exchanged = { readonly outgoing: Outgoing } & (
  | { readonly incoming: Incoming; readonly failure: undefined }
  | { readonly incoming: undefined; readonly failure: Failure }
);

function answerOf(outgoing: Outgoing, incoming: Incoming, attempts: number): GraphAnswer {
  const json = jsonOf(outgoing, incoming);
  if (isErrorBody(json)) throw answerFailure(outgoing, incoming);
  return {
    status: incoming.status,
    json,
    requestId: incoming.headers['request-id'],
    clientRequestId: outgoing.headers['client-request-id'],
    attempts,
    date: incoming.headers.date,
  };
}

function jsonOf(outgoing: Outgoing, incoming: Incoming): unknown {
  if (incoming.text.trim() === '') return undefined;
  if (isTooDeep(incoming.text)) throw unusableAnswer(outgoing, incoming, 'JSON that is nested too deeply');
  try {
    // JSON over HTTP must not have a byte-order mark, but some servers send one.
    return JSON.parse(incoming.text.replace(/^\ufeff/, ''));
  } catch {
    throw unusableAnswer(outgoing, incoming, describeBody(incoming));
  }
}

/** An answer with secrets blanked, so that any part of it can be truncated, escaped or stored. */
function blanked({ status, headers, text }: Incoming, blank: (text: string) => string): Incoming {
  const pairs = Object.entries(headers).map(([name, value]) => [name, blank(value)]);
  return { status, headers: Object.fromEntries(pairs), text: blank(text) };
}

/** The transport's exchange, reported with its time. The token is blanked before anything leaves this function. */
function observed(
  transport: Transport,
  emit: Emit,
  blank: (text: string) => string,
  clock: Clock,
  attempt: number,
): (outgoing: Outgoing, timeout: number, signal: AbortSignal) => Promise<Incoming> {
  return async (outgoing, timeout, signal) => {
    const started = clock.now();
    let incoming: Incoming | undefined;
    try {
      incoming = blanked(await transport.exchange(outgoing, timeout, signal), blank);
      return incoming;
    } finally {
      emit({
        kind: 'exchange',
        method: outgoing.method,
        url: outgoing.url.href,
        status: incoming?.status,
        milliseconds: clock.now() - started,
        attempt,
        requestHeaders: { ...outgoing.headers, Authorization: 'Bearer ***' },
        requestBody: outgoing.body,
        responseHeaders: incoming?.headers ?? {},
        responseBody: incoming?.text,
      });
    }
  };
}
