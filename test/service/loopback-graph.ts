import { GraphClient } from '../../src/graph/client.ts';
import { type Limit, Pace } from '../../src/graph/pace.ts';
import type { Clock } from '../../src/runtime.ts';
import type { Place } from '../../src/service/overviews.ts';
import type { ReadManyOptions } from '../../src/service/read-many.ts';
import { startRecordingServer } from '../recording-server.ts';

/** A request as the service sees it: its path is below the API version, and its body is read. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** What the service answers; 200 where no status is named. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
}

export type Service = (asked: Asked) => Reply | 'cut' | Promise<Reply>;

export interface LoopbackGraph extends ReadManyOptions {
  /** What arrived, as `GET /path`. */
  readonly lines: string[];
  readonly asked: Asked[];
  /** What was waited for, in milliseconds. */
  readonly sleeps: number[];
  /** How many requests had begun when the first one arrived. */
  begunAtFirst(): number;
  /** Lets time pass. */
  pass(milliseconds: number): void;
  close(): Promise<void>;
}

export interface LoopbackSettings {
  readonly limit?: Limit;
  readonly signal?: AbortSignal;
  readonly token?: () => Promise<string>;
}

const ROOMY: Limit = { writes: 10_000, requests: 10_000, window: 20_000 };

/** A client of a service on loopback. Nobody waits: the clock starts at 0, and time passes by sleeping alone. */
export async function openGraph(
  service: Service,
  { limit = ROOMY, signal = new AbortController().signal, token }: LoopbackSettings = {},
): Promise<LoopbackGraph> {
  const lines: string[] = [];
  const asked: Asked[] = [];
  const sleeps: number[] = [];
  let now = 0;
  let begun = 0;
  let begunAtFirst = 0;
  const server = await startRecordingServer(async ({ method, path, body }, response) => {
    if (lines.length === 0) begunAtFirst = begun;
    const one = {
      method,
      path: path.replace(/^\/beta/, ''),
      body: body === '' ? undefined : JSON.parse(body),
    };
    asked.push(one);
    lines.push(`${method} ${one.path}`);
    const reply = await service(one);
    if (reply === 'cut') {
      response.socket?.destroy();
      return;
    }
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
  });
  const clock: Clock = {
    now: () => now,
    async sleep(milliseconds, aborts) {
      aborts?.throwIfAborted();
      sleeps.push(milliseconds);
      now += milliseconds;
    },
  };
  const random = () => 0.5;
  const graph = new GraphClient({
    target: { baseUrl: server.url, apiVersion: 'beta', cloud: 'global', loopback: true },
    token: async () => {
      begun += 1;
      return token === undefined ? 'token' : token();
    },
    timeout: 5_000,
    retries: 0,
    userAgent: 'graph-overview',
    proxy: undefined,
    report: () => undefined,
    blank: (text) => text,
    runtime: { clock, random, uuid: () => 'ours', signal },
  });
  return {
    graph,
    pace: new Pace(limit, clock, random),
    clock,
    signal,
    lines,
    asked,
    sleeps,
    begunAtFirst: () => begunAtFirst,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    async close() {
      await graph.close();
      await server.close();
    },
  };
}

/** A service that takes batches, and answers their items like requests of their own. */
export function withBatches(service: (asked: Asked) => Reply): Service {
  return (asked) => {
    if (asked.path !== '/$batch') return service(asked);
    const responses = itemsOf(asked).map(({ id, method, url }) => {
      const { status = 200, headers, body } = service({ method, path: url, body: undefined });
      return { id, status, ...(headers && { headers }), ...(body === undefined ? {} : { body }) };
    });
    return { body: { responses } };
  };
}

/** Items, or what is answered in their place. */
export type PageOfItems = readonly unknown[] | Reply;

/** The one of these pages that a path asks for, with a link to the next one. */
export function pageAt(pages: readonly PageOfItems[], path: string, { graph }: LoopbackGraph): Reply {
  const [first = '', number = 0] = path.split('&page=');
  const page = pages[Number(number)];
  if (!Array.isArray(page)) return (page as Reply | undefined) ?? refusal(404);
  const next = Number(number) + 1;
  const link = { '@odata.nextLink': `${graph.url(first).href}&page=${next}` };
  return { body: { value: page, ...(next < pages.length ? link : {}) } };
}

/** The items of a batch. */
export function itemsOf({ body }: Asked): readonly { id: string; method: string; url: string }[] {
  return (body as { requests: { id: string; method: string; url: string }[] }).requests;
}

/** How many items each batch had, the fullest first. */
export function batchSizes({ asked }: Pick<LoopbackGraph, 'asked'>): number[] {
  return asked
    .filter(({ path }) => path === '/$batch')
    .map((batch) => itemsOf(batch).length)
    .sort((one, other) => other - one);
}

/** The id of the configuration that a path leads to. */
export function idIn(path: string): string {
  return decodeURIComponent(/deviceConfigurations\/([^/?]+)/.exec(path)?.[1] ?? '');
}

export const refusal = (status: number, code = `E${status}`): Reply => ({
  status,
  body: { error: { code, message: `says ${status}` } },
});

/** The overview of a configuration itself. */
export function placeOf(configurationId: string, ...segments: string[]): Place {
  const via = segments.join('/') || 'direct';
  return { configurationId, route: { via, segments, certificateId: undefined, uncast: false } };
}

/** `c0`, `c1` and so on. */
export function idsUpTo(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `c${from + index}`);
}
