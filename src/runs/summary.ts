import type { RowRecord, RowStatus } from './row-record.ts';

/** What `apply` and `undo` print. */
export interface Summary extends RowCounts {
  readonly run: string | null;
  readonly seconds: number;
  /** Attempts that the service throttled. */
  readonly throttled: number;
  readonly rows: readonly RowRecord[];
}

/** Counts the rows of a run by how they ended. */
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

/** How many rows ended in each status; `planned` counts those that had to be written, however they ended. */
export type RowCounts = Readonly<Record<RowStatus, number>>;

/** @param planned how many rows had to be written */
export function countRows(rows: readonly RowRecord[], planned: number): RowCounts {
  const counts = { unchanged: 0, written: 0, mismatched: 0, failed: 0, skipped: 0 };
  for (const { status } of rows) if (status !== 'planned') counts[status] += 1;
  return { planned, ...counts };
}
