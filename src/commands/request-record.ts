import type { GraphClient, GraphRequest } from '../graph/client.ts';

/** What `--dry-run` prints: the request as it would go out, the token blanked. */
export interface RequestRecord {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The record of a request. The `client-request-id` is left out: it is made anew for each sending. */
export function requestRecord(graph: GraphClient, request: GraphRequest): RequestRecord {
  const { method, url, headers } = graph.describe(request);
  const { 'client-request-id': _, ...lasting } = headers;
  return { method, url: url.href, headers: lasting, body: request.body ?? null };
}
