import { ENTITY_TYPES, type EntityTypeRow, type NavigationRow } from '../catalog/navigation.ts';
import type { Version } from './schema.ts';

const ROWS = new Map(ENTITY_TYPES.map((row) => [row.name, row]));

export function entityType(name: string, version: Version): EntityTypeRow | undefined {
  const row = ROWS.get(name);
  return version === 'v1.0' && row?.v1 !== true ? undefined : row;
}

/** The type and its base types, except `entity`. */
export function ancestry(name: string): readonly string[] {
  const names: string[] = [];
  for (let row = ROWS.get(name); row !== undefined; row = ROWS.get(row.base)) names.push(row.name);
  return names;
}

/** A navigation property of a type or its base types. v1.0 has none between configurations. */
export function navigation(type: string, name: string, version: Version): NavigationRow | undefined {
  if (version === 'v1.0') return undefined;
  for (const ancestor of ancestry(type)) {
    const found = ROWS.get(ancestor)?.navigation.find((row) => row.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}
