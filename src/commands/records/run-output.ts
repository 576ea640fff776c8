import type { Flat, Result } from '../../outcome/result.ts';
import type { RowRecord } from '../../runs/row-record.ts';
import { prefixedCells, prefixedColumns } from './columns.ts';

/** The output of `apply`, `undo` and `runs show`: counts, and a record for each row. */
interface RunOutput {
  readonly rows: readonly RowRecord[];
}

/** The rows of a run in the flat formats. The summary after them has no line. */
export const ROWS_FLAT: Flat = {
  columns: [
    'line',
    'deviceConfigurationId',
    'displayName',
    'via',
    'certificateId',
    'status',
    ...prefixedColumns('before.'),
    ...prefixedColumns('sent.'),
    ...prefixedColumns('after.'),
    'error.kind',
    'error.message',
    'error.code',
  ],
  row(record) {
    const { type, ...row } = record as RowRecord & { readonly type: string };
    if (type !== 'row') return undefined;
    const { kind, message, code } = row.error ?? {};
    return {
      ...row,
      ...prefixedCells('before.', row.before),
      ...prefixedCells('sent.', row.sent),
      ...prefixedCells('after.', row.after),
      'error.kind': kind,
      'error.message': message,
      'error.code': code,
    };
  },
};

/** The result for a complete output: one value, or its rows and a summary as a stream. */
export function wholeOutput(output: RunOutput): Pick<Result, 'data' | 'parts' | 'flat'> {
  return { data: { value: output }, parts: () => partsOf(output), flat: ROWS_FLAT };
}

async function* partsOf({ rows, ...counts }: RunOutput): AsyncGenerator<unknown> {
  for (const row of rows) yield { type: 'row', ...row };
  yield { type: 'summary', ...counts };
}
