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

/** What is answered: a body becomes JSON, a text is sent as it is. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string;
}

export function json(body: unknown): Answer {
  return { status: 200, body };
}

/** A value that an earlier answer handed out, kept until it is redeemed. */
export type Held<T> = Map<string, T>;
