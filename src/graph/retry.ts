import type { Failure } from '../errors.ts';
import type { Incoming } from './transport.ts';

/** Statuses after which the same request may succeed. */
const TRANSIENT = new Set([429, 502, 503, 504]);

/** First wait after an answer that asks for patience, and after a connection that was cut, in milliseconds. */
const BASE_MILLISECONDS = { answer: 1_000, connection: 250 } as const;
const MAX_MILLISECONDS = 32_000;

/** How long all waits of one request together may take, in milliseconds. */
export const MAX_TOTAL_WAIT = 5 * 60_000;

export function isTransientStatus(status: number): boolean {
  return TRANSIENT.has(status);
}

/** What a connection that worked so far may die of. A refused one, a wrong name or certificate will stay so. */
const PASSING = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** What ends when a network or a server comes back. Before anything was answered it is more likely a wrong address. */
const OUTAGE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Whether a service that answered before may answer again. */
export function isOutage(failure: Failure): boolean {
  return failure.kind === 'network' && OUTAGE.has(failure.details.code ?? '');
}

export function isTransientFailure(failure: Failure): boolean {
  return failure.kind === 'network' && PASSING.has(failure.details.code ?? '');
}

/**
 * How long to wait before the next attempt, in milliseconds: what `Retry-After` says (seconds or an HTTP date), plus
 * a little jitter so that many clients do not come back at once; without it, exponential with jitter.
 * @param incoming undefined where the connection broke
 * @param attempt the number of the attempt that failed, from 1
 * @param now milliseconds since the epoch, for `Retry-After` as a date
 */
export function retryDelay(
  incoming: Incoming | undefined,
  attempt: number,
  now: number,
  random: () => number,
): number {
  const asked = retryAfter(incoming?.headers['retry-after'], now);
  return waitAfter(incoming === undefined ? 'connection' : 'answer', asked, attempt, random);
}

/**
 * The same for whoever knows already what the service asked for.
 * @param what failed: an answer that asks for patience, or a connection that was cut
 * @param asked milliseconds; undefined where the service did not say
 */
export function waitAfter(
  what: keyof typeof BASE_MILLISECONDS,
  asked: number | undefined,
  attempt: number,
  random: () => number,
): number {
  if (asked !== undefined)
    return Math.round(asked + random() * Math.min(BASE_MILLISECONDS.answer, asked * 0.1));
  const ceiling = Math.min(MAX_MILLISECONDS, BASE_MILLISECONDS[what] * 2 ** (attempt - 1));
  return Math.round(ceiling * (0.5 + random() * 0.5));
}

/** `Retry-After` in milliseconds from now; undefined where it is missing or nonsense. */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
