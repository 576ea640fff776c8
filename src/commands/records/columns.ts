import { columnOf, PROPERTIES } from '../../catalog/properties.ts';
import type { Flat } from '../../outcome/result.ts';
import type { Overview } from '../../overview/difference.ts';

/** The columns of an overview in the flat formats: Graph's names, but for the overview's own key. */
export const OVERVIEW_COLUMNS: readonly string[] = PROPERTIES.map(({ name }) => columnOf(name));

/** The cells of an overview in these columns. */
export function overviewCells(overview: Overview | null | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries(PROPERTIES.map(({ name }) => [columnOf(name), overview?.[name]]));
}

/** The columns of an object of overview properties, each behind a prefix such as `before.`. */
export function prefixedColumns(prefix: string): readonly string[] {
  return PROPERTIES.map(({ name }) => prefix + name);
}

/** Its cells. */
export function prefixedCells(
  prefix: string,
  values: Readonly<Record<string, unknown>> | null,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(PROPERTIES.map(({ name }) => [prefix + name, values?.[name]]));
}

/** One overview with its configuration: a row that a spreadsheet can edit and that `apply` reads. */
export const CONFIGURATION_COLUMNS: readonly string[] = [
  'deviceConfigurationId',
  'displayName',
  '@odata.type',
  'via',
  ...OVERVIEW_COLUMNS,
];

/** A record whose members are its columns, in their order; a list is one cell, its elements set apart by spaces. */
export function membersFlat(columns: readonly string[]): Flat {
  return {
    columns,
    row: (record) => {
      const members = record as Readonly<Record<string, unknown>>;
      return Object.fromEntries(columns.map((name) => [name, cellOf(members, name)]));
    },
  };
}

/** @param path a member, or with dots one of its members */
function cellOf(record: Readonly<Record<string, unknown>>, path: string): unknown {
  const value = path
    .split('.')
    .reduce<unknown>((held, name) => (held as Record<string, unknown> | null | undefined)?.[name], record);
  return Array.isArray(value) ? value.join(' ') : value;
}
