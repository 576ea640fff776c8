import { Failure } from '../outcome/errors.ts';
import type { GraphClient, GraphRequest } from './client.ts';

/** Awaited before each request; it resolves with a function that is called when the request has ended. */
export type Gate = () => Promise<() => void>;

/** Maximum number of consecutive pages without a new item. A filter makes some pages empty, but not so many. */
const MAX_STALE = 100;

/** Maximum number of pages, far more than any tenant has: a service could return new items endlessly. */
const MAX_PAGES = 100_000;

interface Page {
  readonly items: readonly unknown[];
  /** The path of the next page below the API version, or the Failure if the link must not be followed. */
  readonly next: string | Failure | undefined;
}

/**
 * Reads a collection page by page, following `@odata.nextLink`. The next page is requested while one is processed.
 * @param path the path below the API version, with its query
 * @param otherwise statuses after which a page is not retried
 * @throws a Failure if a page is not a collection, or if the next link leads to another host or repeats
 */
export async function* pages(
  graph: GraphClient,
  path: string,
  gate: Gate = async () => () => undefined,
  otherwise?: readonly number[],
): AsyncGenerator<readonly unknown[]> {
  const seen = new Set<Page['next']>([path]);
  const readPage = (of: string): Promise<Page> => pageAt(graph, { method: 'GET', path: of, otherwise }, gate);
  const ids = new Set<string>();
  let stale = 0;
  for (let coming: Promise<Page> | undefined = readPage(path); coming !== undefined; ) {
    const { items, next }: Page = await coming;
    stale = hasNewItem(items, ids) ? 0 : stale + 1;
    const failure: Failure | undefined = next instanceof Failure ? next : endlessFailure(next, seen, stale);
    coming = typeof next === 'string' && failure === undefined ? readPage(next) : undefined;
    seen.add(next);
    // If the caller stops here, it is never awaited, and its failure must be ignored.
    coming?.catch(() => undefined);
    // The items of a page with an invalid next link are still valid.
    yield items;
    if (failure !== undefined) throw failure;
  }
}

/** The Failure for a sequence of pages that would not end; undefined if it may end. */
function endlessFailure(
  next: string | undefined,
  seen: ReadonlySet<unknown>,
  stale: number,
): Failure | undefined {
  if (next === undefined) return undefined;
  if (seen.has(next)) return new Failure('graph', 'the service repeats a link to a next page');
  if (seen.size >= MAX_PAGES)
    return new Failure('graph', `the service returned ${seen.size} pages, and says that there are more`);
  if (stale <= MAX_STALE) return undefined;
  return new Failure('graph', `the service returned ${stale} pages in a row that are empty or repeat others`);
}

/**
 * Whether a page has an item whose id no page before had. A service that ignores `$skiptoken` repeats its first page.
 * Items without an id cannot be used, so they are not new.
 */
function hasNewItem(items: readonly unknown[], ids: Set<string>): boolean {
  const before = ids.size;
  for (const item of items) {
    const { id } = (item ?? {}) as { readonly id?: unknown };
    if (typeof id === 'string') ids.add(id);
  }
  return ids.size > before;
}

async function pageAt(graph: GraphClient, request: GraphRequest, gate: Gate): Promise<Page> {
  const ended = await gate();
  try {
    const { json, requestId } = await graph.send(request);
    const page = json as { value?: unknown; '@odata.nextLink'?: unknown } | undefined;
    if (!Array.isArray(page?.value)) {
      throw new Failure('graph', 'the service answered with something that is not a list', { requestId });
    }
    const link = page['@odata.nextLink'];
    const next = typeof link === 'string' && link !== '' ? pathOfLink(graph, request.path, link) : undefined;
    return { items: page.value, next };
  } finally {
    ended();
  }
}

/**
 * The path of a next link below the API version, in any letter case. Its query is unchanged. A link to another host is not
 * followed, since the token would be sent there.
 * @param path the path of the page with the link
 * @returns a Failure if the link leads to another host or API version
 */
function pathOfLink(graph: GraphClient, path: string, link: string): string | Failure {
  const root = graph.url('/');
  const base = isBelow(path, link) ? root : graph.url(path);
  const url = URL.canParse(link, base.href) ? new URL(link, base) : undefined;
  if (url === undefined || url.origin !== root.origin || !startsWithRoot(url, root)) {
    return new Failure(
      'graph',
      `the link to the next page leads to another address (${link.slice(0, 200)}) and is not followed`,
      {
        hint: 'a token is not sent to another host; check the endpoint',
      },
    );
  }
  return `/${url.pathname.slice(root.pathname.length)}${url.search}`;
}

/** Whether a relative link is relative to the API version, as the path of the page, and not to the page. */
function isBelow(path: string, link: string): boolean {
  return link.startsWith(`${path.split(/[/?]/)[1]}/`);
}

function startsWithRoot({ pathname }: URL, root: URL): boolean {
  const version = root.pathname.lastIndexOf('/', root.pathname.length - 2);
  const given = pathname.slice(version, root.pathname.length).toLowerCase();
  return (
    pathname.startsWith(root.pathname.slice(0, version)) &&
    given === root.pathname.slice(version).toLowerCase()
  );
}
