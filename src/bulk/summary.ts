import type { RowRecord, RowStatus } from './row.ts';

/** What `apply` and `undo` print. */
export interface Summary {
  readonly run: string | null;
  /** Rows that had to be written. */
  readonly planned: number;
  readonly unchanged: number;
  readonly written: number;
  readonly mismatched: number;
  readonly failed: number;
  readonly skipped: number;
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
  const counts: Record<RowStatus, number> = {
    unchanged: 0,
    written: 0,
    mismatched: 0,
    failed: 0,
    skipped: 0,
  };
  for (const { status } of rows) counts[status] += 1;
  return { run, planned, ...counts, seconds: Math.round(milliseconds) / 1_000, throttled, rows };
}
