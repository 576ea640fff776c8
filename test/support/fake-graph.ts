import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterEach } from '@jest/globals';
import { type ClientOptions, GraphClient } from '../../src/graph/client.ts';
import type { Limit } from '../../src/graph/quota/limit.ts';
import { RateLimiter } from '../../src/graph/rate-limiter.ts';
import { endpointTarget } from '../../src/graph/target.ts';
import type { Event } from '../../src/outcome/events.ts';
import type { Runtime } from '../../src/process/runtime.ts';
import type { ReadManyOptions } from '../../src/service/read-many.ts';
import { type Answer, type Outcome, problem, type Received } from './answers.ts';
import { type RecordingServer, startRecordingServer } from './recording-server.ts';

/** The time at which every test starts, in milliseconds since the epoch: 2026-01-02T03:04:05Z. */
export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

/** The documented quota of an app. */
export const DOCUMENTED: Limit = { writes: 100, requests: 1_000, window: 20_000 };

/** A quota that is never reached. */
export const WIDE: Limit = { writes: 1_000_000, requests: 1_000_000, window: 20_000 };

/**
 * A Graph with HTTP on loopback, and a client for it. Time only advances in sleeps, and the waits of the
 * client have no jitter. A request that the answer does not expect is answered 599, and fails the test at its end; so
 * does an answer that was not requested.
 */
export interface FakeGraph extends ReadManyOptions {
  /** The same as `graph`. */
  readonly client: GraphClient;
  /** The requests as they arrived. */
  readonly server: RecordingServer;
  /** The requests with parsed bodies. */
  readonly requests: readonly Received[];
  /** The same, as `GET /path`. */
  readonly lines: readonly string[];
  /** The time of each, in milliseconds since the start. */
  readonly times: readonly number[];
  /** The events of the client, in order. */
  readonly events: Event[];
  /** The completed sleeps, in milliseconds. */
  readonly sleeps: readonly number[];
  /** Called at the start of a sleep. */
  onSleep: (milliseconds: number) => void;
  /** The number of requests that had started when the first one arrived. */
  startedAtFirst(): number;
  /** Advances the time. */
  pass(milliseconds: number): void;
}

export interface GraphSettings
  extends Partial<Omit<ClientOptions, 'runtime'>>,
    Partial<Pick<Runtime, 'signal' | 'random' | 'uuid'>> {
  readonly limit?: Limit;
}

const open: { close(): Promise<void>; errors(): readonly string[] }[] = [];

/** @param answer without it, no request is expected */
export async function startGraph(answer?: Answer, settings: GraphSettings = {}): Promise<FakeGraph> {
  const requests: Received[] = [];
  const lines: string[] = [];
  const times: number[] = [];
  const events: Event[] = [];
  const sleeps: number[] = [];
  const unexpected: string[] = [];
  let now = START;
  let names = 0;
  let started = 0;
  let startedAtFirst = 0;
  const {
    signal = new AbortController().signal,
    random = () => 0,
    uuid = () => {
      names += 1;
      return `request-${names}`;
    },
    token = async () => 'the-token',
    limit = WIDE,
    ...rest
  } = settings;
  const server = await startRecordingServer(async ({ method, path, body }, response) => {
    if (lines.length === 0) startedAtFirst = started;
    const below = path.replace(/^\/graph\/beta/, '');
    lines.push(`${method} ${below}`);
    times.push(now - START);
    let reason = 'unexpected:';
    try {
      const one = { method, path: below, body: body === '' ? undefined : JSON.parse(body) };
      requests.push(one);
      const outcome = await answer?.(one, response);
      if (outcome !== undefined) return respond(outcome, response, now);
    } catch (error) {
      reason = `${error} at`;
    }
    const text = `${reason} ${method} ${path} ${body}`.trimEnd();
    unexpected.push(text);
    return respond(problem(599, 'Unexpected', text), response, now);
  });
  const clock = {
    now: () => now,
    async sleep(milliseconds: number, aborts?: AbortSignal) {
      aborts?.throwIfAborted();
      graph.onSleep(milliseconds);
      await setImmediate();
      aborts?.throwIfAborted();
      sleeps.push(milliseconds);
      now += milliseconds;
    },
  };
  const client = new GraphClient({
    target: endpointTarget(`${server.url}/graph`, { cloud: 'global', apiVersion: 'beta', trusted: false }),
    timeout: 30_000,
    retries: 0,
    userAgent: 'graph-overview/test',
    proxy: undefined,
    emit: (event) => events.push(event),
    blank: (text) => text,
    runtime: { clock, random, uuid, signal },
    ...rest,
    token: (claims) => {
      started += 1;
      return token(claims);
    },
  });
  const graph: FakeGraph = {
    client,
    graph: client,
    rateLimiter: new RateLimiter(limit, clock, () => 0.5),
    clock,
    signal,
    server,
    requests,
    lines,
    times,
    events,
    sleeps,
    onSleep: () => undefined,
    startedAtFirst: () => startedAtFirst,
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
  open.push({
    async close() {
      await client.close();
      await server.close();
    },
    errors() {
      const missing = answer?.missing ?? (() => (lines.length === 0 ? 'any request' : undefined));
      const awaited = answer === undefined ? undefined : missing();
      return awaited === undefined ? unexpected : [...unexpected, `not received: ${awaited}`];
    },
  });
  return graph;
}

/** @param now the time of the service */
function respond(outcome: Exclude<Outcome, undefined>, response: ServerResponse, now: number): void {
  if (outcome === 'held') return;
  if (outcome === 'cut') {
    response.socket?.destroy();
    return;
  }
  const { status = 200, headers, body } = outcome;
  response.writeHead(status, {
    'content-type': 'application/json',
    date: new Date(now).toUTCString(),
    ...headers,
  });
  response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
}

/**
 * Closes everything that was started; called after each test.
 * @throws if an unexpected request was received, or an expected one was not
 */
export async function closeGraphs(): Promise<void> {
  const closing = open.splice(0);
  for (const graph of closing) await graph.close();
  const errors = closing.flatMap((graph) => graph.errors());
  if (errors.length > 0) throw new Error(errors.join('\n'));
}

afterEach(closeGraphs);

/** The failure of `step`. */
export async function failureOf(step: Promise<unknown>): Promise<unknown> {
  return step.then(
    (value) => {
      throw new Error(`it did not fail, but returned ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
