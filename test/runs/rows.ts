import type { Row } from '../../src/input/row.ts';
import type { Values } from '../../src/overview/payload.ts';
import { readRoute } from '../../src/overview/route.ts';
import type { OpenJournal } from '../../src/runs/journal.ts';
import type { JournalEntry, RunHead } from '../../src/runs/journal-entries.ts';
import type { JournalState } from '../../src/runs/journal-state.ts';
import type { RowRecord } from '../../src/runs/row-record.ts';
import type { RowCounts } from '../../src/runs/summary.ts';
import type { RunTarget } from '../../src/runs/target.ts';
import type { LogContent } from '../../src/state/read-log.ts';
import { isObject } from '../../src/text/is-object.ts';

export const TARGET: RunTarget = { graph: 'local', tenant: null, apiVersion: 'beta' };

/** The first record of a run's journal. */
export const HEAD: RunHead = {
  type: 'run',
  format: 2,
  run: 'run',
  started: '2026-01-02T03:04:05.000Z',
  command: 'apply',
  source: 'rows.csv',
  undoes: null,
  target: TARGET,
  sequence: 1,
  settings: { rate: null, shard: null, read: true, verify: true, lenient: false },
};

/** The content of a log with these records. */
export function contentOf(records: readonly unknown[], damage?: LogContent['damage']): LogContent {
  return { records: records.filter(isObject), size: 0, checksum: 0, damage };
}

/** A journal without rows. */
export const NOTHING: JournalState = {
  head: HEAD,
  plan: new Map(),
  agreed: true,
  doubtful: new Set(),
  uncertain: new Set(),
  results: new Map(),
  verified: new Set(),
  ended: null,
  done: false,
  damage: undefined,
};

/** The counts of `runs`. */
export function countsOf(more: Partial<RowCounts> = {}): RowCounts {
  return { planned: 0, unchanged: 0, written: 0, mismatched: 0, failed: 0, skipped: 0, ...more };
}

/** A journal that appends its entries to a list. */
export function journalInto(entries: JournalEntry[]): OpenJournal {
  return {
    append: async (added) => {
      entries.push(...added);
    },
    close: async () => undefined,
  };
}

/** A checked row, identified by its line. */
export async function rowOf(
  line: number,
  values: Values = { pendingCount: line },
  via = 'direct',
): Promise<Row> {
  const route = await readRoute(via, { apiVersion: 'beta' });
  return { line, deviceConfigurationId: `c${line}`, displayName: null, route, values };
}

/** The record of a row as a plan or a journal has it. */
export function recordOf(line: number, more: Partial<RowRecord> = {}): RowRecord {
  return {
    line,
    deviceConfigurationId: `c${line}`,
    displayName: null,
    via: 'direct',
    certificateId: null,
    status: 'planned',
    before: { pendingCount: 0 },
    sent: { pendingCount: line },
    after: null,
    error: null,
    ...more,
  };
}
