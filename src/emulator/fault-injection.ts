import { Problem } from './problem.ts';

/** A fault and the share of requests that it hits, from 0 to 1. */
export interface Fault {
  /**
   * The status to answer; `reset` for a connection that is cut, before or after the request took effect; `spike` for an
   * answer that comes late.
   */
  readonly status: number | 'reset' | 'spike';
  readonly share: number;
}

/** Thrown to cut the connection instead of answering. */
export class Reset extends Error {
  /** Whether the request takes effect before the connection is cut: a client can not tell. */
  readonly takesEffect: boolean;

  constructor(takesEffect: boolean) {
    super('the connection is cut on purpose');
    this.name = 'Reset';
    this.takesEffect = takesEffect;
  }
}

/** How late an answer is that a spike has hit, in milliseconds. */
const SPIKE = 2_000;

/** Statuses whose answers say when to come back. */
const PATIENT = new Set([429, 503]);

/** Hits requests by chance, with the shares that were asked for. */
export class FaultInjection {
  readonly #faults: readonly Fault[];
  readonly #retryAfter: boolean;
  readonly #random: () => number;

  constructor(faults: readonly Fault[], retryAfter: boolean, random: () => number) {
    this.#faults = faults;
    this.#retryAfter = retryAfter;
    this.#random = random;
  }

  /** How much later than usual a request is answered, in milliseconds. */
  delay(): number {
    const struck = this.#faults.some(({ status, share }) => status === 'spike' && this.#random() < share);
    return struck ? SPIKE : 0;
  }

  /**
   * @param item whether the request is an item of a batch, whose connection cannot be cut by itself
   * @throws a Problem or a Reset
   */
  strike(item: boolean): void {
    for (const { status, share } of this.#faults) {
      if (status === 'spike' || this.#random() >= share) continue;
      if (status !== 'reset') throw this.#problem(status);
      if (!item) throw new Reset(this.#random() < 0.5);
    }
  }

  #problem(status: number): Problem {
    const headers = this.#retryAfter && PATIENT.has(status) ? { 'Retry-After': '1' } : {};
    return new Problem(
      status,
      status === 429 ? 'TooManyRequests' : 'ServiceUnavailable',
      'A fault on purpose.',
      { headers },
    );
  }
}
