import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, usage } from '../outcome/errors.ts';
import { collectSooner } from '../process/collect-sooner.ts';
import type { Runtime } from '../process/runtime.ts';
import { type Lock, locksIn, removeLock, takeLock } from '../state/lock.ts';
import { AppendLog } from '../state/log.ts';
import { foldLog, type LogEnd } from '../state/read-log.ts';
import { UnsafeFileError } from '../state/unsafe-file.ts';
import { JOURNAL_FORMAT, type JournalEntry, type RunHead } from './journal-entries.ts';
import { damaged, JournalReading, type JournalState } from './journal-state.ts';
import { headOf, nextSequence, runsFolder } from './runs-folder.ts';

type Place = Pick<Runtime, 'env' | 'platform' | 'home'>;

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
  /** @throws a `refused` Failure where another process has taken the run over: nothing is written then */
  append(entries: readonly JournalEntry[]): Promise<void>;
  close(): Promise<void>;
}

/** What is known of a run before its journal is made. */
export type NewRun = Omit<RunHead, 'type' | 'format' | 'sequence'>;

/** Starts the journal of a new run. @throws a `usage` Failure where it cannot be kept: nothing is written without it */
export async function createJournal(runtime: Runtime, run: NewRun): Promise<OpenJournal> {
  const folder = runsFolder(runtime);
  const name = run.run;
  try {
    const sequence = await nextSequence(folder);
    let lock: Lock | undefined;
    const log = await AppendLog.create(journalPath(folder, name), () => lock?.check() ?? Promise.resolve());
    try {
      lock = await takeLock(lockPath(folder, name), `the run ${name}`);
      const { started, command, source, displayName, undoes, target, settings } = run;
      const head: RunHead = {
        type: 'run',
        format: JOURNAL_FORMAT,
        run: name,
        sequence,
        started,
        command,
        source,
        ...(displayName == null ? {} : { displayName }),
        undoes,
        target,
        settings,
      };
      await log.append([head]);
      return opened(log, lock, name);
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

/**
 * Goes on with a run. What its last group lost is cut off, and the rows that it may have been about are in doubt.
 * @param run its name
 * @param takeOver whether to take it over from a process of another host
 * @throws a `refused` Failure where another process works on it, or the journal is damaged before its last group
 */
export async function reopenJournal(
  runtime: Runtime,
  run: string,
  takeOver = false,
): Promise<{ journal: OpenJournal; state: JournalState }> {
  const folder = runsFolder(runtime);
  const lock = await holdRun(runtime, run, takeOver);
  try {
    // Read only now, since the previous holder of the lock may have written.
    const { end, state } = await readWhole(folder, run);
    if (state.damage === 'before') throw damaged(run);
    const doubt: JournalEntry = { type: 'doubt', indexes: [...state.uncertain] };
    const first = state.damage === 'last' ? [doubt] : [];
    const log = await AppendLog.reopen(journalPath(folder, run), end, first, () => lock.check());
    return { journal: opened(log, lock, run), state };
  } catch (error) {
    await lock.release();
    throw error instanceof UnsafeFileError ? untrusted(error) : error;
  }
}

/** Keeps other processes from a run. @throws a `refused` Failure where one works on it */
export function holdRun(runtime: Runtime, run: string, takeOver = false): Promise<Lock> {
  return takeLock(lockPath(runsFolder(runtime), run), `the run ${run}`, { takeOver });
}

/** Removes a run with its lock. @throws a `refused` Failure where another process works on it */
export async function removeRun(runtime: Runtime, run: string): Promise<void> {
  const folder = runsFolder(runtime);
  await holdRun(runtime, run);
  await rm(journalPath(folder, run), { force: true });
  await removeLock(lockPath(folder, run));
}

/** Which runs a process works on now; `unknown` of a process of another host. */
export async function heldRuns(runtime: Place): Promise<(run: string) => boolean | 'unknown'> {
  const folder = runsFolder(runtime);
  const locked = await locksIn(folder);
  return (run) => locked(lockPath(folder, run));
}

/**
 * @param run the name of a run
 * @throws a `usage` Failure where there is no such run, or its journal cannot be read
 */
export async function readJournal(runtime: Place, run: string): Promise<JournalState> {
  return (await readWhole(runsFolder(runtime), run)).state;
}

/**
 * The first record of a journal. Whether the rest can be used shows only when that is read.
 * @throws as `readJournal`
 */
export async function readHeadOf(runtime: Place, run: string): Promise<RunHead> {
  return headOf(runtime, run) ?? (await readJournal(runtime, run)).head;
}

/** From so many bytes on a journal is large: that of some 10,000 rows. */
const LARGE = 10_000_000;

async function readWhole(
  folder: string,
  run: string,
): Promise<{ readonly end: LogEnd; readonly state: JournalState }> {
  const reading = new JournalReading(run);
  const { size } = await stat(journalPath(folder, run)).catch(() => ({ size: 0 }));
  if (size > LARGE) collectSooner();
  const end = /^[\w-]+$/.test(run)
    ? await foldLog(journalPath(folder, run), (record) => reading.add(record)).catch(unread)
    : undefined;
  if (end !== undefined) return { end, state: reading.state(end) };
  throw new Failure('usage', `there is no run ${JSON.stringify(run)}`, {
    hint: '`graph-overview runs` lists them',
  });

  function unread(error: unknown): undefined {
    if (error instanceof UnsafeFileError) throw untrusted(error);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw usage(
      `the journal of the run ${run} cannot be read (${code ?? message})`,
      'the run is there: see to its file or its disk first',
    );
  }
}

/** The content of a journal decides what `undo` and `apply --resume` send. */
function untrusted({ message }: UnsafeFileError): Failure {
  return usage(
    `${message}, so it is not used`,
    'look at it, and give it to yourself alone (chown, chmod 600)',
  );
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
  if (cause instanceof Failure) return cause;
  const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  return new Failure('unexpected', `the journal of the run ${run} cannot be written any more (${code})`, {
    hint: `nothing is sent without it; make room, then \`graph-overview apply --resume ${run}\` goes on, if the plan was whole`,
    cause,
  });
}

function journalPath(folder: string, run: string): string {
  return join(folder, `${run}.jsonl`);
}

function lockPath(folder: string, run: string): string {
  return join(folder, `${run}.lock`);
}
