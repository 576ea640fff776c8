import type { RunTarget } from '../../src/bulk/journal.ts';
import type { Row, RowRecord } from '../../src/bulk/row.ts';
import type { Values } from '../../src/overview/payload.ts';
import { readRoute } from '../../src/overview/route.ts';

export const TARGET: RunTarget = { graph: 'local', tenant: null, apiVersion: 'beta' };

/** A checked row; its line tells it from others. */
export async function rowOf(
  line: number,
  values: Values = { pendingCount: line },
  via = 'direct',
): Promise<Row> {
  const route = await readRoute(via, { apiVersion: 'beta' });
  return { line, deviceConfigurationId: `c${line}`, route, values };
}

/** The record of a row as a plan or a journal has it. */
export function recordOf(line: number, more: Partial<RowRecord> = {}): RowRecord {
  return {
    line,
    deviceConfigurationId: `c${line}`,
    via: 'direct',
    certificateId: null,
    status: 'skipped',
    before: { pendingCount: 0 },
    sent: { pendingCount: line },
    after: null,
    error: null,
    ...more,
  };
}
