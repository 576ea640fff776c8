const DATE =
  /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?(?:Z|([+-])(\d\d):(\d\d)))?$/i;

/** Ticks in a second: Edm.DateTimeOffset has seven fractional digits. */
const TICKS = 10_000_000n;

/**
 * An Edm.DateTimeOffset in ticks of 100 ns, for comparison only; undefined for any other text.
 * @param dateAlone whether a date without a time is accepted as midnight in UTC
 */
export function ticksOf(text: string, dateAlone: boolean): bigint | undefined {
  const parts = DATE.exec(text);
  if (parts === null) return undefined;
  const [, year = '', month = '', day = '', hour, minute = '0', second = '0', fraction = '', sign] = parts;
  const [offsetHour = '0', offsetMinute = '0'] = parts.slice(9);
  if (hour === undefined && !dateAlone) return undefined;
  const lastDay = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  const offset = Number(offsetHour) * 60 + Number(offsetMinute);
  const exists =
    Number(year) > 0 &&
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= lastDay &&
    Number(hour ?? 0) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(offsetMinute) < 60 &&
    offset <= 14 * 60;
  if (!exists) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const minutes = Number(hour ?? 0) * 60 + Number(minute) - (sign === '-' ? -offset : offset);
  const seconds = midnight.getTime() / 1_000 + minutes * 60 + Number(second);
  return BigInt(seconds) * TICKS + BigInt(fraction.padEnd(7, '0'));
}
