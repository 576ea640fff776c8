import type { Failure } from '../outcome/errors.ts';
import type { Emit } from '../outcome/events.ts';
import type { Runtime } from '../process/runtime.ts';
import type { ReadManyOptions } from '../service/read-many.ts';
import type { Deadline } from './deadline.ts';
import { execute } from './execute.ts';
import { certainWrite, type Job } from './job.ts';
import { createJournal, type NewRun, type OpenJournal } from './journal.ts';
import type { JournalEntry } from './journal-entries.ts';
import type { Plan, PlannedWrite } from './plan.ts';
import { readBack } from './read-back.ts';
import { doubtfulRecord, notReached, type RowRecord, type RowStatus, rowRecord } from './row-record.ts';
import { RunProgress } from './run-progress.ts';
import { countRows } from './summary.ts';

/** Options for the execution of a plan. */
export interface RunOptions extends ReadManyOptions {
  readonly runtime: Runtime;
  readonly emit: Emit;
  /** Read again values that were read long ago, or by another process, before they are overwritten. */
  readonly read: boolean;
  /** Overwrite values that changed since they were read. */
  readonly force: boolean;
  /** Read back what was written, and compare that too. */
  readonly verify: boolean;
  /** Aborts when no further row may be started. */
  readonly stop: AbortSignal;
  /** No row is started after it. */
  readonly deadline?: Deadline | undefined;
  /** Called with each row when it ends. */
  readonly onRow: (record: RowRecord) => void;
}

/** The outcome of a run, with its rows in the order of the file. */
export interface RunOutcome {
  readonly run: string;
  readonly rows: readonly RowRecord[];
  /** Number of rows that were not written because the run was interrupted. */
  readonly remaining: number;
  /** Number of rows that were sent and not answered, so it is unknown whether they were stored. */
  readonly inDoubt: number;
  /** Number of rows that were written but not read back because the run was interrupted. */
  readonly unread: number;
  /** The 401 or 403 that stopped the run. */
  readonly denied: Failure | undefined;
}

/** Executes a plan as a new run, with a journal. @throws a Failure if the journal cannot be created or written */
export async function startRun(plan: Plan, head: NewRun, options: RunOptions): Promise<RunOutcome> {
  const journal = await createJournal(options.runtime, head);
  try {
    await writePlan(plan, journal);
    const first = plan.settled.length;
    const jobs = plan.writes.map((write, index): Job => ({ index: first + index, write, again: false }));
    for (const record of plan.settled) options.onRow(record);
    return await finish(head.run, journal, new Map(plan.settled.entries()), jobs, options, jobs.length);
  } finally {
    await journal.close();
  }
}

/** Number of planned rows in one append, so that a large plan is never one string. */
const ROWS_PER_APPEND = 1_000;

/** Writes the settled rows first. The last entry marks the plan as complete and confirmed. */
async function writePlan({ settled, writes }: Plan, journal: OpenJournal): Promise<void> {
  const all = settled.length + writes.length;
  for (let from = 0; from < all; from += ROWS_PER_APPEND) {
    const entries: JournalEntry[] = [];
    for (let index = from; index < Math.min(all, from + ROWS_PER_APPEND); index += 1) {
      const record = settled[index] ?? plannedRecord(writes[index - settled.length] as PlannedWrite);
      entries.push({ type: 'plan', index, record });
    }
    if (from + ROWS_PER_APPEND >= all) entries.push({ type: 'agreed', rows: writes.length });
    await journal.append(entries);
  }
}

/** The record of a row in a plan, and in the journal before the write. */
export function plannedRecord({ row, before }: PlannedWrite): RowRecord {
  return rowRecord(row, 'planned', { before, sent: row.values });
}

/**
 * Writes the remaining rows of a run, reads back, and adds the end to the journal.
 * @param known the records of the rows that need no write, by index
 * @param planned number of rows to write in the whole run
 * @param earlier statuses of the rows to write that already have a result
 * @param unverified rows that an earlier process wrote and did not read back
 */
export async function finish(
  run: string,
  journal: OpenJournal,
  known: ReadonlyMap<number, RowRecord>,
  jobs: readonly Job[],
  options: RunOptions,
  planned: number,
  earlier: readonly RowStatus[] = [],
  unverified: readonly Job[] = [],
): Promise<RunOutcome> {
  const results = new Map(known);
  const progress = new RunProgress(options.emit, options.rateLimiter, earlier, jobs.length);
  if (jobs.length > 0) progress.show();
  const onResult = (index: number, record: RowRecord): void => {
    results.set(index, record);
    progress.ended(record.status);
    if (!options.verify || record.status !== 'written') options.onRow(record);
  };
  const answered = new Map<number, number>();
  const { clock, deadline } = options;
  const { inDoubt, denied } = await execute(jobs, {
    ...options,
    journal,
    retry: options.graph.retry,
    onResult(index, record) {
      answered.set(index, clock.now());
      onResult(index, record);
    },
  });
  deadline?.lift();
  const remaining = jobs.filter(({ index }) => !results.has(index));
  const unread = options.verify
    ? await readBack([...unverified, ...jobs], answered, results, journal, options)
    : [];
  for (const record of unread) options.onRow(record);
  for (const job of remaining) {
    const { index } = job;
    const record = plannedRecord(certainWrite(job));
    const ended = inDoubt.has(index) ? doubtfulRecord(record) : notReached(record);
    results.set(index, ended);
    options.onRow(ended);
  }
  const at = new Date(clock.now()).toISOString();
  const rows = [...results.values()].sort((one, other) => one.line - other.line);
  const doubts = remaining.filter(({ index }) => inDoubt.has(index)).length;
  const interrupted = remaining.length + unread.length > 0;
  const counts = countRows(rows, planned);
  await journal.append([{ type: 'end', at, interrupted, inDoubt: doubts, counts }]);
  return { run, rows, remaining: remaining.length, inDoubt: doubts, unread: unread.length, denied };
}
