import type { IncomingHttpHeaders } from 'node:http';

/** A request as the authority received it. */
export interface AuthorityRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The parsed form of a POST; empty otherwise. */
  readonly form: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
}

/** A response: `body` is sent as JSON, `text` unchanged. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string;
}

export function json(body: unknown): Answer {
  return { status: 200, body };
}

/** Values for issued codes or tokens, until these are redeemed. */
export type Issued<T> = Map<string, T>;
