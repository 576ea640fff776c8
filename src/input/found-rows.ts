import type { Named } from '../overview/match-name.ts';
import { DistinctRows } from './distinct-rows.ts';
import { LineErrors } from './line-errors.ts';
import type { FileRows, Row } from './row.ts';

/** The error for a name that does not match exactly one configuration. */
export interface NotFound {
  readonly message: string;
  readonly hint: string | undefined;
}

/**
 * Adds the configurations that were found by name to the rows of a file, in the order of the file.
 * @param found the result for each name
 * @throws a `usage` Failure with all errors and their lines: of names, and of rows with other values for the same overview
 */
export function foundRows(
  { rows, named }: FileRows,
  found: ReadonlyMap<string, Named | NotFound>,
): readonly Row[] {
  if (named.length === 0) return rows;
  const errors = new LineErrors();
  const all: Row[] = [...rows];
  for (const { name, ...row } of named) {
    const one = found.get(name);
    if (one === undefined) throw new Error(`missing lookup of ${name}`);
    if ('id' in one) all.push({ ...row, deviceConfigurationId: one.id, displayName: one.displayName });
    else errors.add(row.line, one.message, { hint: one.hint, value: JSON.stringify(name) });
  }
  all.sort((first, second) => first.line - second.line);
  // An id and a name may belong to the same configuration, as may two names that differ in letter case.
  const distinct = new DistinctRows<Row>(errors);
  const checked = all.map((row) => distinct.checked(row));
  errors.throwIfAny();
  return checked;
}
