/**
 * Edm.DateTimeOffset: ISO 8601 with an offset and up to seven fractional digits, that is 100 nanoseconds. A
 * JavaScript Date holds milliseconds only, so instants are counted here in ticks of 100 ns as a bigint.
 */
const PATTERN =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d{1,7}))?)?(?:Z|(?<sign>[+-])(?<offsetHour>\d\d):(?<offsetMinute>\d\d))$/;

const MILLISECONDS_PER_MINUTE = 60_000;
const TICKS_PER_MILLISECOND = 10_000n;
/** The largest offset that .NET's DateTimeOffset, and therefore Graph, accepts: 14 hours. */
const MAX_OFFSET_MINUTES = 14 * 60;

/** Why a text is not an Edm.DateTimeOffset; undefined if it is one. */
export function instantError(text: string): string | undefined {
  const parsed = parse(text);
  return typeof parsed === 'string' ? parsed : undefined;
}

/**
 * The instant of a text, in ticks of 100 ns since 1970-01-01T00:00:00Z; undefined if it is not an Edm.DateTimeOffset.
 * Texts with different offsets can represent the same instant.
 */
export function instantOf(text: string): bigint | undefined {
  const parsed = parse(text);
  return typeof parsed === 'string' ? undefined : parsed;
}

function parse(text: string): bigint | string {
  const parts = PATTERN.exec(text)?.groups;
  if (parts === undefined) return formatError(text);
  const number = (name: string): number => Number(parts[name] ?? 0);
  const [year, month, day] = [number('year'), number('month'), number('day')];
  if (year === 0 || !isCalendarDay(year, month, day)) return 'is not a valid date';
  const [hour, minute, second] = [number('hour'), number('minute'), number('second')];
  if (hour > 23 || minute > 59 || second > 59) return 'is not a valid time of day';
  const offset = number('offsetHour') * 60 + number('offsetMinute');
  if (offset > MAX_OFFSET_MINUTES || number('offsetMinute') > 59) return 'has an offset beyond 14:00';
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second);
  const utc = local.getTime() - (parts.sign === '-' ? -offset : offset) * MILLISECONDS_PER_MINUTE;
  return BigInt(utc) * TICKS_PER_MILLISECOND + BigInt((parts.fraction ?? '').padEnd(7, '0'));
}

/** `Date` moves a day that its month does not have into another month. */
function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1;
}

function formatError(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return 'has no time and no offset';
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text)) return 'has no offset';
  if (/\.\d{8,}/.test(text)) return 'has more than seven fractional digits';
  return 'is not an ISO 8601 date and time';
}
