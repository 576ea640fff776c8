import { INT32_MAX, type PropertyRow } from '../catalog/properties.ts';
import { Failure } from '../outcome/errors.ts';
import { instantError } from './instant.ts';

/** The value of one property: a count or a version, or a string, which is sent unchanged. */
export type Value = number | string;

/** The allowed values of a property, for messages and help. */
export function allowed(property: PropertyRow): string {
  switch (property.type) {
    case 'Edm.Int32':
      return `a whole number from 0 to ${INT32_MAX}, decimal digits only`;
    case 'Edm.DateTimeOffset':
      return 'ISO 8601 with an offset and at most seven fractional digits, such as 2016-12-31T23:59:30.086867+03:00, or now';
    case 'Edm.String':
      return 'a string that is not empty';
  }
}

/**
 * Reads a value from the command line or a cell.
 * @param now the time for the value `now`, in milliseconds since the epoch
 * @param source the name of the source in messages, such as `--pending`
 * @throws a `usage` Failure that names the source, the value and what is allowed
 */
export function readValue(property: PropertyRow, text: string, source: string, now: number): Value {
  switch (property.type) {
    case 'Edm.Int32':
      return isCount(text) ? Number(text) : refuse(property, source, JSON.stringify(text));
    case 'Edm.DateTimeOffset':
      return readInstant(property, text, source, now);
    case 'Edm.String':
      return text === '' || !text.isWellFormed() ? refuse(property, source, JSON.stringify(text)) : text;
  }
}

/**
 * Reads a value from JSON.
 * @param literal the JSON text of the value, since `1.0` and `1e3` are refused although they are whole numbers
 * @throws a `usage` Failure that names the source, the value and what is allowed
 */
export function readJsonValue(
  property: PropertyRow,
  value: unknown,
  literal: string,
  source: string,
  now: number,
): Value {
  const shown = literal.length > 80 ? `${literal.slice(0, 80)}…` : literal;
  if (property.type === 'Edm.Int32') {
    if (isCount(literal)) return Number(literal);
    const quoted = typeof value === 'string' && isCount(value) ? ' (a string; remove the quotes)' : '';
    return refuse(property, source, shown + quoted);
  }
  if (typeof value !== 'string') return refuse(property, source, shown);
  return readValue(property, value, source, now);
}

function readInstant(property: PropertyRow, text: string, source: string, now: number): string {
  if (text === 'now') return new Date(now).toISOString();
  const problem = instantError(text);
  return problem === undefined ? text : refuse(property, source, JSON.stringify(text), problem);
}

function isCount(text: string): boolean {
  return /^[0-9]+$/.test(text) && Number(text) <= INT32_MAX;
}

function refuse(property: PropertyRow, source: string, shown: string, why = 'is not allowed'): never {
  throw new Failure('usage', `${source}: ${shown} ${why}; ${property.name} must be ${allowed(property)}`, {
    value: shown,
  });
}
