import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, usage } from '../outcome/errors.ts';
import type { Runtime } from '../process/runtime.ts';
import { stateFolder } from '../state/folder.ts';
import { firstRecord, lastRecord } from '../state/read-log.ts';
import { SAFELY } from '../state/safely.ts';
import { type EndEntry, type RunHead, readHead } from './journal-entries.ts';
import { readEnd } from './journal-state.ts';

type Place = Pick<Runtime, 'env' | 'platform' | 'home'>;

/** The folder of the journals. @throws a `usage` Failure if there is no state folder */
export function runsFolder(runtime: Place): string {
  const state = stateFolder(runtime);
  if (state !== undefined) return join(state, 'runs');
  throw new Failure('usage', 'there is no folder for the journal', {
    hint: 'set GRAPH_OVERVIEW_STATE to a folder',
  });
}

/** The first and the last record of a journal. */
export interface JournalEnds {
  readonly run: string;
  /** undefined if the file cannot be read, or does not start like a journal of this version. */
  readonly head: RunHead | undefined;
  /** undefined if no process has ended the run, or if the end is damaged. */
  readonly end: EndEntry | undefined;
  /** Why the file is not read: it is `a link`, `not a file`, or a code such as `EACCES`. */
  readonly unreadable?: string | undefined;
}

/** Lists all runs, newest first. @throws a `usage` Failure if the folder cannot be read */
export async function listRuns(runtime: Place): Promise<JournalEnds[]> {
  return endsIn(runsFolder(runtime));
}

/** The head of a run, from the start of its journal; undefined if it has no valid head. */
export function headOf(runtime: Place, run: string): RunHead | undefined {
  return /^[\w-]+$/.test(run) ? endsOf(runsFolder(runtime), run).head : undefined;
}

/** The sequence number of the next run. At the largest number, runs have the order of their names. */
export async function nextSequence(folder: string): Promise<number> {
  const [newest] = await endsIn(folder);
  return Math.min((newest?.head?.sequence ?? 0) + 1, Number.MAX_SAFE_INTEGER);
}

async function endsIn(folder: string): Promise<JournalEnds[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw unreadableFolder(folder, error);
  });
  const runs = names
    .filter((name) => /^[\w-]+\.jsonl$/.test(name))
    .map((name) => name.slice(0, -'.jsonl'.length));
  return runs.map((run) => endsOf(folder, run)).sort(newestFirst);
}

/** The Failure for a folder of journals that cannot be read. */
export function unreadableFolder(folder: string, error: unknown): Failure {
  return usage(
    `the journals in ${folder} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
    'set GRAPH_OVERVIEW_STATE to a readable folder',
  );
}

function newestFirst(one: JournalEnds, other: JournalEnds): number {
  const order = (other.head?.sequence ?? 0) - (one.head?.sequence ?? 0);
  if (order !== 0) return order;
  return one.run < other.run ? 1 : -1;
}

/** The length of nearly every first record, and the maximum length of a last one, in bytes. */
const MAX_RECORD_LENGTH = 8_192;

/** Maximum length of a first record, which has the path of a file, in bytes. */
const MAX_HEAD_LENGTH = 65_536;

/** Reads are synchronous, which is several times faster for hundreds of small files. */
function endsOf(folder: string, run: string): JournalEnds {
  let file: number;
  try {
    file = openSync(join(folder, `${run}.jsonl`), constants.O_RDONLY | SAFELY);
  } catch (error) {
    return { run, head: undefined, end: undefined, unreadable: reasonOf(error) };
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return { run, head: undefined, end: undefined, unreadable: 'not a file' };
    const { size } = stats;
    const headIn = (length: number): RunHead | undefined =>
      readHead(firstRecord(part(file, 0, Math.min(size, length))));
    const first =
      headIn(MAX_RECORD_LENGTH) ?? (size > MAX_RECORD_LENGTH ? headIn(MAX_HEAD_LENGTH) : undefined);
    // A copy of another journal is reported when it is read.
    const head = first?.run === run ? first : undefined;
    const tail = Math.max(0, size - MAX_RECORD_LENGTH);
    return { run, head, end: readEnd(lastRecord(part(file, tail, size - tail))) };
  } catch (error) {
    return { run, head: undefined, end: undefined, unreadable: reasonOf(error) };
  } finally {
    closeSync(file);
  }
}

function reasonOf(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ELOOP' ? 'a link' : code;
}

function part(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, from));
}
