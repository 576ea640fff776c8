/** What keeps the mock Graph from starting. */
export class EmulatorError extends Error {
  /** What to do about it. */
  readonly hint: string;
  /** The state cannot be kept, but a Graph without it would work. */
  readonly unwritable: boolean;

  constructor(message: string, hint: string, unwritable = false) {
    super(message);
    this.name = 'EmulatorError';
    this.hint = hint;
    this.unwritable = unwritable;
  }
}

export interface ProblemDetails {
  readonly headers?: Readonly<Record<string, string>>;
  /** Intune answers behind Graph, in an envelope of its own; the headers are those that it tells inside it. */
  readonly intune?: { readonly headers?: Readonly<Record<string, string>> };
}

/** A request that is answered with one of Graph's error bodies. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly intune: ProblemDetails['intune'];

  constructor(status: number, code: string, message: string, { headers = {}, intune }: ProblemDetails = {}) {
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.intune = intune;
  }
}

/** Refused by Graph itself, which knows the metadata. */
export function badRequest(message: string): Problem {
  return new Problem(400, 'BadRequest', message);
}

/** Refused by Intune: the request fits the metadata, but the service behind it does not do this. */
export function refusedByIntune(message: string): Problem {
  return new Problem(400, 'BadRequest', message, { intune: {} });
}

/** Intune looked for an entity and has none. */
export function notFound(message: string): Problem {
  return new Problem(404, 'ResourceNotFound', message, { intune: {} });
}

/** How OData words a path segment that the metadata does not have. */
export function unknownSegment(segment: string): Problem {
  return badRequest(`Resource not found for the segment '${segment}'.`);
}

/** Graph has it, this service does not. */
export function notServed(segment: string): Problem {
  return new Problem(501, 'NotImplemented', `The mock Graph does not serve '${segment}'.`);
}
