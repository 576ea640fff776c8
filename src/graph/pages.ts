import { Failure } from '../outcome/errors.ts';
import type { GraphClient, GraphRequest } from './client.ts';

/** Waited for before each request; what it resolves with is called when the request has ended. */
export type Gate = () => Promise<() => void>;

const OPEN: Gate = async () => () => undefined;

/** A service may answer a page that its own filter emptied; one that never comes to an end must not hold anyone. */
const MOST_EMPTY = 100;

interface Page {
  readonly items: readonly unknown[];
  /** Path of the next page below the API version; the Failure where it is not to be followed. */
  readonly next: string | Failure | undefined;
}

/**
 * Reads a collection page by page, following `@odata.nextLink`. The next page is asked for while one is looked at.
 * @param path below the API version, with its query
 * @param otherwise statuses after which a page is not asked for again
 * @throws a Failure when a page is no collection, or when the next link leads elsewhere or round in a circle
 */
export async function* pages(
  graph: GraphClient,
  path: string,
  gate = OPEN,
  otherwise: readonly number[] = [],
): AsyncGenerator<readonly unknown[]> {
  const seen = new Set([path]);
  const readPage = (of: string): Promise<Page> => pageAt(graph, { method: 'GET', path: of, otherwise }, gate);
  let empty = 0;
  for (let coming: Promise<Page> | undefined = readPage(path); coming !== undefined; ) {
    const { items, next }: Page = await coming;
    empty = items.length === 0 ? empty + 1 : 0;
    const failure: Failure | undefined = next instanceof Failure ? next : endless(next, seen, empty);
    coming = typeof next === 'string' && failure === undefined ? readPage(next) : undefined;
    if (typeof next === 'string') seen.add(next);
    // Whoever stops here never awaits it, and its failure is nobody's business then.
    coming?.catch(() => undefined);
    // A page is there even where it does not say what comes next.
    yield items;
    if (failure !== undefined) throw failure;
  }
}

/** The Failure of pages that would never come to an end; undefined where they may. */
function endless(next: string | undefined, seen: ReadonlySet<string>, empty: number): Failure | undefined {
  if (next !== undefined && seen.has(next))
    return new Failure('graph', 'the service sends round in a circle: a next page came twice');
  if (empty <= MOST_EMPTY) return undefined;
  return new Failure('graph', `the service sends on and on: ${empty} empty pages in a row`);
}

async function pageAt(graph: GraphClient, request: GraphRequest, gate: Gate): Promise<Page> {
  const ended = await gate();
  try {
    const { json, requestId } = await graph.send(request);
    const page = json as { value?: unknown; '@odata.nextLink'?: unknown } | undefined;
    if (!Array.isArray(page?.value)) {
      throw new Failure('graph', 'the service answered with something that is no list', { requestId });
    }
    const link = page['@odata.nextLink'];
    const next = typeof link === 'string' && link !== '' ? pathOfLink(graph, request.path, link) : undefined;
    return { items: page.value, next };
  } finally {
    ended();
  }
}

/**
 * The path of a next link below the API version, whose letter case is the service's own business. Its query stays as
 * it is. A link to another host is not followed: the token would go along.
 * @param path of the page that has the link
 * @returns the Failure where it leads elsewhere
 */
function pathOfLink(graph: GraphClient, path: string, link: string): string | Failure {
  const root = graph.url('/');
  const base = isBelow(path, link) ? root : graph.url(path);
  const url = URL.canParse(link, base.href) ? new URL(link, base) : undefined;
  if (url === undefined || url.origin !== root.origin || !startsWithRoot(url, root)) {
    return new Failure(
      'graph',
      `the link to the next page leads elsewhere (${link.slice(0, 200)}); not followed`,
      {
        hint: 'a token goes to no other host; check the endpoint',
      },
    );
  }
  return `/${url.pathname.slice(root.pathname.length)}${url.search}`;
}

/** Whether a relative link begins where the page's own path does: below the API version, not beside the page. */
function isBelow(path: string, link: string): boolean {
  const [first = ''] = path.slice(1).split(/[/?]/);
  return link.startsWith(`${first}/`);
}

function startsWithRoot({ pathname }: URL, root: URL): boolean {
  const version = root.pathname.lastIndexOf('/', root.pathname.length - 2);
  const given = pathname.slice(version, root.pathname.length).toLowerCase();
  return (
    pathname.startsWith(root.pathname.slice(0, version)) &&
    given === root.pathname.slice(version).toLowerCase()
  );
}
