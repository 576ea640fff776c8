import { columnOf, PROPERTIES } from '../../catalog/properties.ts';
import type { Flat } from '../../outcome/result.ts';
import type { Overview } from '../../overview/difference.ts';

/** The columns of an overview in the flat formats: Graph's names, except for the id of the overview. */
export const OVERVIEW_COLUMNS: readonly string[] = PROPERTIES.map(({ name }) => columnOf(name));

/** The cells of an overview for `OVERVIEW_COLUMNS`. */
export function overviewCells(overview: Overview | null | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries(PROPERTIES.map(({ name }) => [columnOf(name), overview?.[name]]));
}

/** The columns of an overview with a prefix, such as `before.`. */
export function prefixedColumns(prefix: string): readonly string[] {
  return PROPERTIES.map(({ name }) => prefix + name);
}

/** The cells of an overview for `prefixedColumns`. */
export function prefixedCells(
  prefix: string,
  values: Readonly<Record<string, unknown>> | null,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(PROPERTIES.map(({ name }) => [prefix + name, values?.[name]]));
}

/** The columns of a configuration with its overview, which `apply` can read. */
export const CONFIGURATION_COLUMNS: readonly string[] = [
  'deviceConfigurationId',
  'displayName',
  '@odata.type',
  'via',
  ...OVERVIEW_COLUMNS,
];

/** A layout whose columns are members of the record. A list is one cell, with spaces between its elements. */
export function membersFlat(columns: readonly string[]): Flat {
  return {
    columns,
    row: (record) => {
      const members = record as Readonly<Record<string, unknown>>;
      return Object.fromEntries(columns.map((name) => [name, cellOf(members, name)]));
    },
  };
}

/** @param path the name of a member, or names separated by dots */
function cellOf(record: Readonly<Record<string, unknown>>, path: string): unknown {
  const value = path
    .split('.')
    .reduce<unknown>((held, name) => (held as Record<string, unknown> | null | undefined)?.[name], record);
  return Array.isArray(value) ? value.join(' ') : value;
}
