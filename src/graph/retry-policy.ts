import { type ConnectionProblem, Failure, type FailureDetails } from '../outcome/errors.ts';
import type { Emit } from '../outcome/events.ts';
import type { Clock } from '../process/runtime.ts';
import { retryAfterOf, waitText } from './retry-after.ts';

/** Statuses after which the same request may succeed. */
const TRANSIENT_STATUSES = new Set([429, 502, 503, 504]);

/**
 * The retry class of a connection failure. `transient`: a working connection was cut. `outage`: ends when a network or a
 * server is available again; before the first answer, a wrong address is more likely. All others are permanent.
 */
const CONNECTIONS: Readonly<Record<ConnectionProblem, 'transient' | 'outage' | 'permanent'>> = {
  cut: 'transient',
  timeout: 'transient',
  'connect-timeout': 'transient',
  refused: 'outage',
  unreachable: 'outage',
  unresolved: 'outage',
  proxy: 'outage',
  'proxy-refused': 'permanent',
  tls: 'permanent',
  certificate: 'permanent',
  protocol: 'permanent',
  other: 'permanent',
};

/** First wait after a throttled or unavailable answer, and after a broken connection, in milliseconds. */
const FIRST_WAIT = { answer: 1_000, connection: 250 } as const;
/** The maximum wait between two attempts, in milliseconds, if the service does not ask for more. */
const MAX_WAIT = 32_000;

/** Maximum total wait of one request, in milliseconds. If the service asks for more, the request fails. */
export const MAX_TOTAL_WAIT = 5 * 60_000;

/** The next step after a failed attempt. */
export type Next =
  | { readonly again: true /** In milliseconds. */; readonly wait: number }
  | { readonly again: false /** Its message has the number of attempts. */; readonly failure: Failure };

export interface RetryOptions {
  /** The maximum number of attempts after the first. */
  readonly retries: number;
  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  readonly random: () => number;
  readonly emit: Emit;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The retry policy for a single request, a page, a batch of reads, and the rows of a run.
 */
export class RetryPolicy {
  readonly retries: number;
  readonly #options: RetryOptions;

  constructor(options: RetryOptions) {
    this.retries = options.retries;
    this.#options = options;
  }

  /** The details of a failure that are relevant for a retry. @param date the `Date` header of the answer or its batch */
  detailsOf(
    { kind, details }: Failure,
    headers: Readonly<Record<string, string>> = {},
    date = headers.date,
  ): Pick<FailureDetails, 'transient' | 'retryAfter'> {
    const { status, connection } = details;
    const isTransient =
      kind === 'network' && connection !== undefined && CONNECTIONS[connection] === 'transient';
    return {
      // The page of a gateway is a network failure with a status.
      transient: isTransient || TRANSIENT_STATUSES.has(status ?? 0),
      retryAfter: retryAfterOf(headers['retry-after'], date, this.#options.clock.now()),
    };
  }

  /**
   * Decides whether a request is sent again.
   * @param attempt the number of the failed attempt, from 1
   * @param waited the total wait of the request between its attempts, in milliseconds
   */
  next(failure: Failure, attempt: number, waited: number): Next {
    if (failure.details.transient !== true) return { again: false, failure: givenUp(failure, attempt) };
    const wait = this.waitAfter(failure, attempt);
    if (exceedsMaxWait(failure) || waited + wait > MAX_TOTAL_WAIT)
      return { again: false, failure: withRequestedWait(givenUp(failure, attempt)) };
    if (attempt <= this.retries) return { again: true, wait };
    return {
      again: false,
      failure: this.retries === 0 ? withRequestedWait(failure) : withRetriesHint(givenUp(failure, attempt)),
    };
  }

  /**
   * The wait that the service asked for plus some jitter, so that many clients do not return at the same time; otherwise
   * exponential backoff with jitter. In milliseconds.
   */
  waitAfter({ details: { status, retryAfter } }: Failure, attempt: number): number {
    const { random } = this.#options;
    if (retryAfter !== undefined)
      return Math.round(retryAfter + random() * Math.min(FIRST_WAIT.answer, retryAfter * 0.1));
    const first = status === undefined ? FIRST_WAIT.connection : FIRST_WAIT.answer;
    return backoff(first, MAX_WAIT, attempt, random);
  }

  /** Reports a retry. */
  report(retry: {
    readonly method: string;
    /** The number of items, for items of batches. */
    readonly count?: number;
    readonly failure: Failure;
    /** The number of the next attempt; undefined if the retry does not count as one. */
    readonly attempt: number | undefined;
    readonly wait: number;
  }): void {
    const { method, count, failure, attempt, wait } = retry;
    this.#options.emit({
      kind: 'retry',
      method,
      ...(count === undefined ? {} : { count }),
      reason: failure.details.status?.toString() ?? failure.message,
      attempt,
      attempts: this.retries + 1,
      waitMilliseconds: wait,
      until: this.#options.clock.now() + wait,
    });
  }
}

/** Exponential backoff from step 1 up to the maximum, reduced by up to half at random. In milliseconds. */
export function backoff(first: number, max: number, step: number, random: () => number): number {
  return Math.round(Math.min(max, first * 2 ** (step - 1)) * (0.5 + random() * 0.5));
}

/** Whether a service that answered before may answer again. */
export function isOutage({ kind, details: { connection, status } }: Failure): boolean {
  // A server that answers, even with an error page, is not an outage.
  return (
    kind === 'network' &&
    status === undefined &&
    connection !== undefined &&
    CONNECTIONS[connection] === 'outage'
  );
}

/** Whether the service asks for a longer wait than the maximum. */
export function exceedsMaxWait({ details: { retryAfter } }: Failure): boolean {
  return (retryAfter ?? 0) > MAX_TOTAL_WAIT;
}

/** Adds the requested wait to the message of a failure, if it is long. */
export function withRequestedWait(failure: Failure): Failure {
  const { kind, message, details } = failure;
  const { retryAfter } = details;
  if (retryAfter === undefined || retryAfter < 60_000) return failure;
  const addition = `; the service asks to wait ${waitText(retryAfter)}`;
  // A row whose read has failed may add it a second time.
  if (message.endsWith(addition)) return failure;
  return new Failure(kind, message + addition, { ...details, hint: 'try again after that', cause: failure });
}

function givenUp(failure: Failure, attempts: number): Failure {
  // Of a read that is repeated together with its row, the attempts of the read are in the message.
  if (attempts === 1 || failure.details.attempts !== undefined) return failure;
  return new Failure(failure.kind, `${failure.message} (given up after ${attempts} attempts)`, {
    ...failure.details,
    attempts,
    cause: failure,
  });
}

/** Suggests `--retries` if all attempts were used. */
function withRetriesHint(failure: Failure): Failure {
  if (failure.kind !== 'throttled') return failure;
  return failure.with({ hint: 'wait a while, or increase `--retries`', cause: failure.cause });
}
