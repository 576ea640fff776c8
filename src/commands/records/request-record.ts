import type { GraphClient, GraphRequest } from '../../graph/client.ts';
import { membersFlat } from './columns.ts';

/** The record of `--dry-run`: the request as it would be sent, with the token blanked. */
export interface RequestRecord {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The record of a request. Without `client-request-id`, which is new for each request. */
export function requestRecord(graph: GraphClient, request: GraphRequest): RequestRecord {
  const { method, url, headers } = graph.describe(request);
  const { 'client-request-id': _, ...stable } = headers;
  return { method, url: url.href, headers: stable, body: request.body ?? null };
}

/** The columns of a request; headers and body are JSON in one cell each. */
export const REQUEST_COLUMNS = ['method', 'url', 'headers', 'body'] as const;

export const REQUEST_FLAT = membersFlat(REQUEST_COLUMNS);
