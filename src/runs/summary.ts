import type { RowRecord, RowStatus } from './row-record.ts';

/** The output of `apply` and `undo`. */
export interface Summary extends RowCounts {
  readonly run: string | null;
  readonly seconds: number;
  /** Number of attempts that the service throttled. */
  readonly throttled: number;
  readonly rows: readonly RowRecord[];
}

/** The summary of a run. @param milliseconds its duration */
export function summarize(
  run: string | null,
  rows: readonly RowRecord[],
  planned: number,
  milliseconds: number,
  throttled: number,
): Summary {
  const seconds = Math.round(milliseconds) / 1_000;
  return { run, ...countRows(rows, planned), seconds, throttled, rows };
}

/** The number of rows by status; `planned` is the number of rows to write, whatever their status. */
export type RowCounts = Readonly<Record<RowStatus, number>>;

/** @param planned number of rows to write */
export function countRows(rows: readonly RowRecord[], planned: number): RowCounts {
  const counts = { unchanged: 0, written: 0, mismatched: 0, failed: 0, skipped: 0 };
  for (const { status } of rows) if (status !== 'planned') counts[status] += 1;
  return { planned, ...counts };
}
