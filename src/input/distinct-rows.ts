import type { LineErrors } from './line-errors.ts';
import { type NamedRow, type Row, sameValues } from './row.ts';

/** Rows by the overviews they are for. Two rows for one may not want different things; one that is there twice counts once. */
export class DistinctRows<Kind extends Row | NamedRow> {
  readonly #seen = new Map<string, Kind>();
  readonly #errors: LineErrors;

  constructor(errors: LineErrors) {
    this.#errors = errors;
  }

  /** The row, marked where an earlier one says the same; where that says something else, it is an error. */
  checked(row: Kind): Kind {
    const key = keyOf(row);
    const other = this.#seen.get(key);
    if (other === undefined || isEmptyRow(other)) {
      this.#seen.set(key, row);
      return row;
    }
    // A row that wants nothing contradicts none.
    if (isEmptyRow(row)) return row;
    if (!sameValues(other.values, row.values)) {
      this.#errors.add(row.line, `another value for the overview of line ${other.line}`, {
        hint: 'keep one of the two rows',
      });
    }
    return { ...row, duplicateOf: other.line };
  }
}

/** For most rows the key is the id itself, and takes no memory of its own. */
function keyOf(row: Row | NamedRow): string {
  const first = 'name' in row ? row.name.normalize('NFC') : row.deviceConfigurationId.toLowerCase();
  return row.route.segments.length === 0 ? first : [first, ...row.route.segments].join('/');
}

function isEmptyRow({ values }: Row | NamedRow): boolean {
  return Object.keys(values).length === 0;
}
