import { Failure } from '../outcome/errors.ts';
import type { Report } from '../outcome/events.ts';
import { mismatches, type Overview } from '../overview/difference.ts';
import type { Runtime } from '../process/runtime.ts';
import { type ReadManyOptions, readMany } from '../service/read-many.ts';
import { execute, type Job } from './execute.ts';
import { createJournal, type JournalEntry, type OpenJournal, type RunHead, resultEntry } from './journal.ts';
import type { Plan, PlannedWrite } from './plan.ts';
import { placeOf } from './plan.ts';
import { readingProgress } from './reading-progress.ts';
import { doubtfulRecord, notReached, plainOverview, type RowRecord, rowRecord } from './row-record.ts';

/** How a plan is carried out. */
export interface RunOptions extends ReadManyOptions {
  readonly runtime: Runtime;
  readonly report: Report;
  /** Read back what was written and compare that too. */
  readonly verify: boolean;
  /** Aborts when no further row may be started. */
  readonly stop: AbortSignal;
  /** Hears each row as it ends. */
  readonly onRow: (record: RowRecord) => void;
}

/** What a run came to; rows are in the order of the file. */
export interface RunOutcome {
  readonly run: string;
  readonly rows: readonly RowRecord[];
  /** Rows that were not written because the run was interrupted. */
  readonly left: number;
  /** How many of these were sent and not answered: nobody knows whether they were stored. */
  readonly inDoubt: number;
  /** Rows that were written, and not read back because the run was interrupted. */
  readonly unread: number;
}

/** Carries a plan out as a new run: everything that happens is in its journal first. */
export async function startRun(plan: Plan, head: RunHead, options: RunOptions): Promise<RunOutcome> {
  const journal = await createJournal(options.runtime, head);
  try {
    const entries: JournalEntry[] = plan.settled.map((record, index) => ({ type: 'plan', index, record }));
    const first = plan.settled.length;
    for (const [index, write] of plan.writes.entries()) {
      entries.push({ type: 'plan', index: first + index, record: plannedRecord(write) });
    }
    await journal.append([...entries, { type: 'agreed', rows: plan.writes.length }]);
    const jobs = plan.writes.map((write, index): Job => ({ index: first + index, write, again: false }));
    for (const record of plan.settled) options.onRow(record);
    return await finish(head.run, journal, new Map(plan.settled.entries()), jobs, options);
  } finally {
    await journal.close();
  }
}

/** How a row stands in a plan, and in the journal before it is written. */
export function plannedRecord({ row, before }: PlannedWrite): RowRecord {
  return rowRecord(row, 'planned', { before, sent: row.values });
}

/**
 * Writes what is left of a run, reads back, and closes the account.
 * @param unverified rows that were written before and not read back yet
 */
export async function finish(
  run: string,
  journal: OpenJournal,
  known: ReadonlyMap<number, RowRecord>,
  jobs: readonly Job[],
  options: RunOptions,
  unverified: readonly Job[] = [],
): Promise<RunOutcome> {
  const results = new Map(known);
  const tally = { planned: 0, unchanged: 0, written: 0, mismatched: 0, failed: 0, skipped: 0 };
  for (const { status } of known.values()) tally[status] += 1;
  const onResult = (index: number, record: RowRecord): void => {
    results.set(index, record);
    tally[record.status] += 1;
    progress(options, tally, jobs.length, results.size - known.size);
    if (!options.verify || record.status !== 'written') options.onRow(record);
  };
  const { graph, pace, clock, stop } = options;
  const inDoubt = await execute(jobs, {
    graph,
    pace,
    journal,
    clock,
    retry: graph.retry,
    stop,
    verify: options.verify,
    onResult,
  });
  const left = jobs.filter(({ index }) => !results.has(index));
  const unread = options.verify ? await verify([...unverified, ...jobs], results, journal, options) : [];
  for (const record of unread) options.onRow(record);
  for (const { index, write } of left) {
    const planned = plannedRecord(write);
    const record = inDoubt.has(index) ? doubtfulRecord(planned) : notReached(planned);
    results.set(index, record);
    options.onRow(record);
  }
  const at = new Date(clock.now()).toISOString();
  await journal.append([{ type: 'end', at, interrupted: left.length + unread.length > 0 }]);
  const rows = [...results.values()].sort((one, other) => one.line - other.line);
  const doubts = left.filter(({ index }) => inDoubt.has(index)).length;
  return { run, rows, left: left.length, inDoubt: doubts, unread: unread.length };
}

/**
 * Reads back every row that was written; a service may answer with what was sent and keep its own.
 * @returns the rows that were not read back, since the run was interrupted
 */
async function verify(
  jobs: readonly Job[],
  results: Map<number, RowRecord>,
  journal: OpenJournal,
  options: RunOptions,
): Promise<RowRecord[]> {
  const open = new Map(
    jobs.filter(({ index }) => results.get(index)?.status === 'written').map((job) => [job.index, job]),
  );
  const written = [...open.values()];
  const entries: JournalEntry[] = [];
  const indexes: number[] = [];
  const tick = readingProgress(options.report, options.pace, 'reading back', written.length);
  const settle = ({ index, write }: Job, present: Overview | Failure): void => {
    tick();
    open.delete(index);
    const record = results.get(index) as RowRecord;
    const checked =
      present instanceof Failure ? unreadable(record, present) : checkedRecord(record, write, present);
    results.set(index, checked);
    if (checked.status !== record.status) entries.push(resultEntry(index, checked));
    if (!(present instanceof Failure)) indexes.push(index);
    options.onRow(checked);
  };
  try {
    await readMany(
      written,
      ({ write }) => placeOf(write.row),
      options,
      (position, present) => settle(written[position] as Job, present),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // What was written stays so, whether or not it can be read.
    if (!options.stop.aborted) for (const job of [...open.values()]) settle(job, error);
  }
  if (indexes.length > 0) await journal.append([...entries, { type: 'verified', indexes }]);
  return [...open.keys()].map((index) => results.get(index) as RowRecord);
}

function checkedRecord(record: RowRecord, { row }: PlannedWrite, present: Overview): RowRecord {
  const held = mismatches(row.values, present).length === 0;
  return { ...record, status: held ? 'written' : 'mismatched', after: plainOverview(present) };
}

function unreadable(record: RowRecord, failure: Failure): RowRecord {
  const message = `written, but it could not be read back: ${failure.message}`;
  return { ...record, error: { kind: failure.kind, message, code: failure.details.code ?? null } };
}

function progress(
  { report, pace }: RunOptions,
  tally: Readonly<Record<RowRecord['status'], number>>,
  total: number,
  done: number,
): void {
  const { written, unchanged, mismatched, failed } = tally;
  const outcomes = { written, unchanged, differ: mismatched, failed };
  const waitingUntil = (): number => pace.waitingUntil;
  report({
    kind: 'progress',
    task: 'writing',
    done,
    total,
    outcomes,
    fastest: pace.writesPerSecond,
    waitingUntil,
  });
}
