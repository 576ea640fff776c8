import { CountsWarnings } from '../../overview/counts-warning.ts';
import { invalidCountsText } from '../../overview/devices.ts';
import type { RowRecord } from '../../runs/row-record.ts';

/** The warning about the counts of a plan's rows as they were read; undefined where all are numbers. */
export function plannedCountsWarning(rows: readonly RowRecord[]): string | undefined {
  const warnings = new CountsWarnings();
  for (const { line, before } of rows) if (before !== null) warnings.add(`line ${line}`, before);
  return warnings.text();
}

/** The warning about the counts that a run left behind, as far as they were not so before. */
export function writtenCountsWarning(rows: readonly RowRecord[]): string | undefined {
  const warnings = new CountsWarnings();
  for (const { line, before, after } of rows) {
    if (after === null || (before !== null && invalidCountsText(before) === invalidCountsText(after)))
      continue;
    warnings.add(`line ${line}`, after);
  }
  return warnings.text();
}
