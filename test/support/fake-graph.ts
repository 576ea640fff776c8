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
import { type Answer, type Asked, type Outcome, problem } from './answers.ts';
import { type RecordingServer, startRecordingServer } from './recording-server.ts';

/** When every test begins, in milliseconds since the epoch: 2026-01-02T03:04:05Z. */
export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

/** What Graph documents for an app. */
export const DOCUMENTED: Limit = { writes: 100, requests: 1_000, window: 20_000 };

/** A quota that is no limit. */
export const WIDE: Limit = { writes: 1_000_000, requests: 1_000_000, window: 20_000 };

/**
 * A Graph behind HTTP on loopback, and the client that talks to it. Time passes by sleeping alone, and the waits of the
 * client have no jitter. A request that the answer does not expect is answered 599, and fails the test when it ends; so
 * does an answer that was not asked for.
 */
export interface FakeGraph extends ReadManyOptions {
  /** The same as `graph`. */
  readonly client: GraphClient;
  /** The requests as they arrived. */
  readonly server: RecordingServer;
  /** The requests as the answer saw them. */
  readonly asked: readonly Asked[];
  /** The same, as `GET /path`. */
  readonly lines: readonly string[];
  /** When each came, in milliseconds since the start. */
  readonly times: readonly number[];
  /** What the client reported, in order. */
  readonly events: Event[];
  /** What was waited for, in milliseconds. */
  readonly sleeps: readonly number[];
  /** Hears that someone goes to sleep. */
  onSleep: (milliseconds: number) => void;
  /** How many requests had begun when the first one arrived. */
  begunAtFirst(): number;
  /** Lets time pass. */
  pass(milliseconds: number): void;
}

export interface GraphSettings
  extends Partial<Omit<ClientOptions, 'runtime'>>,
    Partial<Pick<Runtime, 'signal' | 'random' | 'uuid'>> {
  readonly limit?: Limit;
}

const open: { close(): Promise<void>; faults(): readonly string[] }[] = [];

/** @param answer without it, no request is expected */
export async function startGraph(answer?: Answer, settings: GraphSettings = {}): Promise<FakeGraph> {
  const asked: Asked[] = [];
  const lines: string[] = [];
  const times: number[] = [];
  const events: Event[] = [];
  const sleeps: number[] = [];
  const unexpected: string[] = [];
  let now = START;
  let names = 0;
  let begun = 0;
  let begunAtFirst = 0;
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
    if (lines.length === 0) begunAtFirst = begun;
    const below = path.replace(/^\/graph\/beta/, '');
    lines.push(`${method} ${below}`);
    times.push(now - START);
    let reason = 'nobody expected';
    try {
      const one = { method, path: below, body: body === '' ? undefined : JSON.parse(body) };
      asked.push(one);
      const outcome = await answer?.(one, response);
      if (outcome !== undefined) return settle(outcome, response, now);
    } catch (error) {
      reason = `${error} at`;
    }
    const fault = `${reason} ${method} ${path} ${body}`.trimEnd();
    unexpected.push(fault);
    return settle(problem(599, 'Unexpected', fault), response, now);
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
      begun += 1;
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
    asked,
    lines,
    times,
    events,
    sleeps,
    onSleep: () => undefined,
    begunAtFirst: () => begunAtFirst,
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
  open.push({
    async close() {
      await client.close();
      await server.close();
    },
    faults() {
      const missing = answer?.missing ?? (() => (lines.length === 0 ? 'any request' : undefined));
      const awaited = answer === undefined ? undefined : missing();
      return awaited === undefined ? unexpected : [...unexpected, `expected in vain: ${awaited}`];
    },
  });
  return graph;
}

/** @param now what time it is for the service */
function settle(outcome: Exclude<Outcome, undefined>, response: ServerResponse, now: number): void {
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
 * Closes all that was started; done after each test.
 * @throws where a request came that nobody expected, or one did not come that somebody did
 */
export async function closeGraphs(): Promise<void> {
  const closing = open.splice(0);
  for (const graph of closing) await graph.close();
  const faults = closing.flatMap((graph) => graph.faults());
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

afterEach(closeGraphs);

/** The failure that `step` ends with. */
export async function failureOf(step: Promise<unknown>): Promise<unknown> {
  return step.then(
    (value) => {
      throw new Error(`it did not fail, but came to ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
