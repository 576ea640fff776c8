import { ticksOf } from './instant.ts';
import { propertiesOf, type SchemaProperty } from './schema.ts';
import type { Configuration } from './tenant.ts';

/** A value in comparable form: text in lower case, a date as ticks. */
export type Comparable = string | number | bigint;

/** The properties for filters and orders of a list. */
const NAMES = ['id', 'displayName', 'createdDateTime', 'lastModifiedDateTime', 'version'] as const;

export interface ComparableProperty {
  readonly name: (typeof NAMES)[number];
  readonly type: SchemaProperty['type'];
  of(configuration: Configuration): Comparable;
}

const PROPERTIES: readonly ComparableProperty[] = NAMES.map((name) => {
  const type =
    propertiesOf('deviceConfiguration', 'beta').find((row) => row.name === name)?.type ?? 'Edm.String';
  return { name, type, of: (configuration) => comparable(configuration[name], type) };
});

/** By name in any letter case; undefined if lists do not support it. */
export function comparableProperty(name: string): ComparableProperty | undefined {
  const lower = name.toLowerCase();
  return PROPERTIES.find((row) => row.name.toLowerCase() === lower);
}

/** Intune compares text case-insensitively. */
export function folded(text: string): string {
  return text.toLowerCase();
}

export function compare(left: Comparable, right: Comparable): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function comparable(value: string | number, type: SchemaProperty['type']): Comparable {
  if (typeof value === 'number') return value;
  return type === 'Edm.DateTimeOffset' ? (ticksOf(value, true) ?? 0n) : folded(value);
}
