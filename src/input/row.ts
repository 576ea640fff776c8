import { sameValue } from '../overview/difference.ts';
import type { Values } from '../overview/payload.ts';
import type { Route } from '../overview/route.ts';

/** One row of a file, checked. */
export interface Row {
  /** Line of the file on which it stands. */
  readonly line: number;
  readonly deviceConfigurationId: string;
  /** As the service has it; null where it was not read. */
  readonly displayName: string | null;
  readonly route: Route;
  /** What to write, by Graph's names, in the order of the reference page. */
  readonly values: Values;
  /** What stood in the file that this one was edited from, of the properties in `values`; none where there is no base. */
  readonly base?: Values;
  /** Line of the row that says the same; this one is then left out. */
  readonly duplicateOf?: number;
}

/** A row whose configuration is named by its display name alone, and has to be found. */
export interface NamedRow extends Omit<Row, 'deviceConfigurationId' | 'displayName'> {
  readonly name: string;
}

/** What a file holds: each row is in one of the two lists, in the order of the file. */
export interface FileRows {
  readonly rows: readonly Row[];
  readonly named: readonly NamedRow[];
}

/** Whether two rows want the same for an overview. */
export function saySame(one: Values, other: Values): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => sameValue(name, one[name], other[name]))
  );
}
