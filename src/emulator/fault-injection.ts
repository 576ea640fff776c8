import { Problem } from './problem.ts';

/** A fault and the share of affected requests, from 0 to 1. */
export interface Fault {
  /**
   * The status of the answer; `reset`: the connection is closed before or after the request takes effect; `spike`: a late
   * answer.
   */
  readonly status: number | 'reset' | 'spike';
  readonly share: number;
}

/** Thrown to close the connection instead of answering. */
export class Reset extends Error {
  /** Whether the request takes effect before the connection is closed; a client cannot know this. */
  readonly takesEffect: boolean;

  constructor(takesEffect: boolean) {
    super('simulated connection reset');
    this.name = 'Reset';
    this.takesEffect = takesEffect;
  }
}

/** Delay of an answer by a `spike`, in milliseconds. */
const SPIKE = 2_000;

/** Statuses with a `Retry-After` header. */
const WITH_RETRY_AFTER = new Set([429, 503]);

/** Selects requests at random, with the configured shares. */
export class FaultInjection {
  readonly #faults: readonly Fault[];
  readonly #retryAfter: boolean;
  readonly #random: () => number;

  constructor(faults: readonly Fault[], retryAfter: boolean, random: () => number) {
    this.#faults = faults;
    this.#retryAfter = retryAfter;
    this.#random = random;
  }

  /** Additional delay of a request, in milliseconds. */
  delay(): number {
    const isAffected = this.#faults.some(({ status, share }) => status === 'spike' && this.#random() < share);
    return isAffected ? SPIKE : 0;
  }

  /**
   * Applies the faults to a request.
   * @param item whether the request is an item of a batch, which does not have its own connection
   * @throws a Problem or a Reset
   */
  apply(item: boolean): void {
    for (const { status, share } of this.#faults) {
      if (status === 'spike' || this.#random() >= share) continue;
      if (status !== 'reset') throw this.#problem(status);
      if (!item) throw new Reset(this.#random() < 0.5);
    }
  }

  #problem(status: number): Problem {
    const headers = this.#retryAfter && WITH_RETRY_AFTER.has(status) ? { 'Retry-After': '1' } : {};
    return new Problem(
      status,
      status === 429 ? 'TooManyRequests' : 'ServiceUnavailable',
      'Simulated fault.',
      { headers },
    );
  }
}
