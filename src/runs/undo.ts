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

/** The rows that a run wrote, without all else that its journal holds, which may be a great deal. */
export interface WaysBack {
  /** What cannot be put back, and why. */
  readonly settled: readonly RowRecord[];
  readonly ways: readonly Way[];
}

/**
 * What a run wrote, as rows with the values before, of the properties that the run wrote and of no other. Of rows that
 * failed, or were sent and never answered, it is unknown whether they were stored.
 * @param force whether to go by the plan where records were lost
 */
export async function waysBack(
  { head, plan, results, doubtful, uncertain }: JournalState,
  force: boolean,
): Promise<WaysBack> {
  const apiVersion = head.target.apiVersion as ApiVersion;
  const settled: RowRecord[] = [];
  const ways: Way[] = [];
  for (const [index, planned] of plan) {
    const record = results.get(index) ?? planned;
    const certain = record.status === 'written' || record.status === 'mismatched';
    if (record.sent === null || !(certain || record.status === 'failed' || doubtful.has(index))) continue;
    const { row, before } = await plannedWrite(record, apiVersion);
    if (uncertain.has(index) && !force) {
      settled.push(rowRecord(row, 'skipped', { error: LOST }));
      continue;
    }
    const values = before === null ? undefined : valuesOf(before, record.sent);
    if (values === undefined) settled.push(rowRecord(row, 'failed', { error: nothingKept(before === null) }));
    else
      ways.push({
        row: { ...row, values },
        left: leftBy(record.sent, certain ? record.after : null),
        certain,
      });
  }
  return { settled, ways };
}

/**
 * Plans the undo. A row that has changed since is refused, unless `force`; one of which it is unknown whether it
 * was stored is put back where the service holds what was sent.
 */
export async function planUndo(
  { settled: before, ways }: WaysBack,
  target: RunTarget,
  force: boolean,
  options: ReadManyOptions,
): Promise<Plan> {
  const settled = [...before];
  const writes: PlannedWrite[] = [];
  const failures: Failure[] = [];
  await readMany(
    ways,
    ({ row }) => placeOf(row),
    options,
    (index, present, displayName) => {
      const { row: unnamed, left, certain } = ways[index] as Way;
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
  checkReached(failures, ways.length);
  writes.sort((one, other) => one.row.line - other.row.line);
  return { target, writes, settled };
}

/** One row on its way back. */
interface Way {
  readonly row: Row;
  /** What the run left there, of the properties that it wrote. */
  readonly left: Readonly<Record<string, unknown>>;
  /** Whether it is known that the run wrote it. */
  readonly certain: boolean;
}

/** A service may have made something else of what was sent: that is what it was left with. */
function leftBy(sent: Values, held: Overview | null): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [
      name,
      held !== null && Object.hasOwn(held, name) ? held[name] : value,
    ]),
  );
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

/** The journal lost records of a row, so that it may not hold what the run really replaced. */
const LOST: RowRecord['error'] = {
  kind: 'refused',
  message:
    'the last records of the journal are damaged, so it is not certain what the run replaced; --force goes by its plan',
  code: null,
};

function nothingKept(unread: boolean): RowRecord['error'] {
  const message = unread ? 'the run did not read the values before' : 'the values before were not all there';
  return { kind: 'refused', message, code: null };
}

function changedSince(names: readonly string[]): RowRecord['error'] {
  return {
    kind: 'refused',
    message: `changed since the run: ${names.join(', ')}; --force overwrites it`,
    code: null,
  };
}
