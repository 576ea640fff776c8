import type { RunHead } from './journal-entries.ts';
import type { JournalState } from './journal-state.ts';
import { isToWrite } from './journal-state.ts';
import { doubtfulRecord, notReached, type RowRecord } from './row-record.ts';
import { ageText, whatText } from './run-text.ts';
import type { JournalEnds } from './runs-folder.ts';
import { countRows, type RowCounts } from './summary.ts';
import type { RunTarget } from './target.ts';

/** `running`: a process works on it; `interrupted`: no process works on it, and rows remain. */
type RunState = 'running' | 'interrupted' | 'done';

/** A run, as `runs` lists it; also the head of `runs show`. */
export interface RunRecord extends RowCounts {
  readonly run: string;
  /** ISO 8601, UTC, like `ended`. */
  readonly started: string;
  /** When the last process ended the run; null if that process was killed, or if the run is still running. */
  readonly ended: string | null;
  readonly state: RunState;
  readonly command: 'apply' | 'undo' | 'patch';
  /** The file (`-` is standard input) or the configuration; null for an undo. */
  readonly source: string | null;
  readonly undoes: string | null;
  readonly target: RunTarget;
}

/**
 * The record of a run, from its journal.
 * @param held whether a process works on it now; `unknown` for a process of another host
 */
export function runRecord(journal: JournalState, held: boolean | 'unknown'): RunRecord {
  const { head, plan, ended, done } = journal;
  const planned = [...plan.values()].filter(isToWrite).length;
  return recordOf(head, { ended, done, counts: countRows(rowsOfRun(journal), planned) }, held);
}

/** Like `runRecord`, from the first and the last record of the journal only; undefined if these are not sufficient. */
export function runRecordOfEnds(
  { head, end }: JournalEnds,
  held: boolean | 'unknown',
): RunRecord | undefined {
  if (head === undefined || end === undefined) return undefined;
  const { at, interrupted, counts } = end;
  return recordOf(head, { ended: at, done: !interrupted, counts }, held);
}

function recordOf(
  { run, started, command, source, undoes, target }: RunHead,
  {
    ended,
    done,
    counts,
  }: { readonly ended: string | null; readonly done: boolean; readonly counts: RowCounts },
  held: boolean | 'unknown',
): RunRecord {
  // It is unknown whether a process of another host is alive; a finished run needs none.
  const running = held === true || (held === 'unknown' && !done);
  const state = running ? 'running' : done ? 'done' : 'interrupted';
  const { planned, unchanged, written, mismatched, failed, skipped } = counts;
  return {
    run,
    started,
    ended: running ? null : ended,
    state,
    command,
    source,
    undoes,
    target,
    planned,
    unchanged,
    written,
    mismatched,
    failed,
    skipped,
  };
}

/** `the run 20260102-030405-67891c0f: apply of rows.csv, 3 min ago (2026-01-02 03:04 UTC), 12 rows written`. */
export function describeRun(record: RunRecord, displayName: string | null, now: number): string {
  const rows = record.written + record.mismatched;
  const { started } = record;
  const when = `${ageText(now - Date.parse(started))} (${started.slice(0, 16).replace('T', ' ')} UTC)`;
  return `the run ${record.run}: ${whatText(record, displayName)}, ${when}, ${rows} ${rows === 1 ? 'row' : 'rows'} written`;
}

/** The display name of the configuration of a patch, if its journal has it; null for any other run. */
export function nameOfPatch({ head }: JournalState): string | null {
  return head.displayName ?? null;
}

/** Every row of a run with its present status, in the order of the file. */
export function rowsOfRun({ plan, results, doubtful }: JournalState): RowRecord[] {
  const rows = [...plan].map(
    ([index, planned]) =>
      results.get(index) ?? (doubtful.has(index) ? doubtfulRecord(planned) : notReached(planned)),
  );
  return rows.sort((one, other) => one.line - other.line);
}
