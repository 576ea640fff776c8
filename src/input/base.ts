import { sameValue } from '../overview/difference.ts';
import type { Values } from '../overview/payload.ts';
import type { Row } from './row.ts';

/**
 * The rows of a file that was edited, with what it was edited from. A cell that equals the base asks for nothing, so that
 * an edit reverts nobody's newer value; of an edited one the row keeps what stood there, to be compared with what the
 * tenant holds now. A row that the base does not have stays as it is.
 */
export function editedRows(rows: readonly Row[], base: readonly Row[]): Row[] {
  const bases = new Map(base.map((row) => [keyOf(row), row.values]));
  return rows.map((row) => {
    const was = bases.get(keyOf(row));
    return was === undefined ? row : { ...row, ...edits(row.values, was) };
  });
}

function edits(values: Values, was: Values): Required<Pick<Row, 'values' | 'base'>> {
  const edited = Object.entries(values).filter(([name, value]) => !sameValue(name, value, was[name]));
  const names = new Set(edited.map(([name]) => name));
  const base = Object.entries(was).filter(([name]) => names.has(name));
  return { values: Object.fromEntries(edited), base: Object.fromEntries(base) };
}

function keyOf({ deviceConfigurationId, route }: Row): string {
  return [deviceConfigurationId.toLowerCase(), ...route.segments].join('/');
}
