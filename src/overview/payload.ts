import { type ApiVersion, OVERVIEW_TYPE, PROPERTIES, type PropertyRow } from '../catalog/properties.ts';
import { InputErrors } from '../outcome/errors.ts';
import type { Value } from './value.ts';

/** The properties to write, by Graph's name. */
export type Values = Readonly<Record<string, Value>>;

/** A value with its source for messages: the flag or the body. */
export interface SourcedValue {
  readonly value: Value;
  readonly source: string;
}

/** The row of a property by Graph's name. */
export function propertyNamed(name: string): PropertyRow | undefined {
  return PROPERTIES.find((row) => row.name === name);
}

/**
 * The body of a PATCH: the type first, then exactly the given properties in the order of the reference page. Text is sent
 * unchanged.
 */
export function payloadOf(values: Values): Record<string, Value> {
  const payload: Record<string, Value> = { '@odata.type': OVERVIEW_TYPE };
  for (const { name } of PROPERTIES) {
    const value = values[name];
    if (value !== undefined) payload[name] = value;
  }
  return payload;
}

/**
 * Checks that there is a property to write and that the API version has every given property.
 * @throws a `usage` Failure
 */
export function checkValues(given: ReadonlyMap<string, SourcedValue>, apiVersion: ApiVersion): Values {
  const errors = new InputErrors();
  if (given.size === 0) {
    errors.add(
      'no property to write is given',
      'give at least one, such as `--pending 12`, or a JSON object with `--body`',
    );
  }
  for (const [name, { source }] of given) {
    if (!propertyNamed(name)?.apiVersions.includes(apiVersion)) {
      errors.add(`${source}: ${name} does not exist in ${apiVersion}`, 'use `--api-version beta`');
    }
  }
  errors.throwIfAny();
  return Object.fromEntries([...given].map(([name, { value }]) => [name, value]));
}
