import type { ApiVersion } from '../catalog/properties.ts';
import type { Row } from '../input/row.ts';
import { Failure } from '../outcome/errors.ts';
import { type Overview, sameValue } from '../overview/difference.ts';
import type { Values } from '../overview/payload.ts';
import type { Value } from '../overview/value.ts';
import { type ReadManyOptions, readMany } from '../service/read-many.ts';
import type { JournalState } from './journal-state.ts';
import { checkReached, failedRow, type Plan, type PlannedWrite, placeOf, withName } from './plan.ts';
import { plannedWrite } from './resume.ts';
import { plainOverview, type RowRecord, replacedOverview, rowRecord } from './row-record.ts';
import type { RunTarget } from './target.ts';

/** The rows to undo, without the rest of the journal, which may be large. */
export interface UndoRows {
  /** Rows that cannot be undone, with the reason. */
  readonly settled: readonly RowRecord[];
  readonly rows: readonly UndoRow[];
}

/**
 * The reverse of a run: for each row that it wrote, the values before of the properties that it wrote. For rows that failed
 * or have no answer it is unknown whether they were stored.
 * @param force whether to use the values of the plan if records were lost
 */
export async function undoRows(
  { head, plan, results, doubtful, uncertain }: JournalState,
  force: boolean,
): Promise<UndoRows> {
  const apiVersion = head.target.apiVersion as ApiVersion;
  const settled: RowRecord[] = [];
  const rows: UndoRow[] = [];
  for (const [index, planned] of plan) {
    const record = results.get(index) ?? planned;
    const certain = record.status === 'written' || record.status === 'mismatched';
    if (record.sent === null || !(certain || record.status === 'failed' || doubtful.has(index))) continue;
    const isLost = uncertain.has(index);
    const { row, before } = await plannedWrite(
      isLost ? { ...record, before: planned.before } : record,
      apiVersion,
    );
    if (isLost && !force) {
      settled.push(rowRecord(row, 'skipped', { error: LOST }));
      continue;
    }
    const values = before === null ? undefined : valuesOf(before, record.sent);
    if (values === undefined) {
      const reason = before !== null ? 'missing' : head.settings.read ? 'lost' : 'unread';
      settled.push(rowRecord(row, 'failed', { error: nothingKept(reason) }));
    } else
      rows.push({
        row: { ...row, values },
        left: leftBy(record.sent, certain ? record.after : null),
        certain,
      });
  }
  return { settled, rows };
}

/**
 * Plans the undo. A row that has changed since the run is skipped, unless `force` is set. A row that may not have been
 * stored is restored if the service has the values that were sent.
 */
export async function planUndo(
  { settled: before, rows }: UndoRows,
  target: RunTarget,
  force: boolean,
  options: ReadManyOptions,
): Promise<Plan> {
  const settled = [...before];
  const writes: PlannedWrite[] = [];
  const failures: Failure[] = [];
  await readMany(
    rows,
    ({ row }) => placeOf(row),
    options,
    (index, present, displayName) => {
      const { row: unnamed, left, certain } = rows[index] as UndoRow;
      const row = withName(unnamed, displayName);
      if (present instanceof Failure) {
        failures.push(present);
        settled.push(failedRow(row, present));
      } else if (Object.entries(row.values).every(([name, value]) => sameValue(name, value, present[name]))) {
        settled.push(rowRecord(row, 'unchanged'));
      } else {
        const changed = Object.keys(left).filter((name) => !sameValue(name, left[name], present[name]));
        if (changed.length === 0 || (certain && force))
          writes.push({ row, before: replacedOverview(row, present), readAt: options.clock.now() });
        else if (!certain) settled.push(rowRecord(row, 'unchanged'));
        else
          settled.push(
            rowRecord(row, 'skipped', { before: plainOverview(present), error: changedSince(changed) }),
          );
      }
    },
    true,
  );
  checkReached(failures, rows.length);
  writes.sort((one, other) => one.row.line - other.row.line);
  return { target, writes, settled };
}

/** One row to undo. */
interface UndoRow {
  /** The row with the values before the run. */
  readonly row: Row;
  /** The values after the run, of the properties that it wrote. */
  readonly left: Readonly<Record<string, unknown>>;
  /** Whether the run certainly wrote it. */
  readonly certain: boolean;
}

/** The values after the run: those of the answer if it has them, since the service may have changed what was sent. */
function leftBy(sent: Values, held: Overview | null): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [
      name,
      held !== null && Object.hasOwn(held, name) ? held[name] : value,
    ]),
  );
}

/** The values before, of the properties that were sent; undefined if one is missing. */
function valuesOf(
  before: Readonly<Record<string, unknown>>,
  sent: Readonly<Record<string, Value>>,
): Record<string, Value> | undefined {
  const entries = Object.keys(sent).map((name) => [name, before[name]] as const);
  if (entries.some(([, value]) => typeof value !== 'number' && typeof value !== 'string')) return undefined;
  return Object.fromEntries(entries) as Record<string, Value>;
}

/** For a row with lost records: its values in the journal may not be those that the run replaced. */
const LOST: RowRecord['error'] = {
  kind: 'refused',
  message:
    'the last records of the journal are damaged, so it is uncertain which values the run replaced; --force restores those of its plan',
  code: null,
};

/** Why a row has no previous values that could be restored. */
const NOTHING_KEPT = {
  unread: 'the run did not read the previous values',
  lost: 'the previous values are uncertain, since records of the journal were lost',
  missing: 'some previous values are missing',
} as const;

function nothingKept(reason: keyof typeof NOTHING_KEPT): RowRecord['error'] {
  return { kind: 'refused', message: NOTHING_KEPT[reason], code: null };
}

function changedSince(names: readonly string[]): RowRecord['error'] {
  return {
    kind: 'refused',
    message: `changed since the run: ${names.join(', ')}; --force overwrites it`,
    code: null,
  };
}
