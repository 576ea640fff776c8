import { sameValue } from '../overview/difference.ts';
import type { Values } from '../overview/payload.ts';
import { keyOf, type Row } from './row.ts';

/**
 * Compares the rows of an edited file with the export it was edited from. A cell that equals the base is not written, so
 * that an edit does not revert a newer value. For an edited cell the row keeps the base value, which is compared with the
 * present value of the tenant; null if its cell was empty. A row that is not in the base is unchanged, and a column that
 * the base does not have is not compared.
 */
export function editedRows(rows: readonly Row[], base: readonly Row[]): Row[] {
  // A second row for the same overview is equal to the first one, or has no values.
  const valued = base.filter(({ values }) => Object.keys(values).length > 0);
  const bases = new Map([...base, ...valued].map((row) => [keyOf(row), row]));
  return rows.map((row) => {
    const was = bases.get(keyOf(row));
    return was === undefined ? row : { ...row, ...edits(row.values, was) };
  });
}

function edits(values: Values, { values: was, empty = [] }: Row): Required<Pick<Row, 'values' | 'base'>> {
  const edited = Object.entries(values).filter(([name, value]) => !sameValue(name, value, was[name]));
  // Of two columns for a property, one may be empty.
  const all = { ...Object.fromEntries(empty.map((name) => [name, null])), ...was };
  const names = new Set(edited.map(([name]) => name));
  const base = Object.entries(all).filter(([name]) => names.has(name));
  return { values: Object.fromEntries(edited), base: Object.fromEntries(base) };
}
