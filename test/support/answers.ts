import type { ServerResponse } from 'node:http';
import type { Place } from '../../src/service/overviews.ts';

/** A request or an item of a batch: its path is below the API version, and its body is parsed. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** An answer; the default status is 200. A string is sent unchanged, anything else as JSON. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
}

/**
 * A reply; or a connection that is closed; or `held` if the answer handles the response itself; undefined for a
 * request that is not expected.
 */
export type Outcome = Reply | 'cut' | 'held' | undefined;

/** The answers of a fake Graph. */
export interface Answer {
  (request: Received, response: ServerResponse): Outcome | Promise<Outcome>;
  /** Returns what is still expected at the end of the test; by default, at least one request. */
  missing?(): string | undefined;
}

/** An answer that need not be requested. */
export function optional(answer: Answer): Answer {
  return Object.assign(((request, response) => answer(request, response)) as Answer, {
    missing: () => undefined,
  });
}

/** One answer to every request. */
export function answering(status: number, body?: unknown, headers: Record<string, string> = {}): Answer {
  return () => ({ status, body, headers });
}

/** Each of these once, in their order; later requests are not expected. */
export function inTurn(...answers: readonly (Answer | Reply | 'cut')[]): Answer {
  const left = [...answers];
  const next: Answer = (request, response) => {
    const answer = left.shift();
    return typeof answer === 'function' ? answer(request, response) : answer;
  };
  return Object.assign(next, {
    missing: () => (left.length === 0 ? undefined : `${left.length} of ${answers.length} answers`),
  });
}

export const cut: Answer = () => 'cut';

/** Answers with the received body, as a service does that stores everything. */
export const echoing: Answer = ({ body }) => ({ body: body ?? {} });

/** An error in the form of Graph. */
export function problem(
  status: number,
  code = `E${status}`,
  message = `says ${status}`,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, headers, body: { error: { code, message } } };
}

/** A service that supports batches, and answers their items like single requests. */
export function withBatches(
  service: (request: Received) => Reply | undefined,
): (request: Received) => Reply | undefined {
  return (request) => {
    if (request.path !== '/$batch') return service(request);
    const replies = itemsOf(request).map(({ method, url, body }) => service({ method, path: url, body }));
    if (replies.includes(undefined)) return undefined;
    const ids = itemsOf(request).map(({ id }) => id);
    return {
      body: { responses: replies.map((reply, index) => ({ id: ids[index], status: 200, ...reply })) },
    };
  };
}

/** A request of a batch. */
export interface Item {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
}

/** The items of a batch. */
export function itemsOf({ body }: Received): readonly Item[] {
  return (body as { requests: Item[] }).requests;
}

/** The number of items of each batch, largest first. */
export function batchSizes({ requests }: { readonly requests: readonly Received[] }): number[] {
  return requests
    .filter(({ path }) => path === '/$batch')
    .map((batch) => itemsOf(batch).length)
    .sort((one, other) => other - one);
}

/** Items, or the answer in place of them. */
export type PageOfItems = readonly unknown[] | Reply;

/** The requested page of these pages, with a link to the next one. */
export function pageAt(
  pages: readonly PageOfItems[],
  path: string,
  { graph }: { readonly graph: { url(path: string): URL } },
): Reply | undefined {
  const [first = '', number = 0] = path.split('&page=');
  const page = pages[Number(number)];
  if (!Array.isArray(page)) return page as Reply | undefined;
  const next = Number(number) + 1;
  const link = { '@odata.nextLink': `${graph.url(first).href}&page=${next}` };
  return { body: { value: page, ...(next < pages.length ? link : {}) } };
}

/** Whether a path requests an overview together with the name of its configuration. */
export function isNamed(path: string): boolean {
  return path.endsWith('?$select=id,displayName&$expand=deviceStatusOverview');
}

/** The same reply to a request for an overview, with or without the name of its configuration, which is missing. */
export function expandedFor(path: string, reply: Reply): Reply {
  const { status = 200, body } = reply;
  return isNamed(path) && status < 300 ? { ...reply, body: { deviceStatusOverview: body } } : reply;
}

/** The id of the configuration that a path leads to. */
export function idIn(path: string): string {
  return decodeURIComponent(/deviceConfigurations\/([^/?]+)/.exec(path)?.[1] ?? '');
}

/** The overview of a configuration itself, or that at these segments. */
export function placeOf(configurationId: string, ...segments: string[]): Place {
  const via = segments.join('/') || 'direct';
  return { configurationId, route: { via, segments, certificateId: undefined, uncast: false } };
}

/** `c0`, `c1` and so on. */
export function idsUpTo(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `c${from + index}`);
}
