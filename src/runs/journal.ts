import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, usage } from '../outcome/errors.ts';
import type { Runtime } from '../process/runtime.ts';
import { stateFolder } from '../state/folder.ts';
import { isLocked, type Lock, takeLock } from '../state/lock.ts';
import { AppendLog, parseLog, readLog } from '../state/log.ts';
import { UnsafeFileError } from '../state/unsafe-file.ts';
import { isObject } from '../text/is-object.ts';
import { isOutcome, readRowRecord } from './read-record.ts';
import type { RowRecord } from './row-record.ts';

/** What a run is bound to: it is never resumed, undone or applied anywhere else. */
export interface RunTarget {
  /** `local`, an endpoint, or the Graph of a cloud. */
  readonly graph: string;
  /** Id of the tenant where the token says it. */
  readonly tenant: string | null;
  readonly apiVersion: string;
}

/** The format of journals; 1 was that of graph-overview 0.1. */
export const JOURNAL_FORMAT = 2;

/** The first record of a journal. */
export interface RunHead {
  readonly type: 'run';
  readonly format: typeof JOURNAL_FORMAT;
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly command: 'apply' | 'undo' | 'patch';
  /** The file (`-` is standard input) or the configuration that the values came from; null for an undo. */
  readonly source: string | null;
  /** The run that this one undoes. */
  readonly undoes: string | null;
  readonly target: RunTarget;
}

/** A row that is to be written, or that is accounted for already. */
interface PlanEntry {
  readonly type: 'plan';
  readonly index: number;
  readonly record: RowRecord;
}

/** What came of a planned row; durable before it is counted. What the plan says of it is not said again. */
export type ResultEntry = {
  readonly type: 'result';
  readonly index: number;
  readonly requestId: string | null;
} & Pick<RowRecord, 'status' | 'after' | 'error' | 'again'>;

export function resultEntry(index: number, record: RowRecord, requestId: string | null = null): ResultEntry {
  const { status, after, error, again } = record;
  return {
    type: 'result',
    index,
    status,
    after,
    error,
    requestId,
    ...(again === undefined ? {} : { again }),
  };
}

export type JournalEntry =
  | RunHead
  | PlanEntry
  /** The plan is whole and was agreed to: from here on rows are written. */
  | { readonly type: 'agreed'; readonly rows: number }
  /** The rows that are about to be sent; durable before they are. */
  | { readonly type: 'intent'; readonly indexes: readonly number[]; readonly again: readonly number[] }
  | ResultEntry
  /** The rows that were read back, whatever came of it. */
  | { readonly type: 'verified'; readonly indexes: readonly number[] }
  | {
      readonly type: 'end';
      /** ISO 8601, UTC. */
      readonly at: string;
      readonly interrupted: boolean;
    };

/** A journal as it stands. */
export interface JournalState {
  readonly head: RunHead;
  /** By index: the row as planned. */
  readonly plan: ReadonlyMap<number, RowRecord>;
  readonly agreed: boolean;
  /** Rows that were sent and whose answer was never written down. */
  readonly doubtful: ReadonlySet<number>;
  readonly results: ReadonlyMap<number, RowRecord>;
  /** Rows that were read back after they were written. */
  readonly verified: ReadonlySet<number>;
  /** When a process last ended it, ISO 8601 in UTC; null where none did. */
  readonly ended: string | null;
  /** Nothing is left to do. */
  readonly done: boolean;
}

/** Where the journals are. @throws a `usage` Failure for a user without any folder */
export function runsFolder(runtime: Pick<Runtime, 'env' | 'platform' | 'home'>): string {
  const state = stateFolder(runtime);
  if (state !== undefined) return join(state, 'runs');
  throw new Failure('usage', 'there is no folder for the journal', {
    hint: 'set GRAPH_OVERVIEW_STATE to a folder',
  });
}

/** A name for a run that sorts by time: `20260102-030405-67891c0f`, the last part begins with milliseconds. */
export function newRunName({ clock, uuid }: Pick<Runtime, 'clock' | 'uuid'>): string {
  const [day, time, milliseconds] = new Date(clock.now())
    .toISOString()
    .replaceAll(/[-:Z]/g, '')
    .split(/[T.]/);
  return `${day}-${time}-${milliseconds}${uuid().slice(-5)}`;
}

/** A run that this process works on. */
export interface OpenJournal {
  append(entries: readonly JournalEntry[]): Promise<void>;
  close(): Promise<void>;
}

/** Starts the journal of a new run. @throws a `usage` Failure where it cannot be kept: nothing is written without it */
export async function createJournal(runtime: Runtime, head: RunHead): Promise<OpenJournal> {
  const folder = runsFolder(runtime);
  try {
    const log = await AppendLog.create(pathOf(folder, head.run));
    let lock: Lock | undefined;
    try {
      lock = await takeLock(lockOf(folder, head.run), `the run ${head.run}`);
      await log.append([head]);
      return opened(log, lock, head.run);
    } catch (error) {
      await log.close();
      await lock?.release();
      throw error;
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof UnsafeFileError)
      throw usage(
        `the journal cannot be kept: ${error.message}; nothing is written`,
        'set GRAPH_OVERVIEW_STATE to a folder of your own',
      );
    const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new Failure('usage', `the journal cannot be kept in ${folder} (${code}), so nothing is written`, {
      hint: 'set GRAPH_OVERVIEW_STATE to a folder that can be written',
    });
  }
}

/** What names the newest run, wherever a run is asked for. */
export const NEWEST_RUN = 'last';

/** @returns the name of the run that `run` means. @throws a `usage` Failure for `last` where there is none yet */
async function runMeant(runtime: Runtime, run: string): Promise<string> {
  if (run !== NEWEST_RUN) return run;
  const [newest] = await listRuns(runtime);
  if (newest !== undefined) return newest;
  throw usage('there is no run yet', '`apply` and `patch --diff` make one');
}

/** Goes on with a run. @throws a `refused` Failure where another process works on it */
export async function reopenJournal(
  runtime: Runtime,
  named: string,
): Promise<{ journal: OpenJournal; state: JournalState }> {
  const folder = runsFolder(runtime);
  const { run } = (await readJournal(runtime, named)).head;
  const lock = await takeLock(lockOf(folder, run), `the run ${run}`);
  try {
    // Read only now: whoever held the lock before may have written since.
    const state = await readJournal(runtime, run);
    return { journal: opened(await AppendLog.reopen(pathOf(folder, run)), lock, run), state };
  } catch (error) {
    await lock.release();
    throw error instanceof UnsafeFileError ? untrusted(error) : error;
  }
}

/** Keeps other processes from a run that is only read. @throws a `refused` Failure where one works on it */
export function holdRun(runtime: Runtime, run: string): Promise<Lock> {
  return takeLock(lockOf(runsFolder(runtime), run), `the run ${run}`);
}

/** Whether a process works on a run now. */
export function isHeld(runtime: Runtime, run: string): Promise<boolean> {
  return isLocked(lockOf(runsFolder(runtime), run));
}

/**
 * @param named the name of a run, or `last` for the newest
 * @throws a `usage` Failure where there is no such run
 */
export async function readJournal(runtime: Runtime, named: string): Promise<JournalState> {
  const folder = runsFolder(runtime);
  const run = await runMeant(runtime, named);
  const text = /^[\w-]+$/.test(run) ? await textOf(pathOf(folder, run)) : undefined;
  if (text !== undefined) return stateOf(text, run);
  throw new Failure('usage', `there is no run ${JSON.stringify(run)}`, {
    hint: '`graph-overview runs` lists them',
  });
}

/** @returns undefined where there is no such file. @throws a `usage` Failure where it cannot be trusted */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readLog(path);
  } catch (error) {
    if (error instanceof UnsafeFileError) throw untrusted(error);
    return undefined;
  }
}

/** Whoever can write a journal decides what `undo` and `apply --resume` send. */
function untrusted({ message }: UnsafeFileError): Failure {
  return usage(
    `${message}, so it is not used`,
    'look at it, and give it to yourself alone (chown, chmod 600)',
  );
}

/** The names of all runs, newest first. */
export async function listRuns(runtime: Runtime): Promise<string[]> {
  const names = await readdir(runsFolder(runtime)).catch(() => [] as string[]);
  const runs = names.filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -'.jsonl'.length));
  return runs.sort().reverse();
}

/** What the text of a journal says. @throws a `usage` Failure where it is none */
export function stateOf(text: string, name: string): JournalState {
  const entries = parseLog(text).filter(isObject);
  checkFormat(entries[0], name);
  const head = readHead(entries[0]);
  if (head === undefined) {
    throw new Failure('usage', `${name} is no journal of a run`, {
      hint: '`graph-overview runs` lists the runs',
    });
  }
  const plan = new Map<number, RowRecord>();
  const results = new Map<number, RowRecord>();
  const doubtful = new Set<number>();
  const verified = new Set<number>();
  let agreed: unknown;
  let ended: string | null = null;
  let done = false;
  for (const entry of entries) {
    const { type, index, indexes } = entry;
    if (type === 'agreed') agreed = entry.rows;
    if (type === 'intent' && Array.isArray(indexes)) for (const one of indexes) doubtful.add(one as number);
    if (type === 'verified' && Array.isArray(indexes)) for (const one of indexes) verified.add(one as number);
    if (type === 'end') {
      ended = typeof entry.at === 'string' ? entry.at : null;
      done = entry.interrupted === false;
    }
    if (typeof index !== 'number') continue;
    const record = type === 'plan' ? readRowRecord(entry.record) : undefined;
    if (record !== undefined) plan.set(index, record);
    const planned = plan.get(index);
    if (type !== 'result' || planned === undefined || !isOutcome(entry)) continue;
    const { type: _, index: __, requestId: ___, ...outcome } = entry;
    results.set(index, { ...planned, ...(outcome as Pick<RowRecord, 'status' | 'after' | 'error'>) });
    doubtful.delete(index);
  }
  checkWhole(name, agreed, plan);
  return { head, plan, agreed: agreed !== undefined, doubtful, results, verified, ended, done };
}

/** @throws a `usage` Failure for a journal of graph-overview 0.1, which held other records */
function checkFormat(head: Readonly<Record<string, unknown>> | undefined, name: string): void {
  if (head?.type !== 'run' || head.format !== 1) return;
  throw usage(
    `the run ${name} was written by graph-overview 0.1, whose journals this version cannot read`,
    'resume or undo it with `npx graph-overview@0.1`',
  );
}

/** What is lost of results is asked for again; what is lost of the plan would be lost for good. */
function checkWhole(name: string, agreed: unknown, plan: ReadonlyMap<number, RowRecord>): void {
  if (agreed === undefined) return;
  const toWrite = [...plan.values()].filter(isToWrite).length;
  if (toWrite === agreed) return;
  throw usage(
    `the journal ${name} is damaged: it holds ${toWrite} of the rows that were agreed to`,
    'start anew with the file: rows that were written are found unchanged',
  );
}

/** Whether a planned row was to be written, and not settled by the plan itself. */
export function isToWrite({ status }: RowRecord): boolean {
  return status === 'planned';
}

function readHead(entry: Readonly<Record<string, unknown>> | undefined): RunHead | undefined {
  if (entry?.type !== 'run' || entry.format !== JOURNAL_FORMAT) return undefined;
  const { run, started, command, source = null, undoes = null } = entry;
  const known = typeof command === 'string' && ['apply', 'undo', 'patch'].includes(command);
  const texts = typeof run === 'string' && typeof started === 'string';
  const named = [source, undoes].every((one) => one === null || typeof one === 'string');
  if (!known || !texts || !named || !isTarget(entry.target)) return undefined;
  return entry as unknown as RunHead;
}

/** Whether something read from a file says what a run is bound to. */
export function isTarget(value: unknown): value is RunTarget {
  if (!isObject(value)) return false;
  const { graph, tenant, apiVersion } = value;
  const known = apiVersion === 'beta' || apiVersion === 'v1.0';
  return typeof graph === 'string' && (tenant === null || typeof tenant === 'string') && known;
}

/**
 * @param what is bound to the target `then`, such as a run, for the message
 * @throws a `refused` Failure where that is another one than `now`
 */
export function checkTarget(what: string, then: RunTarget, now: RunTarget): void {
  const differs = (['graph', 'apiVersion', 'tenant'] as const).find((name) => then[name] !== now[name]);
  if (differs === undefined) return;
  throw new Failure('refused', `${what} belongs to ${describe(then)}, not to ${describe(now)}`, {
    hint: 'give the same --local, --endpoint, --cloud, --api-version and --tenant as then',
  });
}

function describe({ graph, tenant, apiVersion }: RunTarget): string {
  return `${graph} ${apiVersion}${tenant === null ? '' : `, tenant ${tenant}`}`;
}

function opened(log: AppendLog, lock: Lock, run: string): OpenJournal {
  return {
    append: (entries) => log.append(entries).catch((error: unknown) => Promise.reject(brokenOff(run, error))),
    async close() {
      await log.close();
      await lock.release();
    },
  };
}

function brokenOff(run: string, cause: unknown): Failure {
  const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  return new Failure('unexpected', `the journal of the run ${run} cannot be written any more (${code})`, {
    hint: `nothing is sent without it; make room, then \`graph-overview apply --resume ${run}\` goes on, if the plan was whole`,
    cause,
  });
}

function pathOf(folder: string, run: string): string {
  return join(folder, `${run}.jsonl`);
}

function lockOf(folder: string, run: string): string {
  return join(folder, `${run}.lock`);
}
