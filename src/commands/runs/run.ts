import { readFile } from 'node:fs/promises';
import { Failure, usage } from '../../outcome/errors.ts';
import type { Emit } from '../../outcome/events.ts';
import type { Result } from '../../outcome/result.ts';
import { accountView } from '../../present/views/bulk.ts';
import { runsView, targetText } from '../../present/views/runs.ts';
import type { Runtime } from '../../process/runtime.ts';
import { findRun, LAST_RUN } from '../../runs/find-run.ts';
import { heldRuns, readJournal } from '../../runs/journal.ts';
import { type JournalState, stateOf } from '../../runs/journal-state.ts';
import { nameOfPatch, type RunRecord, rowsOfRun, runRecord, runRecordOfEnds } from '../../runs/run-record.ts';
import { ageText, whatText } from '../../runs/run-text.ts';
import { listRuns } from '../../runs/runs-folder.ts';
import { parseLog } from '../../state/read-log.ts';
import { quotedPath } from '../../text/quoted-path.ts';
import type { Action, Invocation } from '../command.ts';
import { inputFile, UnreadableError } from '../files/input-file.ts';
import { membersFlat } from '../records/columns.ts';
import { wholeOutput } from '../records/run-output.ts';
import type { RunsOptions } from './options.ts';

const RUNS_FLAT = membersFlat([
  'run',
  'started',
  'ended',
  'state',
  'command',
  'source',
  'undoes',
  'target.graph',
  'target.tenant',
  'target.apiVersion',
  'planned',
  'unchanged',
  'written',
  'mismatched',
  'failed',
  'skipped',
]);

export const run: Action<RunsOptions> = async (invocation) => {
  const { runtime, args, options, emit } = invocation;
  const [action, name] = args;
  const files = options.journal;
  if (action !== 'prune') checkPruneOptions(options);
  if (action === undefined) {
    const names: Names = new Map();
    const runs = files === undefined ? await ownRuns(runtime, emit, names) : await runsInFiles(files, names);
    return runsResult(runs, names, invocation);
  }
  if (action === 'prune') {
    if (name !== undefined || files !== undefined)
      throw usage('runs prune takes no run and no --journal', 'give --older-than, --keep, or both');
    const { prune } = await import('./prune.ts');
    const names: Names = new Map();
    const removed = await prune(await ownRuns(runtime, emit, names), invocation);
    return runsResult(removed, names, invocation);
  }
  if (action !== 'show')
    throw usage(
      `unknown action ${JSON.stringify(action)}`,
      'write `runs`, `runs show <run>` or `runs prune`',
    );
  const states = files === undefined ? [] : await Promise.all(files.map(readJournalFile));
  if (name === undefined && states.length === 0)
    throw usage('no run is given', '`graph-overview runs` lists the runs');
  const inFile = findState(states, name);
  if (inFile !== undefined) return show(inFile, false, invocation);
  const found = await findRun(runtime, name ?? '');
  const held = await heldRuns(runtime);
  return show(await readJournal(runtime, found), held(found), invocation);
};

function checkPruneOptions(options: RunsOptions): void {
  const given = ['--older-than', '--keep', '--yes'].find(
    (_, index) => [options.olderThan, options.keep, options.yes][index],
  );
  if (given !== undefined) throw usage(`${given} applies only to runs prune`, 'remove it');
}

/** The known display names of the configurations of patches, by the names of their runs. */
type Names = Map<string, string>;

function runsResult(
  records: readonly RunRecord[],
  names: ReadonlyMap<string, string>,
  { runtime }: Invocation,
): Result {
  const now = runtime.clock.now();
  const shown = records.map((record) => ({
    ...record,
    what: whatText(record, names.get(record.run)),
    age: ageText(now - Date.parse(record.started)),
  }));
  return { data: { value: records }, flat: RUNS_FLAT, view: (_, room) => runsView(shown, room) };
}

/**
 * The runs of the state folder, from the ends of their journals if possible. A journal that cannot be read is reported, and
 * the others are listed.
 */
async function ownRuns(runtime: Runtime, emit: Emit, names: Names): Promise<RunRecord[]> {
  const held = await heldRuns(runtime);
  const records: RunRecord[] = [];
  for (const ends of await listRuns(runtime)) {
    const { run, head } = ends;
    if (head?.displayName) names.set(run, head.displayName);
    const short = held(run) === true ? undefined : runRecordOfEnds(ends, held(run));
    try {
      records.push(short ?? runRecord(await readJournal(runtime, run), held(run)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      emit({ kind: 'warning', text: error.message });
    }
  }
  return records;
}

async function runsInFiles(files: readonly string[], names: Names): Promise<RunRecord[]> {
  const states = await Promise.all(files.map(readJournalFile));
  for (const { head } of states) if (head.displayName) names.set(head.run, head.displayName);
  return states.map((state) => runRecord(state, false));
}

/** Finds a run in journal files, by its name or a unique beginning of it; without a name, the newest. */
function findState(states: readonly JournalState[], name: string | undefined): JournalState | undefined {
  if (name === undefined || name === LAST_RUN)
    return [...states].sort((one, other) => (one.head.run < other.head.run ? 1 : -1))[0];
  const found = states.filter(({ head }) => head.run.startsWith(name));
  return found.find(({ head }) => head.run === name) ?? (found.length === 1 ? found[0] : undefined);
}

function show(state: JournalState, held: boolean | 'unknown', { emit }: Invocation): Result {
  if (state.damage === 'last' || state.damage === 'before') {
    const where = state.damage === 'last' ? ' at its end' : '';
    emit({
      kind: 'warning',
      text: `the journal of the run ${state.head.run} is damaged${where}: only its valid part is shown`,
    });
  }
  const record = runRecord(state, held);
  const output = { ...record, rows: rowsOfRun(state) };
  return {
    ...wholeOutput(output),
    view: (_, room) => accountView(output, titleOf(record, nameOfPatch(state)), room),
  };
}

/** `apply of rows.csv, 2026-01-02T03:04:05.000Z, local beta, interrupted`. */
function titleOf(record: RunRecord, displayName: string | null): string {
  const { started, target, state } = record;
  return [whatText(record, displayName), started, targetText(target), state].join(', ');
}

async function readJournalFile(path: string): Promise<JournalState> {
  const label = quotedPath(path);
  await inputFile(path).catch((error: unknown) => {
    if (!(error instanceof UnreadableError)) throw error;
    const { message } = error;
    throw usage(
      `${label}: ${message.replace('no such file', 'no such journal')}`,
      'give the journal file of a run',
    );
  });
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw usage(
      `${label}: cannot be read (${error.code ?? error.message})`,
      'give the journal file of a run',
    );
  });
  return stateOf(parseLog(bytes), path);
}
