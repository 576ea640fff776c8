import { Failure } from '../errors.ts';
import type { GraphClient } from './client.ts';

/**
 * Reads a collection page by page, following `@odata.nextLink`.
 * @param path below the API version, with its query
 * @throws a Failure when a page is no collection, or when the next link leads elsewhere or round in a circle
 */
export async function* pages(graph: GraphClient, path: string): AsyncGenerator<readonly unknown[]> {
  const seen = new Set<string>();
  for (let next: string | undefined = path; next !== undefined; ) {
    if (seen.has(next))
      throw new Failure('graph', 'the service sends round in a circle: a next page came twice');
    seen.add(next);
    const { json, requestId } = await graph.send({ method: 'GET', path: next });
    const page = json as { value?: unknown; '@odata.nextLink'?: unknown } | undefined;
    if (!Array.isArray(page?.value)) {
      throw new Failure('graph', 'the service answered with something that is no list', { requestId });
    }
    yield page.value;
    const link = page['@odata.nextLink'];
    next = typeof link === 'string' && link !== '' ? pathOfLink(graph, link) : undefined;
  }
}

/** The path of a next link below the API version. A link to another host is not followed: the token would go along. */
function pathOfLink(graph: GraphClient, link: string): string {
  const root = graph.url('/');
  const url = URL.canParse(link, root.href) ? new URL(link, root) : undefined;
  if (url === undefined || url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) {
    throw new Failure(
      'graph',
      `the link to the next page leads elsewhere (${link.slice(0, 200)}); not followed`,
      {
        hint: 'a token goes to no other host; check the endpoint',
      },
    );
  }
  return `/${url.pathname.slice(root.pathname.length)}${url.search}`;
}
