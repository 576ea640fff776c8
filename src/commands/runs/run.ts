import { readFile } from 'node:fs/promises';
import {
  accountOf,
  type JournalState,
  listRuns,
  NEWEST_RUN,
  readJournal,
  stateOf,
} from '../../bulk/journal.ts';
import { summarize } from '../../bulk/summary.ts';
import { Failure, usage } from '../../errors.ts';
import { accountView } from '../../present/views/bulk.ts';
import { runsView } from '../../present/views/runs.ts';
import type { Result } from '../../result.ts';
import type { Runtime } from '../../runtime.ts';
import type { Action, Invocation } from '../command.ts';
import { accountData } from '../shape.ts';

export const run: Action = async ({ runtime, args, options }) => {
  const [action, name] = args;
  const files = options.journal as readonly string[] | undefined;
  if (action === undefined) return list(runtime, files);
  if (action !== 'show')
    throw usage(`runs ${JSON.stringify(action)} is nothing it does`, 'write `runs` or `runs show <run>`');
  const states = files === undefined ? [] : await Promise.all(files.map(readForeign));
  if (name === undefined && states.length === 0)
    throw usage('which run is to be shown?', '`graph-overview runs` lists them');
  const state = namedOf(states, name) ?? (await readJournal(runtime, name ?? ''));
  return show(state, { runtime, options });
};

async function list(runtime: Runtime, files: readonly string[] | undefined): Promise<Result> {
  const states = await Promise.all(
    files === undefined
      ? (await listRuns(runtime)).map((name) => readJournal(runtime, name).catch(() => undefined))
      : files.map(readForeign),
  );
  const records = states.filter((state) => state !== undefined).map(recordOf);
  return { data: { value: records }, view: (_, room) => runsView(records, room) };
}

function recordOf(state: JournalState) {
  const { head, plan, results, ended, agreed } = state;
  const rows = [...results.values()];
  return {
    run: head.run,
    started: head.started,
    state: ended ? 'done' : agreed ? 'interrupted' : 'planning',
    target: `${head.target.graph} ${head.target.apiVersion}`,
    planned: [...plan.values()].filter(({ sent }) => sent !== null).length,
    written: rows.filter(({ status }) => status === 'written' || status === 'mismatched').length,
    failed: rows.filter(({ status }) => status === 'failed').length,
  };
}

/** The one that is meant among journals from elsewhere. */
function namedOf(states: readonly JournalState[], name: string | undefined): JournalState | undefined {
  if (name !== undefined && name !== NEWEST_RUN) return states.find(({ head }) => head.run === name);
  return [...states].sort((one, other) => (one.head.run < other.head.run ? 1 : -1))[0];
}

function show(state: JournalState, invocation: Pick<Invocation, 'options' | 'runtime'>): Result {
  const rows = accountOf(state);
  const planned = [...state.plan.values()].filter(({ sent }) => sent !== null).length;
  const { seconds: _, throttled: __, ...summary } = summarize(state.head.run, rows, planned, 0, 0);
  const { started, command, undoes, target } = state.head;
  const value = { ...summary, started, command, undoes, target };
  return {
    data: accountData(value, invocation),
    view: (_, room) => accountView(summary, aboutOf(state), room),
  };
}

/** `apply, 2026-01-02T03:04:05.000Z, local beta, interrupted`. */
function aboutOf(state: JournalState): string {
  const { started, target, state: how } = recordOf(state);
  const { command, undoes } = state.head;
  return [undoes === null ? command : `undo of ${undoes}`, started, target, how].join(', ');
}

async function readForeign(path: string): Promise<JournalState> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Failure('usage', `${JSON.stringify(path)}: there is no such journal`, {
      hint: 'give the file of a run',
    });
  });
  return stateOf(text, path);
}
