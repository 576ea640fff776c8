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
import { type Asked, itemsOf, optional, problem, type Reply } from './answers.ts';
import { DOCUMENTED, startGraph } from './fake-graph.ts';

/** A fake Graph that stores overviews, and everything that bulk work needs to reach them. */
export interface StoredOverviews {
  readonly graph: GraphClient;
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  readonly runtime: Runtime;
  /** For what the work reports. */
  readonly events: Event[];
  /** By the segments that lead to them, such as `a` or `a/rootCertificate`. */
  readonly overviews: Map<string, Overview>;
  /** Display names, by the ids of configurations. */
  readonly names: Map<string, string>;
  /** The items of each request, such as `PATCH a`; a page of the whole tenant is `LIST`. */
  readonly asked: string[][];
  /** How many of them were batches. */
  batches: number;
  /** When each came, in milliseconds since the start. */
  readonly times: readonly number[];
  /** Every sleep that came to its end. */
  readonly sleeps: readonly number[];
  /** May answer an item in another way. */
  onItem: (item: string) => Reply | undefined;
  /** May answer a whole request in another way. */
  onRequest: (items: readonly string[]) => Reply | 'cut' | undefined | Promise<Reply | 'cut' | undefined>;
  /** Hears that someone goes to sleep. */
  onSleep: (milliseconds: number) => void;
  /** Takes the service away. */
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
  const answer = async (asked: Asked) => {
    const envelope = asked.path === '/$batch';
    const items = envelope
      ? itemsOf(asked).map(({ method, url, body }) => itemOf({ method, path: url, body }))
      : [itemOf(asked)];
    const names = items.map(({ name }) => name);
    service.asked.push(names);
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
    asked: [],
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

interface Item extends Asked {
  readonly name: string;
  readonly place: string;
  /** The overview is asked for with the name of its configuration. */
  readonly named: boolean;
}

function itemOf(asked: Asked): Item {
  const place = /deviceConfigurations\/(.*)\/deviceStatusOverview$/.exec(asked.path)?.[1];
  if (place !== undefined) return { ...asked, name: `${asked.method} ${place}`, place, named: false };
  const id = /deviceConfigurations\/([^/?]+)\?\$select=id,displayName&\$expand=deviceStatusOverview$/.exec(
    asked.path,
  )?.[1];
  if (id !== undefined) return { ...asked, name: `${asked.method} ${id}`, place: id, named: true };
  const isList = asked.method === 'GET' && /\/deviceConfigurations\?/.test(asked.path);
  return { ...asked, name: isList ? 'LIST' : `${asked.method} ${asked.path}`, place: '', named: false };
}

/** @returns undefined where nobody expects such a request */
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

/** A row of a file for a stored overview, by the direct route as a rule. */
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
