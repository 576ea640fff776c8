/**
 * The largest difference, in milliseconds, with which tokens do not seem expired or not yet valid, and with which Entra
 * accepts assertions of this machine.
 */
export const MAX_CLOCK_SKEW = 5 * 60_000;

/**
 * The difference between this machine's clock and that of a service, in milliseconds; negative if it is behind.
 * @param date the `Date` header of an answer just received, in whole seconds
 * @param now milliseconds since the epoch
 * @returns undefined if the header is missing or not a date
 */
export function clockSkew(date: string | undefined, now: number): number | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : now - time;
}

/** A difference as text, such as `this machine's clock is 12 min behind the service`. */
export function skewText(skew: number): string {
  const seconds = Math.abs(Math.round(skew / 1_000));
  const amount = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `this machine’s clock is ${amount} ${skew < 0 ? 'behind' : 'ahead of'} the service`;
}
