import { Failure } from '../outcome/errors.ts';
import type { Emit } from '../outcome/events.ts';
import { mismatches, type Overview } from '../overview/difference.ts';
import { mismatchText, READ_BACK, showsOld } from '../service/read-back.ts';
import { type ReadManyOptions, readMany } from '../service/read-many.ts';
import type { Job } from './job.ts';
import type { OpenJournal } from './journal.ts';
import { type JournalEntry, resultEntry } from './journal-entries.ts';
import { placeOf } from './plan.ts';
import { readingProgress } from './reading-progress.ts';
import { plainOverview, type RowRecord } from './row-record.ts';

export interface ReadBackOptions extends ReadManyOptions {
  readonly emit: Emit;
  /** Aborts when the run is interrupted. */
  readonly stop: AbortSignal;
  /** Called with each row that was read back, or that cannot be read. */
  readonly onRow: (record: RowRecord) => void;
}

/**
 * Reads back every row that was written, since a service may answer with the new values and keep its own. Reads may lag
 * behind writes: rows that still have their old values are read again, all together, until some seconds after their answer.
 * @param answered when each row was answered, in milliseconds since the epoch; rows of another process are missing
 * @returns the rows that were not read back, since the run was interrupted
 */
export async function readBack(
  jobs: readonly Job[],
  answered: ReadonlyMap<number, number>,
  results: Map<number, RowRecord>,
  journal: OpenJournal,
  options: ReadBackOptions,
): Promise<RowRecord[]> {
  const { clock, signal } = options;
  const open = new Map(
    jobs.filter(({ index }) => results.get(index)?.status === 'written').map((job) => [job.index, job]),
  );
  const began = clock.now();
  const until = ({ index }: Job): number => (answered.get(index) ?? began) + READ_BACK.maxLag;
  const entries: JournalEntry[] = [];
  const indexes: number[] = [];
  const tick = readingProgress(options.emit, options.rateLimiter, 'reading back', open.size);
  const settle = ({ index, write }: Job, present: Overview | Failure): void => {
    tick();
    open.delete(index);
    const record = results.get(index) as RowRecord;
    const checked =
      present instanceof Failure
        ? unreadable(record, present)
        : checkedRecord(record, write.row.values, present);
    results.set(index, checked);
    if (checked.status !== record.status) entries.push(resultEntry(index, checked));
    if (!(present instanceof Failure)) indexes.push(index);
    options.onRow(checked);
  };
  try {
    let pause: number = READ_BACK.firstPause;
    for (let round = [...open.values()]; round.length > 0; round = [...open.values()]) {
      const asked = clock.now();
      await readMany(
        round,
        ({ write }) => placeOf(write.row),
        options,
        (position, present) => {
          const job = round[position] as Job;
          const { before, sent } = results.get(job.index) as RowRecord;
          const lags =
            !(present instanceof Failure) && asked < until(job) && showsOld(sent ?? {}, before, present);
          if (!lags) settle(job, present);
        },
      );
      if (open.size === 0) break;
      const last = Math.max(...[...open.values()].map(until));
      await clock.sleep(Math.max(1, Math.min(pause, last - clock.now())), signal);
      pause = Math.min(READ_BACK.maxPause, pause * 2);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // The rows are written even if they cannot be read back.
    if (!options.stop.aborted) for (const job of [...open.values()]) settle(job, error);
  }
  if (indexes.length > 0) await journal.append([...entries, { type: 'verified', indexes }]);
  return [...open.keys()].map((index) => results.get(index) as RowRecord);
}

function checkedRecord(
  record: RowRecord,
  sent: NonNullable<RowRecord['sent']>,
  present: Overview,
): RowRecord {
  const found = mismatches(sent, present);
  const after = plainOverview(present, record.after ?? record.before);
  if (found.length === 0) return { ...record, status: 'written', after };
  const message = found.map((one) => mismatchText(one, record.after ?? undefined, after)).join('; ');
  return { ...record, status: 'mismatched', after, error: { kind: 'mismatch', message, code: null } };
}

function unreadable(record: RowRecord, failure: Failure): RowRecord {
  const message = `written, but it could not be read back: ${failure.message}`;
  return { ...record, error: { kind: failure.kind, message, code: failure.details.code ?? null } };
}
