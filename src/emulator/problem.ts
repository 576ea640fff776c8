/** An error because of which the mock Graph cannot start. */
export class EmulatorError extends Error {
  /** A suggestion for the user. */
  readonly hint: string;
  /** Whether only the state cannot be stored, so that the mock Graph could start without a state file. */
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
  /** Set for an error of Intune, which has its own error object; the headers are part of it. */
  readonly intune?: { readonly headers?: Readonly<Record<string, string>> };
}

/** An error that is answered with Graph's error body. */
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

/** Refused by Graph itself, because of the metadata. */
export function badRequest(message: string): Problem {
  return new Problem(400, 'BadRequest', message);
}

/** Refused by Intune: valid by the metadata, but not supported by the service. */
export function refusedByIntune(message: string): Problem {
  return new Problem(400, 'BadRequest', message, { intune: {} });
}

/** Intune did not find the entity. */
export function notFound(message: string): Problem {
  return new Problem(404, 'ResourceNotFound', message, { intune: {} });
}

/** OData's error for a path segment that is not in the metadata. */
export function unknownSegment(segment: string): Problem {
  return badRequest(`Resource not found for the segment '${segment}'.`);
}

/** Exists in Graph, but is not implemented here. */
export function notServed(segment: string): Problem {
  return new Problem(501, 'NotImplemented', `The mock Graph does not serve '${segment}'.`);
}
