import type { Failure } from '../outcome/errors.ts';
import type { Emit } from '../outcome/events.ts';
import type { Runtime } from '../process/runtime.ts';
import type { ReadManyOptions } from '../service/read-many.ts';
import type { Deadline } from './deadline.ts';
import { execute } from './execute.ts';
import type { Job } from './job.ts';
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
  /** Read what was read long ago, or by another process, again before it is overwritten. */
  readonly read: boolean;
  /** Overwrite values that changed since they were read. */
  readonly force: boolean;
  /** Read back what was written and compare that too. */
  readonly verify: boolean;
  /** Aborts when no further row may be started. */
  readonly stop: AbortSignal;
  /** No row is begun after it. */
  readonly deadline?: Deadline | undefined;
  /** Is called with each row as it ends. */
  readonly onRow: (record: RowRecord) => void;
}

/** What a run came to; rows are in the order of the file. */
export interface RunOutcome {
  readonly run: string;
  readonly rows: readonly RowRecord[];
  /** Rows that were not written because the run was interrupted. */
  readonly left: number;
  /** Number of rows that were sent and not answered, so it is unknown whether they were stored. */
  readonly inDoubt: number;
  /** Rows that were written, and not read back because the run was interrupted. */
  readonly unread: number;
  /** Why no further row was begun, after 401 or 403. */
  readonly denied: Failure | undefined;
}

/** Carries a plan out as a new run: everything that happens is in its journal first. */
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

/** So many rows of a plan go into the journal together: a large plan is never held as one text. */
const ROWS_TOGETHER = 1_000;

/** What is settled stands first. The last record says that the plan is whole, and was agreed to. */
async function writePlan({ settled, writes }: Plan, journal: OpenJournal): Promise<void> {
  const all = settled.length + writes.length;
  for (let from = 0; from < all; from += ROWS_TOGETHER) {
    const entries: JournalEntry[] = [];
    for (let index = from; index < Math.min(all, from + ROWS_TOGETHER); index += 1) {
      const record = settled[index] ?? plannedRecord(writes[index - settled.length] as PlannedWrite);
      entries.push({ type: 'plan', index, record });
    }
    if (from + ROWS_TOGETHER >= all) entries.push({ type: 'agreed', rows: writes.length });
    await journal.append(entries);
  }
}

/** How a row stands in a plan, and in the journal before it is written. */
export function plannedRecord({ row, before }: PlannedWrite): RowRecord {
  return rowRecord(row, 'planned', { before, sent: row.values });
}

/**
 * Writes what is left of a run, reads back, and closes the account.
 * @param planned how many rows the whole run had to write
 * @param earlier how the rows to write ended that are not written now
 * @param unverified rows that were written before and not read back yet
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
  const left = jobs.filter(({ index }) => !results.has(index));
  const unread = options.verify
    ? await readBack([...unverified, ...jobs], answered, results, journal, options)
    : [];
  for (const record of unread) options.onRow(record);
  for (const { index, write } of left) {
    const record = plannedRecord(write);
    const ended = inDoubt.has(index) ? doubtfulRecord(record) : notReached(record);
    results.set(index, ended);
    options.onRow(ended);
  }
  const at = new Date(clock.now()).toISOString();
  const rows = [...results.values()].sort((one, other) => one.line - other.line);
  const doubts = left.filter(({ index }) => inDoubt.has(index)).length;
  const interrupted = left.length + unread.length > 0;
  const counts = countRows(rows, planned);
  await journal.append([{ type: 'end', at, interrupted, inDoubt: doubts, counts }]);
  return { run, rows, left: left.length, inDoubt: doubts, unread: unread.length, denied };
}
