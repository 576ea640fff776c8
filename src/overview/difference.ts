import { PROPERTIES } from '../catalog/properties.ts';
import { instantOf } from './instant.ts';
import type { Values } from './payload.ts';
import type { Value } from './value.ts';

/** An overview as Graph returned it, not validated. */
export type Overview = Readonly<Record<string, unknown>>;

/** A property whose stored value differs from what was sent. */
export interface Mismatch {
  readonly name: string;
  readonly sent: Value;
  /** The stored value; undefined if the service did not return the property. */
  readonly held: unknown;
}

/** Whether two values of a property are equal. Dates are compared as instants. */
export function sameValue(name: string, one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (name !== 'lastUpdateDateTime' || typeof one !== 'string' || typeof other !== 'string') return false;
  const instant = instantOf(one);
  return instant !== undefined && instant === instantOf(other);
}

/** The properties whose value in `overview` differs from `values`, in the order of the reference page. */
export function mismatches(values: Values, overview: Overview): Mismatch[] {
  const found: Mismatch[] = [];
  for (const { name } of PROPERTIES) {
    const sent = values[name];
    if (sent === undefined || sameValue(name, sent, overview[name])) continue;
    found.push({ name, sent, held: overview[name] });
  }
  return found;
}

/** Whether the service returned every property that was sent, so that the answer can be compared. */
export function returnsAll(values: Values, overview: Overview): boolean {
  return Object.keys(values).every((name) => Object.hasOwn(overview, name));
}

/** The names of the properties that differ between two states of an overview, in the order of the reference page. */
export function changedProperties(before: Overview, after: Overview): string[] {
  return PROPERTIES.map(({ name }) => name).filter((name) => !sameValue(name, before[name], after[name]));
}
