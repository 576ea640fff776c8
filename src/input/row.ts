import { sameValue } from '../overview/difference.ts';
import type { Values } from '../overview/payload.ts';
import type { Route } from '../overview/route.ts';
import type { Value } from '../overview/value.ts';

/** One valid row of a file. */
export interface Row {
  /** Its line in the file. */
  readonly line: number;
  readonly deviceConfigurationId: string;
  /** The name in the service; null if it was not read. */
  readonly displayName: string | null;
  readonly route: Route;
  /** The values to write, by Graph's names, in the order of the reference page. */
  readonly values: Values;
  /** The properties whose cells are empty; undefined if there is none, or if the file is not a base. */
  readonly empty?: readonly string[];
  /** The values in the base file of the properties in `values`, null for an empty cell; undefined without a base. */
  readonly base?: Readonly<Record<string, Value | null>>;
  /** Line of the identical row; this one is skipped. */
  readonly duplicateOf?: number;
}

/** A row that has only the display name of its configuration, which must be found. */
export interface NamedRow extends Omit<Row, 'deviceConfigurationId' | 'displayName'> {
  readonly name: string;
}

/** The rows of a file, in the order of the file: those with an id, and those with a name only. */
export interface FileRows {
  readonly rows: readonly Row[];
  readonly named: readonly NamedRow[];
}

/** The key of an overview. For most rows it is the string of the id, which needs no additional memory. */
export function keyOf(row: Row | NamedRow): string {
  const first = 'name' in row ? row.name.normalize('NFC') : row.deviceConfigurationId.toLowerCase();
  // A name may contain a slash.
  return row.route.segments.length === 0 ? first : [first, ...row.route.segments].join('\0');
}

/** Whether two rows have the same values. */
export function sameValues(one: Values, other: Values): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => sameValue(name, one[name], other[name]))
  );
}
