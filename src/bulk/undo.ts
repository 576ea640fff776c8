import type { ApiVersion } from '../catalog/properties.ts';
import { Failure } from '../errors.ts';
import { sameValue } from '../overview/difference.ts';
import type { Value } from '../overview/value.ts';
import { type ReadManyOptions, readMany } from '../service/read-many.ts';
import type { RunTarget } from './journal.ts';
import { failedRow, type Plan, type PlannedWrite, placeOf } from './plan.ts';
import { plannedWrite } from './resume.ts';
import { plainOverview, type RowRecord, rowRecord } from './row.ts';

/**
 * Plans the way back: each row that a run wrote gets the values it had before, of the properties that the run wrote and
 * of no other. A row that someone changed since is refused, unless `force`.
 * @param records the account of the run
 */
export async function planUndo(
  records: readonly RowRecord[],
  target: RunTarget,
  force: boolean,
  options: ReadManyOptions,
): Promise<Plan> {
  const settled: RowRecord[] = [];
  const back: { readonly write: PlannedWrite; readonly sent: Readonly<Record<string, Value>> }[] = [];
  for (const record of records) {
    if (record.sent === null || !['written', 'mismatched'].includes(record.status)) continue;
    const { row, before } = await plannedWrite(record, target.apiVersion as ApiVersion);
    const values = before === null ? undefined : valuesOf(before, record.sent);
    if (values === undefined) settled.push(rowRecord(row, 'failed', { error: nothingKept(before === null) }));
    else back.push({ write: { row: { ...row, values }, before }, sent: record.sent });
  }
  const writes: PlannedWrite[] = [];
  await readMany(
    back,
    ({ write }) => placeOf(write.row),
    options,
    (index, present) => {
      const { write, sent } = back[index] as (typeof back)[number];
      const { row } = write;
      if (present instanceof Failure) settled.push(failedRow(row, present));
      else if (Object.entries(row.values).every(([name, value]) => sameValue(name, value, present[name]))) {
        settled.push(rowRecord(row, 'unchanged'));
      } else {
        const changed = Object.keys(sent).filter((name) => !sameValue(name, sent[name], present[name]));
        if (changed.length === 0 || force) writes.push({ row, before: plainOverview(present) });
        else
          settled.push(
            rowRecord(row, 'skipped', { before: plainOverview(present), error: changedSince(changed) }),
          );
      }
    },
  );
  writes.sort((one, other) => one.row.line - other.row.line);
  return { target, writes, settled };
}

/** What the overview held before, of the properties that were sent; undefined where one was not there. */
function valuesOf(
  before: Readonly<Record<string, unknown>>,
  sent: Readonly<Record<string, Value>>,
): Record<string, Value> | undefined {
  const entries = Object.keys(sent).map((name) => [name, before[name]] as const);
  if (entries.some(([, value]) => typeof value !== 'number' && typeof value !== 'string')) return undefined;
  return Object.fromEntries(entries) as Record<string, Value>;
}

function nothingKept(unread: boolean): RowRecord['error'] {
  const message = unread ? 'the run did not read the values before' : 'the values before were not all there';
  return { kind: 'refused', message, code: null };
}

function changedSince(names: readonly string[]): RowRecord['error'] {
  return {
    kind: 'refused',
    message: `changed since by someone else: ${names.join(', ')}; --force overwrites it`,
    code: null,
  };
}
