import { readFile } from 'node:fs/promises';
import { Failure, usage } from '../../outcome/errors.ts';
import type { Report } from '../../outcome/events.ts';
import type { Result } from '../../outcome/result.ts';
import { accountView } from '../../present/views/bulk.ts';
import { runsView, targetText } from '../../present/views/runs.ts';
import type { Runtime } from '../../process/runtime.ts';
import { type RunRecord, rowsOfRun, runRecord } from '../../runs/account.ts';
import { isHeld, type JournalState, listRuns, NEWEST_RUN, readJournal, stateOf } from '../../runs/journal.ts';
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
  const { runtime, args, options } = invocation;
  const [action, name] = args;
  const files = options.journal;
  if (action === undefined) return list(invocation, files);
  if (action !== 'show')
    throw usage(`runs ${JSON.stringify(action)} is nothing it does`, 'write `runs` or `runs show <run>`');
  const states = files === undefined ? [] : await Promise.all(files.map(readForeign));
  if (name === undefined && states.length === 0)
    throw usage('which run is to be shown?', '`graph-overview runs` lists them');
  const foreign = namedOf(states, name);
  if (foreign !== undefined) return show(foreign, false);
  const state = await readJournal(runtime, name ?? '');
  return show(state, await isHeld(runtime, state.head.run));
};

async function list({ runtime, report }: Invocation, files: readonly string[] | undefined): Promise<Result> {
  const records = files === undefined ? await ownRuns(runtime, report) : await foreignRuns(files);
  return { data: { value: records }, flat: RUNS_FLAT, view: (_, room) => runsView(records, room) };
}

/** The runs of the state folder; a journal that cannot be used is named, and hides none of the others. */
async function ownRuns(runtime: Runtime, report: Report): Promise<RunRecord[]> {
  const records = await Promise.all(
    (await listRuns(runtime)).map(async (name) => {
      try {
        return runRecord(await readJournal(runtime, name), await isHeld(runtime, name));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        report({ kind: 'warning', text: error.message });
        return undefined;
      }
    }),
  );
  return records.filter((record) => record !== undefined);
}

async function foreignRuns(files: readonly string[]): Promise<RunRecord[]> {
  return (await Promise.all(files.map(readForeign))).map((state) => runRecord(state, false));
}

/** The one that is meant among journals from elsewhere. */
function namedOf(states: readonly JournalState[], name: string | undefined): JournalState | undefined {
  if (name !== undefined && name !== NEWEST_RUN) return states.find(({ head }) => head.run === name);
  return [...states].sort((one, other) => (one.head.run < other.head.run ? 1 : -1))[0];
}

function show(state: JournalState, held: boolean): Result {
  const record = runRecord(state, held);
  const output = { ...record, rows: rowsOfRun(state) };
  return { ...wholeOutput(output), view: (_, room) => accountView(output, aboutOf(record), room) };
}

/** `apply, 2026-01-02T03:04:05.000Z, local beta, interrupted`. */
function aboutOf({ command, undoes, started, target, state }: RunRecord): string {
  const what = undoes === null ? command : `undo of ${undoes}`;
  return [what, started, targetText(target), state].join(', ');
}

async function readForeign(path: string): Promise<JournalState> {
  const said = quotedPath(path);
  await inputFile(path).catch((error: unknown) => {
    if (!(error instanceof UnreadableError)) throw error;
    const { message } = error;
    throw usage(`${said}: ${message.replace('no such file', 'no such journal')}`, 'give the file of a run');
  });
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usage(`${said}: cannot be read (${error.code ?? error.message})`, 'give the file of a run');
  });
  return stateOf(text, path);
}
