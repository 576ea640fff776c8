/**
 * The kinds of failure and their exit codes. Scripts rely on this table.
 * A signal may override the code of `interrupted` (143 for SIGTERM).
 */
export const EXIT_CODES = {
  graph: 1,
  unexpected: 1,
  usage: 2,
  'sign-in': 3,
  permission: 4,
  'not-found': 5,
  throttled: 6,
  network: 7,
  partial: 8,
  mismatch: 9,
  changes: 10,
  refused: 11,
  condition: 12,
  wait: 124,
  deadline: 124,
  interrupted: 130,
} as const;

export type FailureKind = keyof typeof EXIT_CODES;

/** Whether a failed write was stored: `unknown` if it may have been. */
export type Written = 'no' | 'yes' | 'unknown';

/**
 * What went wrong below HTTP. `cut` and `timeout` can happen after the request was sent, and so can `protocol` (an answer
 * that is not HTTP/1.1, or that is too large); `other` is unknown; the others happen before.
 */
export type ConnectionProblem =
  | 'cut'
  | 'timeout'
  | 'connect-timeout'
  | 'refused'
  | 'unreachable'
  | 'unresolved'
  | 'tls'
  | 'certificate'
  | 'proxy'
  | 'proxy-refused'
  | 'protocol'
  | 'other';

/** A property whose stored value differs from what was sent. */
interface HeldDifference {
  readonly property: string;
  readonly sent: unknown;
  /** null if the service did not return it. */
  readonly held: unknown;
}

/** Details of a failure besides its message. All of it may be shown, so it must not contain secrets. */
export interface FailureDetails {
  /** What to do next, as one sentence. */
  readonly hint?: string | undefined;
  /** HTTP status of Graph's answer. */
  readonly status?: number | undefined;
  /** Graph's own error code, such as `ResourceNotFound`. */
  readonly code?: string | undefined;
  /** `request-id` of the answer, which Microsoft's support asks for. */
  readonly requestId?: string | undefined;
  /** The `client-request-id` that was sent. */
  readonly clientRequestId?: string | undefined;
  /** Overrides the kind's exit code (143 for SIGTERM). */
  readonly exitCode?: number | undefined;
  /** The invalid value as the message shows it: messages that differ only in it are reported as one error. */
  readonly value?: string | undefined;
  /** The individual errors, if several are reported together. */
  readonly errors?: readonly string[] | undefined;
  /** The line breaks in the message are our own. Those in a message of the service are not kept. */
  readonly listed?: boolean | undefined;
  /** There was a token, but this program refused to send it. */
  readonly refusedToken?: boolean | undefined;
  /** The same request may succeed later. */
  readonly transient?: boolean | undefined;
  /** Of a `network` failure: what went wrong below HTTP. */
  readonly connection?: ConnectionProblem | undefined;
  /** Of a `network` failure: no part of the request can have been sent. */
  readonly unsent?: boolean | undefined;
  /** Of a request that writes: whether it was stored. */
  readonly written?: Written | undefined;
  /** Of a `mismatch`. */
  readonly differences?: readonly HeldDifference[] | undefined;
  /** The wait that the service asked for, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** The number of attempts, if the message has it. */
  readonly attempts?: number | undefined;
  readonly cause?: unknown;
}

/** An expected failure: a message, its kind, and a hint. Anything else that is thrown is a defect. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly details: FailureDetails;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Failure';
    this.kind = kind;
    this.details = details;
  }

  get exitCode(): number {
    return this.details.exitCode ?? EXIT_CODES[this.kind];
  }

  /** A copy with more details, for a caller that knows more than the code that threw it. */
  with(details: FailureDetails, message = this.message): Failure {
    return new Failure(this.kind, message, { ...this.details, cause: this, ...details });
  }
}

/** A failure of kind `usage`: the input is wrong and nothing was sent. */
export function usage(message: string, hint?: string): Failure {
  return new Failure('usage', message, { hint });
}

/** One error in the input, and what to do about it. */
interface InputError {
  readonly message: string;
  readonly hint: string | undefined;
  readonly listed?: boolean | undefined;
}

/** Collects the errors in the input, so that all of them are reported together. */
export class InputErrors {
  readonly #errors: InputError[] = [];

  add(message: string, hint?: string): void {
    this.#errors.push({ message, hint });
  }

  /** Runs `step` and collects the `usage` failure it throws; any other failure passes through. */
  collect<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      this.#absorb(error);
      return undefined;
    }
  }

  /** Like `collect`, for an asynchronous step. */
  async collectAsync<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.#absorb(error);
      return undefined;
    }
  }

  /** Throws one `usage` failure with every error collected so far, if there are any. */
  throwIfAny(): void {
    if (this.#errors.length > 0) throw this.failure();
  }

  /** The `usage` failure with every error collected so far; of several errors, each keeps its own hint. */
  failure(): Failure {
    const [first, ...rest] = this.#errors;
    if (first !== undefined && rest.length === 0) {
      const { message, hint, listed } = first;
      return new Failure('usage', message, { hint, listed });
    }
    const errors = this.#errors.map(({ message, hint }) =>
      hint === undefined ? message : `${message} (${hint})`,
    );
    return new Failure('usage', `${errors.length} errors:\n- ${errors.join('\n- ')}`, { errors });
  }

  #absorb(error: unknown): void {
    if (!(error instanceof Failure) || error.kind !== 'usage') throw error;
    const { errors, hint, listed } = error.details;
    if (errors === undefined) this.#errors.push({ message: error.message, hint, listed });
    else for (const message of errors) this.add(message);
  }
}
