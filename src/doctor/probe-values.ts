import { type ApiVersion, INT32_MAX, PROPERTIES } from '../catalog/properties.ts';
import { type Overview, sameValue } from '../overview/difference.ts';
import { instantError } from '../overview/instant.ts';
import type { Values } from '../overview/payload.ts';
import type { Value } from '../overview/value.ts';

/** The values of an overview that can be written back: all properties except the id, if their values are valid. */
export function presentValues(overview: Overview, apiVersion: ApiVersion): Values {
  const rows = PROPERTIES.filter(
    ({ name, apiVersions }) => name !== 'id' && apiVersions.includes(apiVersion),
  );
  return Object.fromEntries(
    rows.flatMap(({ name, type }) => {
      const value = overview[name];
      const allowed = type === 'Edm.Int32' ? isInt32(value) : isInstant(value);
      return allowed ? [[name, value as Value]] : [];
    }),
  );
}

/** A property with a value that differs from the stored one. */
export interface Marker {
  readonly name: string;
  /** How it differs, for messages: `moved by a second`. */
  readonly how: string;
  readonly old: Value;
  readonly value: Value;
}

/** Properties that can be changed temporarily, those with the least information about devices first. */
const MARKER_PROPERTIES = ['lastUpdateDateTime', 'configurationVersion', 'pendingCount'] as const;

/**
 * Chooses a value to write temporarily, to find out whether it is stored.
 * @param present the stored values
 * @param read the overview after these values were written back; a property that the service changed is not used
 * @returns undefined if no property can be used
 */
export function markerFor(present: Values, read: Overview): Marker | undefined {
  const name = MARKER_PROPERTIES.find(
    (one) => present[one] !== undefined && sameValue(one, present[one], read[one]),
  );
  const old = name === undefined ? undefined : present[name];
  if (name === undefined || old === undefined) return undefined;
  if (typeof old === 'number') {
    const value = old < INT32_MAX ? old + 1 : old - 1;
    return { name, how: value > old ? 'raised by one' : 'lowered by one', old, value };
  }
  const moved = new Date(Date.parse(old) + 1_000).toISOString().replace('.000Z', 'Z');
  return { name, how: 'moved by a second', old, value: moved };
}

function isInt32(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= INT32_MAX;
}

function isInstant(value: unknown): boolean {
  return typeof value === 'string' && instantError(value) === undefined && value < '9999-12-31T';
}
