import { Failure } from '../outcome/errors.ts';
import { type Mismatch, mismatches, type Overview, sameValue } from '../overview/difference.ts';
import { type ReadManyOptions, readByBatches } from '../service/read-many.ts';
import { certainWrite } from './job.ts';
import { type PlannedWrite, placeOf } from './plan.ts';
import type { Pending } from './row-queue.ts';
import { plainOverview, type RowRecord, rowRecord } from './row-record.ts';

/** A value older than this is read again before it is overwritten, in milliseconds. */
const MAX_AGE = 30_000;

/** The present overview, and when it was read, in milliseconds since the epoch. */
export interface ReadAgain {
  readonly present: Overview | Failure;
  readonly readAt: number;
}

/** Reads rows again. @returns the results by the indexes of the rows; undefined if the run is interrupted meanwhile */
export async function readAgain(
  jobs: readonly Pending[],
  options: ReadManyOptions,
): Promise<Map<number, ReadAgain> | undefined> {
  const found = new Map<number, ReadAgain>();
  try {
    await readByBatches(
      jobs.map(({ write }) => placeOf(write.row)),
      options,
      (position, present) =>
        found.set((jobs[position] as Pending).index, { present, readAt: options.clock.now() }),
    );
    return found;
  } catch (error) {
    if (error instanceof Failure && ['interrupted', 'deadline'].includes(error.kind)) return undefined;
    throw error;
  }
}

/** Whether a value is recent enough to be overwritten. If the clock was set back, it is not. */
export function isFresh({ readAt }: { readonly readAt?: number | undefined }, now: number): boolean {
  return readAt !== undefined && now >= readAt && now - readAt <= MAX_AGE;
}

/** A row that is to be written after it was read again. */
interface Rewrite {
  readonly write: PlannedWrite & { readonly before: Overview };
  readonly replaces: boolean;
  readonly uncertain: boolean;
}

/**
 * Decides what to do with a row after it was read again.
 * @param sent whether it may have been sent before
 * @returns the record of a row that is not written; else the write, whether it replaces other values than planned, and
 *   whether it is still uncertain which values the first attempt replaced
 */
export function compareAgain(
  job: Pending,
  present: Overview,
  { sent, force, readAt }: { readonly sent: boolean; readonly force: boolean; readonly readAt: number },
): { readonly record: RowRecord } | Rewrite {
  const { write, uncertain = false } = job;
  const { row, before } = write;
  const differing = mismatches(row.values, present);
  const there = plainOverview(present);
  const { before: known } = certainWrite(job);
  if (differing.length === 0) {
    return {
      record: sent
        ? rowRecord(row, 'written', { before: known, sent: row.values, after: there })
        : rowRecord(row, 'unchanged'),
    };
  }
  const foreign = differing.filter(
    ({ name, held }) => before !== null && !sameValue(name, before[name], held),
  );
  if (foreign.length > 0 && !force) {
    const error = changedSince(foreign);
    // A later run with --force must know that the row was sent before.
    const values = sent ? { before: known, sent: row.values } : { before: there };
    return { record: rowRecord(row, 'skipped', { ...values, error }) };
  }
  // A property may have its new value because of the first attempt; then only the plan has the value before.
  const kept = Object.keys(row.values).filter(
    (name) => sent && before !== null && !differing.some((one) => one.name === name),
  );
  const replaced = { ...there, ...Object.fromEntries(kept.map((name) => [name, before?.[name]])) };
  const replaces =
    uncertain ||
    Object.keys(row.values).some((name) => before === null || !sameValue(name, before[name], replaced[name]));
  return {
    write: { row, before: replaces || before === null ? replaced : before, readAt },
    replaces,
    uncertain: uncertain && kept.length > 0,
  };
}

function changedSince(properties: readonly Mismatch[]): RowRecord['error'] {
  const each = properties.map(({ name, held }) => `${name} is ${JSON.stringify(held ?? null)}`);
  return {
    kind: 'refused',
    message: `changed since it was read: ${each.join(', ')}; --force overwrites it`,
    code: null,
  };
}
