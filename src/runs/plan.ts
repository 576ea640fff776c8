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

/** A row to be written, with the present values. */
export interface PlannedWrite {
  readonly row: Row;
  /** The present overview; null if it was not read. */
  readonly before: Overview | null;
  /** When it was read, in milliseconds since the epoch; undefined if another process read it. */
  readonly readAt?: number;
}

/** The plan of a run: each row of the file is in exactly one of the two lists. */
export interface Plan {
  readonly target: RunTarget;
  readonly writes: readonly PlannedWrite[];
  /** Rows that are not written: already up to date, not readable, or skipped. */
  readonly settled: readonly RowRecord[];
}

export interface PlanOptions extends ReadManyOptions {
  readonly emit: Emit;
  /** The selected part of the rows. */
  readonly shard?: Shard | undefined;
  /** Also write rows whose edited values were changed in the tenant as well. */
  readonly force?: boolean;
  /** Called with the display name of each configuration whose name was read with its overview. */
  readonly onName?: (deviceConfigurationId: string, displayName: string) => void;
}

/**
 * Reads the present values and divides the rows into those to write and those that need no write.
 * @throws a `usage` Failure if two rows have different values for the same overview
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
  // Two rows can lead to the same overview only if one of them has another route than `direct`.
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
      // Only what differs is sent, so that an undo changes nothing else, and old cells of a spreadsheet overwrite no newer
      // values.
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

/** The error of a row whose edited properties were changed in the tenant to a third value; undefined if none was. */
function conflictOf({ values, base = {} }: Row, present: Overview): string | undefined {
  const changed = Object.keys(base).filter(
    (name) =>
      !sameValue(name, base[name], present[name] ?? null) && !sameValue(name, values[name], present[name]),
  );
  if (changed.length === 0) return undefined;
  const each = changed.map(
    (name) =>
      `${name} was ${base[name] ?? 'empty'}, is ${String(present[name])}, and the file has ${values[name]}`,
  );
  return `changed in the tenant since the export: ${each.join('; ')}; --force overwrites it`;
}

/** The row with the present display name of its configuration, if it is known. */
export function withName(row: Row, displayName: string | undefined): Row {
  return displayName === undefined ? row : { ...row, displayName };
}

/** Kinds of failure that are not specific to a row: no connection, 401, 403 or throttling. */
const GENERAL_KINDS: ReadonlySet<Failure['kind']> = new Set([
  'network',
  'sign-in',
  'permission',
  'throttled',
]);

/** @throws the failure if all rows failed for the same reason, and it is not specific to a row */
export function checkReached(failures: readonly Failure[], rows: number): void {
  const [first] = failures;
  if (first === undefined || failures.length < rows || !GENERAL_KINDS.has(first.kind)) return;
  if (failures.every(({ kind }) => kind === first.kind)) throw first;
}

/** The place of a row. */
export function placeOf({ deviceConfigurationId, route }: Row): Place {
  return { configurationId: deviceConfigurationId, route };
}

/** A plan without reading the present values: no row is skipped as unchanged, and the run cannot be undone. */
export function planWithoutReading(rows: readonly Row[], target: RunTarget): Plan {
  const writes: PlannedWrite[] = [];
  const settled: RowRecord[] = [];
  for (const row of rows) {
    if (row.duplicateOf !== undefined || Object.keys(row.values).length === 0) settled.push(unreadRow(row));
    else writes.push({ row, before: null });
  }
  return { target, writes, settled };
}

/** The record of a row without values, or of a duplicate row. */
function unreadRow(row: Row): RowRecord {
  if (row.duplicateOf === undefined) return rowRecord(row, 'skipped');
  const message = `duplicate of line ${row.duplicateOf}`;
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

/**
 * Two routes may lead to the same overview, which is known by its id.
 * @returns an earlier row with the same overview and the same values
 * @throws a `usage` Failure if an earlier row has the same overview and other values
 */
function checkOwner(row: Row, present: Overview, owners: Map<string, Row>): Row | undefined {
  const key = typeof present.id === 'string' ? present.id : undefined;
  if (key === undefined) return undefined;
  const other = owners.get(key);
  owners.set(key, other ?? row);
  if (other === undefined || sameValues(other.values, row.values)) return other;
  throw usage(
    `lines ${other.line} and ${row.line} have different values for the same overview (${key})`,
    'keep one of the two rows; nothing was written',
  );
}
