/** What keeps the embedded Graph from starting. */
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

/** A request that is answered with one of Graph's error bodies. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function badRequest(message: string): Problem {
  return new Problem(400, 'BadRequest', message);
}

export function notFound(message: string): Problem {
  return new Problem(404, 'ResourceNotFound', message);
}

/** How OData words a path segment that the metadata does not have. */
export function unknownSegment(segment: string): Problem {
  return badRequest(`Resource not found for the segment '${segment}'.`);
}
