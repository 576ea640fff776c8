import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { GraphClient } from '../../src/graph/client.ts';
import type { Limit } from '../../src/graph/quota/limit.ts';
import type { RateLimiter } from '../../src/graph/rate-limiter.ts';
import type { Row } from '../../src/input/row.ts';
import type { Event } from '../../src/outcome/events.ts';
import type { Overview } from '../../src/overview/difference.ts';
import type { Values } from '../../src/overview/payload.ts';
import type { Clock, Runtime } from '../../src/process/runtime.ts';
import { itemsOf, optional, problem, type Received, type Reply } from './answers.ts';
import { DOCUMENTED, startGraph } from './fake-graph.ts';

/** A fake Graph that stores overviews, and everything that a bulk run needs to access them. */
export interface StoredOverviews {
  readonly graph: GraphClient;
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  readonly runtime: Runtime;
  /** The events of the run. */
  readonly events: Event[];
  /** Overviews by their paths, such as `a` or `a/rootCertificate`. */
  readonly overviews: Map<string, Overview>;
  /** Display names, by the ids of configurations. */
  readonly names: Map<string, string>;
  /** The items of each request, such as `PATCH a`; a page of the whole tenant is `LIST`. */
  readonly requests: string[][];
  /** The number of batches among them. */
  batches: number;
  /** The time of each, in milliseconds since the start. */
  readonly times: readonly number[];
  /** All completed sleeps. */
  readonly sleeps: readonly number[];
  /** Can replace the answer to an item. */
  onItem: (item: string) => Reply | undefined;
  /** Can replace the answer to a whole request. */
  onRequest: (items: readonly string[]) => Reply | 'cut' | undefined | Promise<Reply | 'cut' | undefined>;
  /** Called at the start of a sleep. */
  onSleep: (milliseconds: number) => void;
  /** Closes the server. */
  shut(): Promise<void>;
}

export async function startStoredOverviews(
  overviews: Readonly<Record<string, Overview>>,
  limit: Limit = DOCUMENTED,
): Promise<StoredOverviews> {
  const state = join(mkdtempSync(join(tmpdir(), 'graph-overview-bulk-')), 'state');
  let requestIds = 0;
  const answerOf = (item: Item): Reply | undefined => {
    const usual = service.onItem(item.name) ?? stored(service, item);
    if (usual === undefined) return undefined;
    requestIds += 1;
    return { ...usual, headers: { 'request-id': `r${requestIds}`, ...usual.headers } };
  };
  const answer = async (request: Received) => {
    const envelope = request.path === '/$batch';
    const items = envelope
      ? itemsOf(request).map(({ method, url, body }) => itemOf({ method, path: url, body }))
      : [itemOf(request)];
    const names = items.map(({ name }) => name);
    service.requests.push(names);
    if (envelope) service.batches += 1;
    const instead = await service.onRequest(names);
    if (instead !== undefined) return instead;
    const replies = items.map(answerOf);
    if (!envelope) return replies[0];
    if (replies.includes(undefined)) return undefined;
    return { body: { responses: replies.map((reply, id) => ({ id: String(id), status: 200, ...reply })) } };
  };
  let uuids = 0;
  const uuid = () => `00000000-0000-4000-8000-${String(uuids++).padStart(12, '0')}`;
  const fake = await startGraph(optional(answer), { limit, uuid, retries: 5, random: () => 0.5 });
  const service: StoredOverviews = {
    graph: fake.graph,
    rateLimiter: fake.rateLimiter,
    clock: fake.clock,
    runtime: runtimeOf(state, fake.clock, uuid),
    events: [],
    overviews: new Map(Object.entries(overviews)),
    names: new Map(),
    requests: [],
    batches: 0,
    times: fake.times,
    sleeps: fake.sleeps,
    onItem: () => undefined,
    onRequest: () => undefined,
    onSleep: () => undefined,
    shut: () => fake.server.close(),
  };
  fake.onSleep = (milliseconds) => service.onSleep(milliseconds);
  return service;
}

interface Item extends Received {
  readonly name: string;
  readonly place: string;
  /** The overview is requested with the name of its configuration. */
  readonly named: boolean;
}

function itemOf(request: Received): Item {
  const place = /deviceConfigurations\/(.*)\/deviceStatusOverview$/.exec(request.path)?.[1];
  if (place !== undefined) return { ...request, name: `${request.method} ${place}`, place, named: false };
  const id = /deviceConfigurations\/([^/?]+)\?\$select=id,displayName&\$expand=deviceStatusOverview$/.exec(
    request.path,
  )?.[1];
  if (id !== undefined) return { ...request, name: `${request.method} ${id}`, place: id, named: true };
  const isList = request.method === 'GET' && /\/deviceConfigurations\?/.test(request.path);
  return { ...request, name: isList ? 'LIST' : `${request.method} ${request.path}`, place: '', named: false };
}

/** @returns undefined if such a request is not expected */
function stored(
  { overviews, names }: StoredOverviews,
  { name, method, place, body, named }: Item,
): Reply | undefined {
  if (name === 'LIST') {
    return {
      body: {
        value: [...overviews].map(([id, deviceStatusOverview]) => ({
          id,
          displayName: names.get(id),
          deviceStatusOverview,
        })),
      },
    };
  }
  if (place === '' || !['GET', 'PATCH'].includes(method)) return undefined;
  const present = overviews.get(place);
  if (present === undefined) return problem(404, 'ResourceNotFound', 'no such configuration');
  if (named) return { body: { id: place, displayName: names.get(place), deviceStatusOverview: present } };
  if (method === 'PATCH') overviews.set(place, { ...present, ...withoutType(body as Overview) });
  return { body: { '@odata.context': 'somewhere', ...overviews.get(place) } };
}

function withoutType({ '@odata.type': _, ...properties }: Overview): Overview {
  return properties;
}

/** A row of a file for a stored overview, by default with the direct route. */
export function rowOf(line: number, id: string, values: Values, segments: readonly string[] = []): Row {
  const via = segments.length === 0 ? 'direct' : 'root';
  const route = { via, segments, certificateId: undefined, uncast: segments.length > 0 };
  return { line, deviceConfigurationId: id, displayName: null, route, values };
}

function runtimeOf(state: string, clock: Clock, uuid: () => string): Runtime {
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
    uuid,
    ask: async () => undefined,
    atExit: () => () => undefined,
    signal: new AbortController().signal,
  };
}
