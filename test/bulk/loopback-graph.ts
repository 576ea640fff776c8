import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Row } from '../../src/bulk/row.ts';
import type { Event } from '../../src/events.ts';
import { GraphClient } from '../../src/graph/client.ts';
import { type Limit, Pace } from '../../src/graph/pace.ts';
import type { Overview } from '../../src/overview/difference.ts';
import type { Values } from '../../src/overview/payload.ts';
import type { Clock, Runtime } from '../../src/runtime.ts';
import { startRecordingServer } from '../recording-server.ts';

/** When every test begins: 2026-01-02T03:04:05Z. */
export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

export { HEAD, journalInto, TARGET } from './rows.ts';

/** What Graph documents for an app. */
export const DOCUMENTED: Limit = { writes: 100, requests: 1_000, window: 20_000 };

/** A quota that is no limit. */
export const WIDE: Limit = { writes: 1_000_000, requests: 1_000_000, window: 20_000 };

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer in place of the usual one; `cut` breaks the connection. */
type Instead = Reply | 'cut' | undefined;

/** Overviews behind HTTP on loopback, and everything that bulk work needs to reach them. Time passes by sleeping alone. */
export interface LoopbackGraph {
  readonly graph: GraphClient;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly events: Event[];
  /** By the segments that lead to them, such as `a` or `a/rootCertificate`. */
  readonly overviews: Map<string, Overview>;
  /** The items of each request, such as `PATCH a`; a page of the whole tenant is `LIST`. */
  readonly asked: string[][];
  /** How many of them were batches. */
  batches: number;
  /** When each came, in milliseconds since the start. */
  readonly times: number[];
  /** Every sleep that came to its end. */
  readonly sleeps: number[];
  /** May answer an item in another way. */
  onItem: (item: string) => Reply | undefined;
  /** May answer a whole request in another way. */
  onRequest: (items: readonly string[]) => Instead | Promise<Instead>;
  /** Hears that someone goes to sleep. */
  onSleep: (milliseconds: number) => void;
  /** Takes the service away. */
  shut(): Promise<void>;
  close(): Promise<void>;
}

export async function startLoopbackGraph(
  overviews: Readonly<Record<string, Overview>>,
  limit: Limit = DOCUMENTED,
): Promise<LoopbackGraph> {
  const folder = mkdtempSync(join(tmpdir(), 'graph-overview-bulk-'));
  let now = START;
  const sleeps: number[] = [];
  const clock: Clock = {
    now: () => now,
    async sleep(milliseconds, signal) {
      service.onSleep(milliseconds);
      await setImmediate();
      signal?.throwIfAborted();
      sleeps.push(milliseconds);
      now += milliseconds;
    },
  };
  const events: Event[] = [];
  const runtime = runtimeOf(join(folder, 'state'), clock);
  let requestIds = 0;
  const answerOf = (item: Item): Reply => {
    const usual = service.onItem(item.name) ?? stored(service.overviews, item);
    requestIds += 1;
    return { ...usual, headers: { 'request-id': `r${requestIds}`, ...usual.headers } };
  };
  const server = await startRecordingServer(async ({ method, path, body }, response) => {
    const json = body === '' ? undefined : JSON.parse(body);
    const envelope = path.endsWith('/$batch');
    const items: Item[] = envelope ? json.requests.map(itemOf) : [itemOf({ method, url: path, body: json })];
    const names = items.map(({ name }) => name);
    service.asked.push(names);
    if (envelope) service.batches += 1;
    service.times.push(now - START);
    const instead = await service.onRequest(names);
    if (instead === 'cut') {
      response.destroy();
      return;
    }
    const responses = (): Reply[] => items.map((item, id) => ({ id: String(id), ...answerOf(item) }));
    const reply =
      instead ?? (envelope ? { status: 200, body: { responses: responses() } } : answerOf(items[0] as Item));
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  });
  const graph = new GraphClient({
    target: { baseUrl: server.url, apiVersion: 'beta', cloud: 'global', loopback: true },
    token: async () => 'token',
    timeout: 5_000,
    retries: 0,
    userAgent: 'test',
    proxy: undefined,
    report: () => undefined,
    runtime,
  });
  let open = true;
  const shut = async (): Promise<void> => {
    if (open) await server.close();
    open = false;
  };
  const service: LoopbackGraph = {
    graph,
    pace: new Pace(limit, clock, () => 0.5),
    clock,
    runtime,
    events,
    overviews: new Map(Object.entries(overviews)),
    asked: [],
    batches: 0,
    times: [],
    sleeps,
    onItem: () => undefined,
    onRequest: () => undefined,
    onSleep: () => undefined,
    shut,
    async close() {
      await graph.close();
      await shut();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return service;
}

interface Item {
  readonly name: string;
  readonly place: string;
  readonly method: string;
  readonly body: Overview | undefined;
}

function itemOf({ method, url, body }: { method: string; url: string; body?: Overview }): Item {
  const place = /deviceConfigurations\/(.*)\/deviceStatusOverview$/.exec(url)?.[1];
  return place === undefined
    ? { name: 'LIST', place: '', method, body }
    : { name: `${method} ${place}`, place, method, body };
}

function stored(overviews: Map<string, Overview>, { name, place, method, body }: Item): Reply {
  if (name === 'LIST') {
    const value = [...overviews].map(([id, deviceStatusOverview]) => ({ id, deviceStatusOverview }));
    return { status: 200, body: { value } };
  }
  const present = overviews.get(place);
  if (present === undefined) return problem(404, 'ResourceNotFound', 'no such configuration');
  if (method === 'PATCH') overviews.set(place, { ...present, ...withoutType(body ?? {}) });
  return { status: 200, body: { '@odata.context': 'somewhere', ...overviews.get(place) } };
}

function withoutType({ '@odata.type': _, ...properties }: Overview): Overview {
  return properties;
}

/** An error as Graph words it. */
export function problem(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, headers, body: { error: { code, message } } };
}

/** A row of a file, by the direct route as a rule. */
export function rowOf(line: number, id: string, values: Values, segments: readonly string[] = []): Row {
  const via = segments.length === 0 ? 'direct' : 'root';
  const route = { via, segments, certificateId: undefined, uncast: segments.length > 0 };
  return { line, deviceConfigurationId: id, displayName: null, route, values };
}

function runtimeOf(state: string, clock: Clock): Runtime {
  let uuids = 0;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  return {
    argv: [],
    env: { GRAPH_OVERVIEW_STATE: state },
    platform: 'linux',
    nodeVersion: process.versions.node,
    home: undefined,
    stdin: Readable.from([]),
    stdout: nowhere,
    stderr: nowhere,
    clock,
    random: () => 0.5,
    uuid: () => `00000000-0000-4000-8000-${String(uuids++).padStart(12, '0')}`,
    ask: async () => undefined,
    atExit: () => () => undefined,
    signal: new AbortController().signal,
  };
}
