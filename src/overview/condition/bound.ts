import type { PropertyRow } from '../../catalog/properties.ts';
import { instantError, instantOf } from '../instant.ts';
import { ConditionError, type Token } from './tokens.ts';

/** The value that a property is compared with. */
export type Bound =
  | { readonly kind: 'number'; readonly number: number }
  /** A percentage of all devices of the overview: `of` / `parts` percent. Both are integers, so that nothing is rounded. */
  | { readonly kind: 'percent'; readonly of: bigint; readonly parts: bigint; readonly text: string }
  /** Ticks of 100 ns since 1970-01-01T00:00:00Z. */
  | { readonly kind: 'instant'; readonly ticks: bigint }
  /** A number of ticks before now. */
  | { readonly kind: 'age'; readonly ticks: bigint }
  | { readonly kind: 'text'; readonly text: string };

const TICKS_PER_SECOND = 10_000_000n;
const SECONDS = { s: 1n, m: 60n, h: 3_600n, d: 86_400n, w: 604_800n } as const;

/** Reads the value after the operator. @throws a ConditionError that says which values the property allows */
export function readBound(token: Token, property: PropertyRow, operator: string): Bound {
  const { text } = token;
  if (token.kind !== 'word' && token.kind !== 'text') {
    throw errorAt(`expected a value after ${operator}: ${allowed(property)}`, token);
  }
  switch (property.type) {
    case 'Edm.String':
      return { kind: 'text', text };
    case 'Edm.Int32':
      return readNumber(text, property) ?? wrong(token, property);
    case 'Edm.DateTimeOffset':
      return readInstant(text) ?? wrong(token, property);
  }
}

function readNumber(text: string, { counts }: PropertyRow): Bound | undefined {
  if (/^\d{1,15}$/.test(text)) return { kind: 'number', number: Number(text) };
  const [, whole, fraction = ''] = /^(\d{1,6})(?:\.(\d{1,6}))?%$/.exec(text) ?? [];
  if (whole === undefined || !counts) return undefined;
  const parts = 10n ** BigInt(fraction.length);
  return { kind: 'percent', of: BigInt(whole + fraction), parts, text };
}

function readInstant(text: string): Bound | undefined {
  if (text === 'now') return { kind: 'age', ticks: 0n };
  const [, count, unit] = /^-(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (count !== undefined) {
    return { kind: 'age', ticks: BigInt(count) * SECONDS[unit as keyof typeof SECONDS] * TICKS_PER_SECOND };
  }
  const whole = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  return instantError(whole) === undefined
    ? { kind: 'instant', ticks: instantOf(whole) as bigint }
    : undefined;
}

function wrong(token: Token, property: PropertyRow): never {
  throw errorAt(
    `${property.flag} cannot be compared with ${JSON.stringify(token.text)}: expected ${allowed(property)}`,
    token,
  );
}

function allowed({ type, counts }: PropertyRow): string {
  if (type === 'Edm.String') return 'a string';
  if (type === 'Edm.DateTimeOffset') {
    return 'a date such as 2026-01-01 or 2026-01-01T12:00:00Z, or an age such as -7d, -12h or -30m';
  }
  return counts ? 'a whole number, or a percentage of all devices such as 5%' : 'a whole number';
}

function errorAt(message: string, { at, text }: Token): ConditionError {
  return new ConditionError(message, { at, length: Math.max(1, text.length) });
}
