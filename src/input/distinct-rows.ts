import type { LineErrors } from './line-errors.ts';
import { keyOf, type NamedRow, type Row, sameValues } from './row.ts';

/** Finds duplicate rows. Two rows for the same overview must have the same values; the second one is then skipped. */
export class DistinctRows<Kind extends Row | NamedRow> {
  readonly #seen = new Map<string, Kind>();
  readonly #errors: LineErrors;

  constructor(errors: LineErrors) {
    this.#errors = errors;
  }

  /** Returns the row, marked as a duplicate if an earlier row has the same values. Other values are an error. */
  checked(row: Kind): Kind {
    const key = keyOf(row);
    const other = this.#seen.get(key);
    if (other === undefined || isEmptyRow(other)) {
      this.#seen.set(key, row);
      return row;
    }
    // A row without values does not contradict another row.
    if (isEmptyRow(row)) return row;
    if (!sameValues(other.values, row.values)) {
      this.#errors.add(row.line, `another value for the overview of line ${other.line}`, {
        hint: 'keep one of the two rows',
      });
    }
    return { ...row, duplicateOf: other.line };
  }
}

function isEmptyRow({ values }: Row | NamedRow): boolean {
  return Object.keys(values).length === 0;
}
