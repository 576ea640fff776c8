import { Failure } from '../outcome/errors.ts';
import { type Mismatch, mismatches, type Overview, sameValue } from '../overview/difference.ts';
import { type ReadManyOptions, readByBatches } from '../service/read-many.ts';
import { type PlannedWrite, placeOf } from './plan.ts';
import type { Pending } from './row-queue.ts';
import { plainOverview, type RowRecord, rowRecord } from './row-record.ts';

/** A value that was read longer ago is read again before it is overwritten, in milliseconds. */
const FRESH = 30_000;

/** What is there now, and when that was read. */
export interface ReadAgain {
  readonly present: Overview | Failure;
  readonly readAt: number;
}

/** @returns what is there now, by the numbers of the rows; undefined where the run is interrupted meanwhile */
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

/** Whether a value was read so lately that it need not be read again. After the clock was set back, it is read again. */
export function isFresh({ readAt }: { readonly readAt?: number | undefined }, now: number): boolean {
  return readAt !== undefined && now >= readAt && now - readAt <= FRESH;
}

/**
 * What is to be done with a row, by what is there just before it is overwritten.
 * @param sent whether it may have been sent before
 */
export function compareAgain(
  { write, uncertain = false }: Pending,
  present: Overview,
  { sent, force, readAt }: { readonly sent: boolean; readonly force: boolean; readonly readAt: number },
): { readonly record: RowRecord } | { readonly write: PlannedWrite; readonly replaces: boolean } {
  const { row, before } = write;
  const differing = mismatches(row.values, present);
  const there = plainOverview(present);
  if (differing.length === 0) {
    const known = uncertain ? null : before;
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
    // That it was sent once has to be known where it is sent again by force.
    const known = sent ? { before, sent: row.values } : { before: there };
    return { record: rowRecord(row, 'skipped', { ...known, error }) };
  }
  // What holds the new value already may do so by the first sending: what that replaced is in the plan, if anywhere.
  const kept = Object.keys(row.values).filter(
    (name) => sent && before !== null && !differing.some((one) => one.name === name),
  );
  if (uncertain && kept.length > 0) return { write: { row, before: null, readAt }, replaces: true };
  const replaced = { ...there, ...Object.fromEntries(kept.map((name) => [name, before?.[name]])) };
  const replaces =
    uncertain ||
    Object.keys(row.values).some((name) => before === null || !sameValue(name, before[name], replaced[name]));
  return { write: { row, before: replaces ? replaced : before, readAt }, replaces };
}

function changedSince(properties: readonly Mismatch[]): RowRecord['error'] {
  const each = properties.map(({ name, held }) => `${name} is ${JSON.stringify(held ?? null)}`);
  return {
    kind: 'refused',
    message: `changed since it was read: ${each.join(', ')}; --force overwrites it`,
    code: null,
  };
}
