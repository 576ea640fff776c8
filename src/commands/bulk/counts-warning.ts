import { CountsWarnings } from '../../overview/counts-warning.ts';
import { invalidCountsText } from '../../overview/devices.ts';
import type { RowRecord } from '../../runs/row-record.ts';

/** The warning about invalid counts in the overviews that were read for a plan; undefined if all are numbers. */
export function plannedCountsWarning(rows: readonly RowRecord[]): string | undefined {
  const warnings = new CountsWarnings();
  for (const { line, before } of rows) if (before !== null) warnings.add(`line ${line}`, before);
  return warnings.text();
}

/** The warning about counts that are invalid after a run and were not so before; undefined if there are none. */
export function writtenCountsWarning(rows: readonly RowRecord[]): string | undefined {
  const warnings = new CountsWarnings();
  for (const { line, before, after } of rows) {
    if (after === null || (before !== null && invalidCountsText(before) === invalidCountsText(after)))
      continue;
    warnings.add(`line ${line}`, after);
  }
  return warnings.text();
}
