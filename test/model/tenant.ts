import type { GraphAnswer, GraphClient, GraphRequest } from '../../src/graph/client.ts';
import { answerFailure } from '../../src/graph/failure.ts';
import { RetryPolicy } from '../../src/graph/retry-policy.ts';
import type { Incoming } from '../../src/graph/transport.ts';
import { Failure } from '../../src/outcome/errors.ts';
import type { Clock } from '../../src/process/runtime.ts';
import type { Random } from './random.ts';

export type Values = Readonly<Record<string, number>>;

/** A PATCH that a process of the program sent. */
export interface Sent {
  readonly process: number;
  readonly run: string;
  readonly id: string;
  readonly values: Values;
  /** The values that it replaced; undefined if it was not stored. */
  readonly replaced: Values | undefined;
  /** Whether the program received an answer with the result. */
  answered: boolean;
}

interface Write {
  readonly at: number;
  /** The name of the run, or `other` for another client. */
  readonly by: string;
  readonly value: number;
}

/** Functions that the tenant calls for a PATCH; they can throw. */
export interface Watcher {
  /**
   * Before anything is stored; throws if the process is to be killed before its request arrives.
   * @param request the number of its HTTP request
   */
  arrives(process: number, request: number): Promise<void>;
  /** During a sleep. */
  sleeps(milliseconds: number): void;
  /** Checks a PATCH that is stored now. */
  stores(sent: Sent): void;
  /** After it was stored; throws if the process is to be killed before it receives the answer. */
  stored(process: number): Promise<void>;
}

/** The probabilities of errors of the service, from 0 to 1. */
export interface ErrorRates {
  readonly throttled: number;
  readonly busy: number;
  readonly silent: number;
  readonly cut: number;
  /** The delay of reads after writes, in milliseconds. */
  readonly lag: number;
}

/** A tenant whose overviews have two counts, with the history of all writes. Time only advances in sleeps. */
export class Tenant {
  now = Date.UTC(2026, 0, 2, 3, 4, 5);
  readonly sent: Sent[] = [];
  #requests = 0;
  #onSleep: (milliseconds: number) => void = () => undefined;
  /** The last answer to a read, by process and id. */
  readonly seen = new Map<string, Values>();
  readonly #history = new Map<string, Write[]>();
  readonly #random: Random;
  errorRates: ErrorRates = { throttled: 0, busy: 0, silent: 0, cut: 0, lag: 0 };

  constructor(random: Random) {
    this.#random = random;
  }

  readonly clock: Clock = {
    now: () => this.now,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      // Other pending work runs first.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      this.now += milliseconds;
      this.#onSleep(milliseconds);
    },
  };

  write(id: string, name: string, value: number, by: Write['by']): void {
    const key = `${id} ${name}`;
    this.#history.set(key, [...(this.#history.get(key) ?? []), { at: this.now, by, value }]);
  }

  /** The last write of a property. */
  last(id: string, name: string): Write {
    return this.#history.get(`${id} ${name}`)?.at(-1) as Write;
  }

  /** Who has written a property since this time. */
  writersSince(id: string, name: string, since: number): string[] {
    return (this.#history.get(`${id} ${name}`) ?? []).filter(({ at }) => at >= since).map(({ by }) => by);
  }

  valuesAt(id: string, at = this.now): Values {
    const entries = ['pendingCount', 'failedCount'].map((name) => {
      const writes = this.#history.get(`${id} ${name}`) ?? [];
      return [name, (writes.findLast((one) => one.at <= at) ?? writes[0])?.value ?? 0] as const;
    });
    return Object.fromEntries(entries);
  }

  /** The client of one process, with the members that a run needs. */
  client(process: number, run: () => string, watcher: Watcher): GraphClient {
    const retry = new RetryPolicy({
      retries: 3,
      random: () => this.#random.next(),
      emit: () => undefined,
      clock: this.clock,
    });
    this.#onSleep = (milliseconds) => watcher.sleeps(milliseconds);
    const describe = ({ method, path }: GraphRequest) => ({
      method,
      url: new URL(`http://model${path}`),
      headers: {},
      body: undefined,
    });
    const client = {
      retry,
      target: { apiVersion: 'beta' },
      url: (path: string) => new URL(`http://model${path}`),
      describe,
      refusalOf: (item: GraphRequest, incoming: Incoming) => answerFailure(describe(item), incoming),
      send: (request: GraphRequest) => this.#one(request, process, run(), watcher),
      sendOnce: (request: GraphRequest) =>
        request.path === '/$batch'
          ? this.#batch(request, process, run(), watcher)
          : this.#one(request, process, run(), watcher),
    };
    return client as unknown as GraphClient;
  }

  async #batch(request: GraphRequest, process: number, run: string, watcher: Watcher): Promise<GraphAnswer> {
    const { requests } = request.body as {
      readonly requests: readonly { id: string; method: 'GET' | 'PATCH'; url: string; body?: unknown }[];
    };
    this.#requests += 1;
    const number = this.#requests;
    const before = this.sent.length;
    const responses: unknown[] = [];
    for (const { id, method, url, body } of requests) {
      const { status, json, headers } = await this.#answer(
        { method, path: url, body },
        process,
        run,
        watcher,
        number,
      );
      responses.push({ id, status, headers, body: json });
    }
    this.#mayCut(before);
    return answerOf(200, { responses });
  }

  async #one(request: GraphRequest, process: number, run: string, watcher: Watcher): Promise<GraphAnswer> {
    this.#requests += 1;
    const number = this.#requests;
    const before = this.sent.length;
    const { status, json, headers } = await this.#answer(request, process, run, watcher, number);
    if (request.method === 'PATCH') this.#mayCut(before);
    if (status < 300) return answerOf(status, json);
    const transient = status === 429 || status === 504;
    throw new Failure(status === 429 ? 'throttled' : 'graph', `answered ${status}`, {
      status,
      transient,
      ...(headers === undefined ? {} : { retryAfter: 2_000 }),
      ...(status === 429 ? { written: 'no' } : status === 504 ? { written: 'unknown' } : {}),
    });
  }

  /** The connection can be closed after everything was stored: then all results are unknown. */
  #mayCut(from: number): void {
    if (!this.#random.chance(this.errorRates.cut)) return;
    for (const one of this.sent.slice(from)) one.answered = false;
    throw new Failure('network', 'the connection was cut', {
      connection: 'cut',
      transient: true,
      written: 'unknown',
    });
  }

  async #answer(
    { method, path, body }: GraphRequest,
    process: number,
    run: string,
    watcher: Watcher,
    number: number,
  ): Promise<{ status: number; json?: unknown; headers?: Record<string, string> }> {
    const alone = /deviceConfigurations\/([^/?]+)\/deviceStatusOverview$/.exec(path)?.[1];
    const named = /deviceConfigurations\/([^/?]+)\?\$select=id,displayName&\$expand=/.exec(path)?.[1];
    const id = alone ?? named;
    // $expand is not supported here, so that every overview is read separately.
    if (id === undefined) return { status: 400, json: { error: { code: 'BadRequest', message: 'no' } } };
    if (method === 'GET') {
      if (this.#random.chance(this.errorRates.throttled)) return TOO_MANY;
      const overview = this.valuesAt(id, this.now - this.errorRates.lag);
      this.seen.set(`${process} ${id}`, overview);
      const json =
        named === undefined ? overview : { id, displayName: `name of ${id}`, deviceStatusOverview: overview };
      return { status: 200, json };
    }
    await watcher.arrives(process, number);
    const { '@odata.type': _, ...values } = body as Record<string, number>;
    if (this.#random.chance(this.errorRates.throttled)) {
      // The connection can be closed before this answer arrives, so it is unknown to the program whether it was stored.
      this.sent.push({ process, run, id, values, replaced: undefined, answered: true });
      return TOO_MANY;
    }
    const busy = this.#random.chance(this.errorRates.busy);
    const stored = !busy || this.#random.chance(0.5);
    const replaced = stored ? this.valuesAt(id) : undefined;
    const sent: Sent = { process, run, id, values, replaced, answered: !busy };
    this.sent.push(sent);
    if (stored) {
      watcher.stores(sent);
      for (const [name, value] of Object.entries(sent.values)) this.write(id, name, value, run);
      await watcher.stored(process);
    }
    if (busy) return { status: 504, json: { error: { code: 'Busy', message: 'busy' } } };
    if (this.#random.chance(this.errorRates.silent)) return { status: 204 };
    return { status: 200, json: this.valuesAt(id) };
  }
}

const TOO_MANY = {
  status: 429,
  headers: { 'Retry-After': '2' },
  json: { error: { code: 'TooManyRequests', message: 'slower' } },
};

function answerOf(status: number, json: unknown): GraphAnswer {
  return { status, json, requestId: undefined, clientRequestId: '', attempts: 1, date: undefined };
}
