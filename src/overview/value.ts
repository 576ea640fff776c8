import { INT32_MAX, type PropertyRow } from '../catalog/properties.ts';
import { Failure } from '../outcome/errors.ts';
import { instantFault } from './instant.ts';

/** The value of one property: a number of devices or a version, or a text that goes out as it was given. */
export type Value = number | string;

/** What a value of the property may be, for messages and help. */
export function allowed(property: PropertyRow): string {
  switch (property.type) {
    case 'Edm.Int32':
      return `a whole number from 0 to ${INT32_MAX}, decimal digits only`;
    case 'Edm.DateTimeOffset':
      return 'ISO 8601 with an offset and at most seven fractional digits, such as 2016-12-31T23:59:30.086867+03:00, or now';
    case 'Edm.String':
      return 'text that is not empty';
  }
}

/**
 * Reads a value as written on the command line or in a cell.
 * @param now what `now` stands for, in milliseconds since the epoch
 * @param source how the message names where it came from, such as `--pending`
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
 * Reads a value as it stands in JSON.
 * @param literal the JSON text of the value: `1.0` and `1e3` are the same number as digits, but not digits
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
    const quoted = typeof value === 'string' && isCount(value) ? ' (a text: leave out the quotes)' : '';
    return refuse(property, source, shown + quoted);
  }
  if (typeof value !== 'string') return refuse(property, source, shown);
  return readValue(property, value, source, now);
}

function readInstant(property: PropertyRow, text: string, source: string, now: number): string {
  if (text === 'now') return new Date(now).toISOString();
  const fault = instantFault(text);
  return fault === undefined ? text : refuse(property, source, JSON.stringify(text), fault);
}

function isCount(text: string): boolean {
  return /^[0-9]+$/.test(text) && Number(text) <= INT32_MAX;
}

function refuse(property: PropertyRow, source: string, shown: string, why = 'is not allowed'): never {
  throw new Failure('usage', `${source}: ${shown} ${why}; ${property.name} takes ${allowed(property)}`, {
    value: shown,
  });
}
