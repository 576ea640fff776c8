/** The three date formats of HTTP (RFC 9110, 5.6.7). The last one, from C's asctime, has no time zone. */
const DATE = /^[A-Za-z]{3,9}, ?\d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Za-z]{3} [A-Za-z]{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * The wait in `Retry-After`, in milliseconds: seconds, possibly with a fraction, or a date, which is compared with the `Date`
 * of the same answer, since this machine's clock may be wrong. A date in the past is 0.
 * @param date the `Date` header of the same answer
 * @param now milliseconds since the epoch, used if the answer has no date
 * @returns undefined if it is missing or invalid
 */
export function retryAfterOf(
  value: string | undefined,
  date: string | undefined,
  now: number,
): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^[-+]?\d+(?:\.\d*)?$/.test(text))
    return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(Number(text) * 1_000)));
  const until = httpDate(text);
  const sent = date === undefined ? undefined : httpDate(date.trim());
  return until === undefined ? undefined : Math.max(0, until - (sent ?? now));
}

/** A wait as text, rounded up. */
export function waitText(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 120 * 60) return `${Math.ceil(seconds / 60)} min`;
  return seconds < 48 * 3_600 ? `${Math.ceil(seconds / 3_600)} h` : `${Math.ceil(seconds / 86_400)} days`;
}

function httpDate(text: string): number | undefined {
  const zoned = DATE.test(text) ? text : ASCTIME.test(text) ? `${text} GMT` : '';
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : time;
}
