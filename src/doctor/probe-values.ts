import { type ApiVersion, INT32_MAX, PROPERTIES } from '../catalog/properties.ts';
import { type Overview, sameValue } from '../overview/difference.ts';
import { instantError } from '../overview/instant.ts';
import type { Values } from '../overview/payload.ts';
import type { Value } from '../overview/value.ts';

/** What an overview holds that can be written back as it is: every property but the key, where its value is allowed. */
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

/** One property with a value that the overview does not hold. */
export interface Marker {
  readonly name: string;
  /** In words: `a second later`. */
  readonly how: string;
  readonly old: Value;
  readonly value: Value;
}

/** Those with the least information about devices come first. */
const MARKED = ['lastUpdateDateTime', 'configurationVersion', 'pendingCount'] as const;

/**
 * What to write for a moment, to see whether it is stored.
 * @param present values that the overview holds
 * @param read the overview after just these values were written; what the service changed by itself is no marker
 * @returns undefined where there is nothing that could be one
 */
export function markerFor(present: Values, read: Overview): Marker | undefined {
  const name = MARKED.find((one) => present[one] !== undefined && sameValue(one, present[one], read[one]));
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
