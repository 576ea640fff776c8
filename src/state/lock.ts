import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Failure } from '../outcome/errors.ts';

/** A lock that is held until it is released, or until its process is gone. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the lock at `path`. A lock whose process is gone is taken over at once.
 * @param what how the message names what is locked
 * @throws a `refused` Failure where another process holds it
 */
export async function takeLock(path: string, what: string): Promise<Lock> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    if (await create(path)) return { release: () => rm(path, { force: true }) };
    const holder = await readFile(path, 'utf8').catch(() => undefined);
    if (holder === undefined) continue;
    if (isAlive(holder)) {
      throw new Failure('refused', `another process (${holder.split(' ')[0]}) works on ${what}`, {
        hint: 'wait for it, or stop it first',
      });
    }
    await removeStale(path, holder);
  }
  throw new Failure('refused', `${what} is locked and unlocked too fast to be taken`, { hint: 'try again' });
}

/** Whether a process that is still there holds the lock at `path`. */
export async function isLocked(path: string): Promise<boolean> {
  const holder = await readFile(path, 'utf8').catch(() => undefined);
  return holder !== undefined && isAlive(holder);
}

/** A lock appears with its holder in it: an empty one would look like one whose process is gone. */
async function create(path: string): Promise<boolean> {
  const own = `${path}.${process.pid}.new`;
  await writeFile(own, identity(process.pid), { mode: 0o600 });
  try {
    await link(own, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      // A file system without links.
      return writeFile(path, identity(process.pid), { flag: 'wx', mode: 0o600 });
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** Two processes may find the same stale lock: only the one that moves just that one away may go on. */
async function removeStale(path: string, holder: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readFile(aside, 'utf8').catch(() => '');
  // Someone took the lock between reading and moving: it goes back.
  if (moved !== holder) await rename(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** A process id with the start of the process where the system tells it: ids are used again. */
function identity(pid: number): string {
  return `${pid} ${statOf(pid)?.start ?? ''}`;
}

function isAlive(holder: string): boolean {
  const [digits = '', start = ''] = holder.split(' ');
  const pid = Number(digits);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = statOf(pid);
  // One that ended and that nobody has waited for, as happens in containers, still has its id.
  if (now?.state === 'Z') return false;
  return start === '' || now === undefined || now.start === start;
}

/** Linux: the state, and the start of the process: the 3rd and the 22nd field, after the name in brackets. */
function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(') ') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
