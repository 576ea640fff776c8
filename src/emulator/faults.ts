import { Problem } from './problem.ts';

/** A fault and the share of requests that it hits, from 0 to 1. */
export interface Fault {
  /** The status to answer, or `reset` for a connection that is cut, before or after the request took effect. */
  readonly status: number | 'reset';
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

/** Statuses whose answers say when to come back. */
const PATIENT = new Set([429, 503]);

/** Hits requests by chance, with the shares that were asked for. */
export class Faults {
  readonly #faults: readonly Fault[];
  readonly #retryAfter: boolean;
  readonly #random: () => number;

  constructor(faults: readonly Fault[], retryAfter: boolean, random: () => number) {
    this.#faults = faults;
    this.#retryAfter = retryAfter;
    this.#random = random;
  }

  /**
   * @param item whether the request is an item of a batch, whose connection cannot be cut by itself
   * @throws a Problem or a Reset
   */
  strike(item: boolean): void {
    for (const { status, share } of this.#faults) {
      if (this.#random() >= share) continue;
      if (status !== 'reset') throw this.#problem(status);
      if (!item) throw new Reset(this.#random() < 0.5);
    }
  }

  #problem(status: number): Problem {
    const headers = this.#retryAfter && PATIENT.has(status) ? { 'retry-after': '1' } : {};
    return new Problem(
      status,
      status === 429 ? 'TooManyRequests' : 'ServiceUnavailable',
      'A fault on purpose.',
      headers,
    );
  }
}
