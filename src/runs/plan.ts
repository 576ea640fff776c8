import { type Row, sameValues } from '../input/row.ts';
import { Failure, usage } from '../outcome/errors.ts';
import type { Emit } from '../outcome/events.ts';
import { mismatches, type Overview, sameValue } from '../overview/difference.ts';
import type { Place } from '../service/overviews.ts';
import { type ReadManyOptions, readMany } from '../service/read-many.ts';
import { readingProgress } from './reading-progress.ts';
import { plainOverview, type RowRecord, replacedOverview, rowRecord } from './row-record.ts';
import { inShard, type Shard } from './shard.ts';
import type { RunTarget } from './target.ts';

/** A row that has to be written, with what is there now. */
export interface PlannedWrite {
  readonly row: Row;
  /** null where nothing was read. */
  readonly before: Overview | null;
  /** When it was read, in milliseconds since the epoch; missing where another process read it. */
  readonly readAt?: number;
}

/** What a run would do: every row of the file is in exactly one of the two lists. */
export interface Plan {
  readonly target: RunTarget;
  readonly writes: readonly PlannedWrite[];
  /** Unchanged, failed to be read, or left out. */
  readonly settled: readonly RowRecord[];
}

export interface PlanOptions extends ReadManyOptions {
  readonly emit: Emit;
  /** The selected part of the rows, by the overviews that they lead to. */
  readonly shard?: Shard | undefined;
  /** Write a row too whose edited cells were changed in the tenant as well. */
  readonly force?: boolean;
  /** Is given the name of each configuration that came with its overview. */
  readonly onName?: (deviceConfigurationId: string, displayName: string) => void;
}

/**
 * Reads the present values and sorts the rows into those that have to be written and those that have not.
 * @throws a `usage` Failure where two rows want different values for what turns out to be one overview
 */
export async function planRows(rows: readonly Row[], target: RunTarget, options: PlanOptions): Promise<Plan> {
  const settled: RowRecord[] = [];
  const read: Row[] = [];
  for (const row of rows) {
    const unread = row.duplicateOf !== undefined || Object.keys(row.values).length === 0;
    if (unread && options.shard !== undefined && !inShard(row.deviceConfigurationId, options.shard)) continue;
    if (unread) settled.push(unreadRow(row));
    else read.push(row);
  }
  const writes: PlannedWrite[] = [];
  const failures: Failure[] = [];
  // Only where some row goes by another route can two rows lead to one overview.
  const owners = read.every(({ route }) => route.segments.length === 0) ? undefined : new Map<string, Row>();
  const tick = readingProgress(options.emit, options.rateLimiter, 'reading', read.length);
  await readMany(
    read,
    placeOf,
    options,
    (index, present, displayName) => {
      tick();
      const row = withName(read[index] as Row, displayName);
      if (displayName !== undefined) options.onName?.(row.deviceConfigurationId, displayName);
      if (present instanceof Failure) {
        failures.push(present);
        settled.push(failedRow(row, present));
        return;
      }
      const first = owners === undefined ? undefined : checkOwner(row, present, owners);
      if (options.shard !== undefined && !inShard(ownerOf(row, present), options.shard)) return;
      if (first !== undefined) {
        settled.push(unreadRow({ ...row, duplicateOf: first.line }));
        return;
      }
      const differing = mismatches(row.values, present);
      if (differing.length === 0) {
        settled.push(rowRecord(row, 'unchanged'));
        return;
      }
      const conflict = options.force === true ? undefined : conflictOf(row, present);
      if (conflict !== undefined) {
        const error = { kind: 'refused', message: conflict, code: null };
        settled.push(rowRecord(row, 'skipped', { before: plainOverview(present), error }));
        return;
      }
      // Only what differs is sent: an undo then touches nothing else, and no stale cell of a spreadsheet wins over news.
      const values = Object.fromEntries(differing.map(({ name, sent }) => [name, sent]));
      writes.push({
        row: { ...row, values },
        before: replacedOverview(row, present),
        readAt: options.clock.now(),
      });
    },
    true,
  );
  checkReached(failures, read.length);
  writes.sort((one, other) => one.row.line - other.row.line);
  return { target, writes, settled };
}

/** How a row is worded whose edited cells hold in the tenant neither what they were nor what they are to be. */
function conflictOf({ values, base = {} }: Row, present: Overview): string | undefined {
  const moved = Object.keys(base).filter(
    (name) => !sameValue(name, base[name], present[name]) && !sameValue(name, values[name], present[name]),
  );
  if (moved.length === 0) return undefined;
  const each = moved.map(
    (name) => `${name} was ${base[name]}, is ${String(present[name])}, and the file asks for ${values[name]}`,
  );
  return `changed in the tenant since the export: ${each.join('; ')}; --force overwrites it`;
}

/** A row with the name that its configuration has now. */
export function withName(row: Row, displayName: string | undefined): Row {
  return displayName === undefined ? row : { ...row, displayName };
}

/** Failures that say nothing of a row: no connection, or 401 and 403. */
const OF_NO_ROW: ReadonlySet<Failure['kind']> = new Set(['network', 'sign-in', 'permission', 'throttled']);

/** @throws the failure where all of so many rows failed for a reason that has nothing to do with them */
export function checkReached(failures: readonly Failure[], rows: number): void {
  const [first] = failures;
  if (first === undefined || failures.length < rows || !OF_NO_ROW.has(first.kind)) return;
  if (failures.every(({ kind }) => kind === first.kind)) throw first;
}

/** Where a row leads. */
export function placeOf({ deviceConfigurationId, route }: Row): Place {
  return { configurationId: deviceConfigurationId, route };
}

/** The plan without a look at the service: nothing is skipped, and nothing can be undone. */
export function planBlindly(rows: readonly Row[], target: RunTarget): Plan {
  const writes: PlannedWrite[] = [];
  const settled: RowRecord[] = [];
  for (const row of rows) {
    if (row.duplicateOf !== undefined || Object.keys(row.values).length === 0) settled.push(unreadRow(row));
    else writes.push({ row, before: null });
  }
  return { target, writes, settled };
}

/** A row that asks for nothing, or for what another asks. */
function unreadRow(row: Row): RowRecord {
  if (row.duplicateOf === undefined) return rowRecord(row, 'skipped');
  const message = `says the same as line ${row.duplicateOf}`;
  return rowRecord(row, 'skipped', { error: { kind: 'usage', message, code: null } });
}

export function failedRow(row: Row, failure: Failure, more: Partial<RowRecord> = {}): RowRecord {
  const error = { kind: failure.kind, message: failure.message, code: failure.details.code ?? null };
  return rowRecord(row, 'failed', { ...more, error });
}

/** The identity of an overview: its id, or the route to it if it has none. */
function ownerOf({ deviceConfigurationId, route }: Row, { id }: Overview): string {
  return typeof id === 'string' ? id : [deviceConfigurationId, ...route.segments].join('/');
}

/** Two routes may lead to the same overview, which its id shows. @returns the identical row before */
function checkOwner(row: Row, present: Overview, owners: Map<string, Row>): Row | undefined {
  const key = typeof present.id === 'string' ? present.id : undefined;
  if (key === undefined) return undefined;
  const other = owners.get(key);
  owners.set(key, other ?? row);
  if (other === undefined || sameValues(other.values, row.values)) return other;
  throw usage(
    `lines ${other.line} and ${row.line} lead to the same overview (${key}) and want different values for it`,
    'keep one of the two rows; nothing was written',
  );
}
