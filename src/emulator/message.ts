/** A request of a connection or an item of a batch. Header names are in lower case. */
export interface EmulatorRequest {
  readonly method: string;
  /** Path and query, still escaped, starting with a slash and the API version. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | undefined;
  /** The address used by the client, for links in answers. */
  readonly origin: string;
}

/** An answer: header names in Graph's letter case; a body that is not a string is sent as JSON. */
export interface EmulatorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): EmulatorAnswer {
  return { status: 200, headers, body };
}

/** Whether a request with this method changes nothing. */
export function reads(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
