import type { ServerResponse } from 'node:http';
import type { Place } from '../../src/service/overviews.ts';

/** A request, or one of a batch, as the fake Graph sees it: its path is below the API version, and its body is read. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** What is answered; 200 where no status is named. A text is sent as it is, anything else as JSON. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
}

/**
 * A reply; or a connection that is cut; or one that is held, which the answer ends by itself or never; undefined for a
 * request that it did not expect.
 */
export type Outcome = Reply | 'cut' | 'held' | undefined;

/** What a fake Graph answers. */
export interface Answer {
  (asked: Asked, response: ServerResponse): Outcome | Promise<Outcome>;
  /** Says what has to come yet when the test ends; without it, at least one request. */
  missing?(): string | undefined;
}

/** An answer that need not be asked for. */
export function optional(answer: Answer): Answer {
  return Object.assign(((asked, response) => answer(asked, response)) as Answer, {
    missing: () => undefined,
  });
}

/** One answer to every request. */
export function answering(status: number, body?: unknown, headers: Record<string, string> = {}): Answer {
  return () => ({ status, body, headers });
}

/** Each of these once, in their order; what comes after them is not expected. */
export function inTurn(...answers: readonly (Answer | Reply | 'cut')[]): Answer {
  const left = [...answers];
  const next: Answer = (asked, response) => {
    const answer = left.shift();
    return typeof answer === 'function' ? answer(asked, response) : answer;
  };
  return Object.assign(next, {
    missing: () => (left.length === 0 ? undefined : `${left.length} of ${answers.length} answers`),
  });
}

export const cut: Answer = () => 'cut';

/** Answers what it was sent, as a service does that stores everything. */
export const echoing: Answer = ({ body }) => ({ body: body ?? {} });

/** An error as Graph words it. */
export function problem(
  status: number,
  code = `E${status}`,
  message = `says ${status}`,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, headers, body: { error: { code, message } } };
}

/** A service that takes batches, and answers their items like requests of their own. */
export function withBatches(
  service: (asked: Asked) => Reply | undefined,
): (asked: Asked) => Reply | undefined {
  return (asked) => {
    if (asked.path !== '/$batch') return service(asked);
    const replies = itemsOf(asked).map(({ method, url, body }) => service({ method, path: url, body }));
    if (replies.includes(undefined)) return undefined;
    const ids = itemsOf(asked).map(({ id }) => id);
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
export function itemsOf({ body }: Asked): readonly Item[] {
  return (body as { requests: Item[] }).requests;
}

/** How many items each batch had, the fullest first. */
export function batchSizes({ asked }: { readonly asked: readonly Asked[] }): number[] {
  return asked
    .filter(({ path }) => path === '/$batch')
    .map((batch) => itemsOf(batch).length)
    .sort((one, other) => other - one);
}

/** Items, or what is answered in their place. */
export type PageOfItems = readonly unknown[] | Reply;

/** The one of these pages that a path asks for, with a link to the next one. */
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

/** Whether a path asks for an overview together with the name of its configuration. */
export function isNamed(path: string): boolean {
  return path.endsWith('?$select=id,displayName&$expand=deviceStatusOverview');
}

/** The same reply to a request for an overview alone, or together with a name that nobody gave. */
export function expandedFor(path: string, reply: Reply): Reply {
  const { status = 200, body } = reply;
  return isNamed(path) && status < 300 ? { ...reply, body: { deviceStatusOverview: body } } : reply;
}

/** The id of the configuration that a path leads to. */
export function idIn(path: string): string {
  return decodeURIComponent(/deviceConfigurations\/([^/?]+)/.exec(path)?.[1] ?? '');
}

/** The overview of a configuration itself, or what these segments lead to. */
export function placeOf(configurationId: string, ...segments: string[]): Place {
  const via = segments.join('/') || 'direct';
  return { configurationId, route: { via, segments, certificateId: undefined, uncast: false } };
}

/** `c0`, `c1` and so on. */
export function idsUpTo(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `c${from + index}`);
}
