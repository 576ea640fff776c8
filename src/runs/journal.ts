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
import { damagedJournal, JournalReading, type JournalState } from './journal-state.ts';
import { headOf, nextSequence, runsFolder, unreadableFolder } from './runs-folder.ts';

type Place = Pick<Runtime, 'env' | 'platform' | 'home'>;

/** A name for a run that sorts by time: `20260102-030405-67891c0f`. The last part starts with the milliseconds. */
export function newRunName({ clock, uuid }: Pick<Runtime, 'clock' | 'uuid'>): string {
  const [day, time, milliseconds] = new Date(clock.now())
    .toISOString()
    .replaceAll(/[-:Z]/g, '')
    .split(/[T.]/);
  return `${day}-${time}-${milliseconds}${uuid().slice(-5)}`;
}

/** A run that this process works on. */
export interface OpenJournal {
  /**
   * Resolves when the entries are durable.
   * @throws a `refused` Failure, without writing, if another process has taken over the run; an `unexpected` Failure if the
   *   journal cannot be written
   */
  append(entries: readonly JournalEntry[]): Promise<void>;
  close(): Promise<void>;
}

/** Maximum length of a name in a head, in characters; Graph accepts names of up to 256. A head is read for each list of runs. */
const MAX_NAME = 1_000;

/** The head of a run before its journal is created. */
export type NewRun = Omit<RunHead, 'type' | 'format' | 'sequence'>;

/**
 * Creates the journal of a new run.
 * @throws a `usage` Failure if it cannot be created: nothing is written without a journal
 */
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
        ...(displayName == null || displayName.length > MAX_NAME ? {} : { displayName }),
        undoes,
        target,
        settings,
      };
      await log.append([head]);
      return opened(log, lock, name);
    } catch (error) {
      await log.close();
      // Without its first line it is not a journal, and no later command would remove it.
      await rm(journalPath(folder, name)).catch(() => undefined);
      if (lock !== undefined) await removeLock(lockPath(folder, name)).catch(() => undefined);
      throw error;
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof UnsafeFileError)
      throw usage(
        `the journal cannot be created: ${error.message}; nothing is written`,
        'set GRAPH_OVERVIEW_STATE to a folder of your own',
      );
    const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new Failure(
      'usage',
      `the journal cannot be created in ${folder} (${code}), so nothing is written`,
      {
        hint: 'set GRAPH_OVERVIEW_STATE to a writable folder',
      },
    );
  }
}

/**
 * Opens the journal of a run to resume it. A damaged last group is removed, and the rows that it may concern are in doubt.
 * @param run the name of the run
 * @param takeOver whether to take it over from a process of another host
 * @throws a `refused` Failure if another process works on it, or if the journal is damaged before its last group; a `usage`
 *   Failure if there is no such run, or if its journal cannot be read
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
    if (state.damage === 'before') throw damagedJournal(run);
    const doubt: JournalEntry = { type: 'doubt', indexes: [...state.uncertain] };
    const first = state.damage === 'last' ? [doubt] : [];
    const log = await AppendLog.reopen(journalPath(folder, run), end, first, () => lock.check());
    return { journal: opened(log, lock, run), state };
  } catch (error) {
    await lock.release();
    throw error instanceof UnsafeFileError ? untrustedJournal(error) : unwritable(folder, error);
  }
}

/** Locks a run for this process. @throws a `refused` Failure if another process works on it */
export function holdRun(runtime: Runtime, run: string, takeOver = false): Promise<Lock> {
  const folder = runsFolder(runtime);
  return takeLock(lockPath(folder, run), `the run ${run}`, { takeOver }).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
}

/** Removes a run with its lock. @throws a `refused` Failure if another process works on it */
export async function removeRun(runtime: Runtime, run: string): Promise<void> {
  const folder = runsFolder(runtime);
  await holdRun(runtime, run);
  try {
    await rm(journalPath(folder, run), { force: true });
    await removeLock(lockPath(folder, run));
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** @returns a function that says whether a process works on a run now: `unknown` for a process of another host */
export async function heldRuns(runtime: Place): Promise<(run: string) => boolean | 'unknown'> {
  const folder = runsFolder(runtime);
  const locked = await locksIn(folder).catch((error: unknown) => {
    throw unreadableFolder(folder, error);
  });
  return (run) => locked(lockPath(folder, run));
}

/**
 * Reads the whole journal of a run.
 * @param run the name of the run
 * @throws a `usage` Failure if there is no such run, or if its journal cannot be read
 */
export async function readJournal(runtime: Place, run: string): Promise<JournalState> {
  return (await readWhole(runsFolder(runtime), run)).state;
}

/**
 * Reads the first record of a journal. The rest may be damaged.
 * @throws as `readJournal`
 */
export async function readHeadOf(runtime: Place, run: string): Promise<RunHead> {
  return headOf(runtime, run) ?? (await readJournal(runtime, run)).head;
}

/** A journal of more bytes is large: it has about 10,000 rows. */
const LARGE_JOURNAL = 10_000_000;

async function readWhole(
  folder: string,
  run: string,
): Promise<{ readonly end: LogEnd; readonly state: JournalState }> {
  const reading = new JournalReading(run);
  const { size } = await stat(journalPath(folder, run)).catch(() => ({ size: 0 }));
  if (size > LARGE_JOURNAL) collectSooner();
  const end = /^[\w-]+$/.test(run)
    ? await foldLog(journalPath(folder, run), (record) => reading.add(record)).catch(readFailure)
    : undefined;
  if (end !== undefined) {
    const state = reading.state(end);
    if (state.head.run === run) return { end, state };
    throw usage(
      `the file of the run ${run} is a journal of the run ${state.head.run}, so it is not used`,
      'a journal is used only under its own name: two processes could work on copies of it',
    );
  }
  throw new Failure('usage', `there is no run ${JSON.stringify(run)}`, {
    hint: '`graph-overview runs` lists them',
  });

  function readFailure(error: unknown): undefined {
    if (error instanceof UnsafeFileError) throw untrustedJournal(error);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw usage(
      `the journal of the run ${run} cannot be read (${code ?? message})`,
      'the run exists: check its file and the disk',
    );
  }
}

/** A folder or a disk that cannot be written, as a `usage` Failure; any other error is returned unchanged. */
function unwritable(folder: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return usage(
    `the journals in ${folder} cannot be written (${code})`,
    'give yourself the permission to write there, or make room',
  );
}

/** A journal that other users may have written is not used, since `undo` and `apply --resume` send its content. */
function untrustedJournal({ message }: UnsafeFileError): Failure {
  return usage(
    `${message}, so it is not used`,
    'check its content, then make it accessible to your user only (chown, chmod 600)',
  );
}

function opened(log: AppendLog, lock: Lock, run: string): OpenJournal {
  return {
    append: (entries) =>
      log.append(entries).catch((error: unknown) => Promise.reject(writeFailure(run, error))),
    async close() {
      await log.close();
      await lock.release();
    },
  };
}

function writeFailure(run: string, cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  return new Failure('unexpected', `the journal of the run ${run} can no longer be written (${code})`, {
    hint: `nothing is sent without a journal; free disk space, then run \`graph-overview apply --resume ${run}\`, or apply the file again if no row was sent yet`,
    cause,
  });
}

function journalPath(folder: string, run: string): string {
  return join(folder, `${run}.jsonl`);
}

function lockPath(folder: string, run: string): string {
  return join(folder, `${run}.lock`);
}
