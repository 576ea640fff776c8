import type { Flat } from '../../outcome/result.ts';
import type { Overview } from '../../overview/difference.ts';
import { membersFlat, prefixedCells, prefixedColumns } from '../records/columns.ts';
import { REQUEST_COLUMNS } from '../records/request-record.ts';

/** The record of `--diff`. */
interface Difference {
  readonly before: Overview;
  readonly after: Overview;
}

const COLUMNS = ['run', 'changed', ...prefixedColumns('before.'), ...prefixedColumns('after.')] as const;

/** One line with the overview before and after. */
export const DIFFERENCE_FLAT: Flat = flatWith([]);

/** Like `DIFFERENCE_FLAT`, after the columns of the request that would be sent. */
export const PLANNED_DIFFERENCE_FLAT: Flat = flatWith(REQUEST_COLUMNS);

function flatWith(first: readonly string[]): Flat {
  const members = membersFlat([...first, 'run', 'changed']);
  return {
    columns: [...first, ...COLUMNS],
    row(record) {
      const { before, after } = record as Difference;
      return {
        ...members.row(record),
        ...prefixedCells('before.', before),
        ...prefixedCells('after.', after),
      };
    },
  };
}
