import type { JournalState, RunTarget } from './journal.ts';
import { isToWrite } from './journal.ts';
import { doubtfulRecord, notReached, type RowRecord } from './row-record.ts';
import { countRows, type RowCounts } from './summary.ts';

/** How a run stands: a process works on it, none does although something is left, or it is done. */
type RunState = 'running' | 'interrupted' | 'done';

/** A past run, as `runs` lists it and `runs show` begins with. */
export interface RunRecord extends RowCounts {
  readonly run: string;
  /** ISO 8601, UTC, like `ended`. */
  readonly started: string;
  /** When a process last ended it; null where it was killed, or still runs. */
  readonly ended: string | null;
  readonly state: RunState;
  readonly command: 'apply' | 'undo' | 'patch';
  /** The file (`-` is standard input) or the configuration; null for an undo. */
  readonly source: string | null;
  readonly undoes: string | null;
  readonly target: RunTarget;
}

/** @param held whether a process works on the run now */
export function runRecord(journal: JournalState, held: boolean): RunRecord {
  const { run, started, command, source, undoes, target } = journal.head;
  const { plan, ended, done } = journal;
  const state = held ? 'running' : done ? 'done' : 'interrupted';
  const counts = countRows(rowsOfRun(journal), [...plan.values()].filter(isToWrite).length);
  return { run, started, ended: held ? null : ended, state, command, source, undoes, target, ...counts };
}

/** Every row of a run as far as it got, in the order of the file. */
export function rowsOfRun({ plan, results, doubtful }: JournalState): RowRecord[] {
  const rows = [...plan].map(
    ([index, planned]) =>
      results.get(index) ?? (doubtful.has(index) ? doubtfulRecord(planned) : notReached(planned)),
  );
  return rows.sort((one, other) => one.line - other.line);
}
