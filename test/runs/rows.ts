import type { Row } from '../../src/input/row.ts';
import type { Values } from '../../src/overview/payload.ts';
import { readRoute } from '../../src/overview/route.ts';
import type { JournalEntry, OpenJournal, RunHead, RunTarget } from '../../src/runs/journal.ts';
import type { RowRecord } from '../../src/runs/row-record.ts';

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
};

/** A journal that puts its entries where a test can see them. */
export function journalInto(entries: JournalEntry[]): OpenJournal {
  return {
    append: async (added) => {
      entries.push(...added);
    },
    close: async () => undefined,
  };
}

/** A checked row; its line tells it from others. */
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
