import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { link, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../outcome/errors.ts';
import { isObject } from '../text/is-object.ts';
import { isAlive, ownIdentity, type ProcessIdentity, readIdentity } from './process-identity.ts';
import { SAFELY } from './safely.ts';

/** A lock that is held until it is released, until its process ends, or until another process takes it over. */
export interface Lock {
  /** @throws a `refused` Failure if another process has taken over the lock */
  check(): Promise<void>;
  /** Never fails: a lock that cannot be released, for example on a full disk, is free when its process has ended. */
  release(): Promise<void>;
}

export interface TakeLockOptions {
  /** Take over the lock of a process on another host, whose state cannot be checked. */
  readonly takeOver?: boolean;
  /** The new holder; default this process. */
  readonly identity?: ProcessIdentity;
}

/**
 * Acquires the lock at `path`. The files `<path>.1`, `<path>.2` and so on are its records. A record is created once and
 * never changed, and the record with the highest number has the holder of the lock, or says that it is released. Acquiring
 * or releasing creates the next record. The lock of a process that has ended is taken over at once.
 * @param what the name of the locked thing in messages
 * @throws a `refused` Failure if another process holds it
 */
export async function takeLock(path: string, what: string, options: TakeLockOptions = {}): Promise<Lock> {
  const { takeOver = false, identity = ownIdentity() } = options;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const highest = await highestRecord(path);
    const holder = highest === 0 ? RELEASED : recordAt(recordPath(path, highest));
    if (holder === undefined) continue;
    checkFree(holder, what, takeOver);
    const number = highest + 1;
    if (!(await claim(path, number, identity))) continue;
    // Old records are removed, so a number may be free although a higher one exists.
    if ((await highestRecord(path)) !== number) continue;
    await removeBelow(path, number);
    return heldLock(path, number, what);
  }
  throw new Failure('refused', `the lock of ${what} changes too often to be acquired`, { hint: 'try again' });
}

const ATTEMPTS = 10;

/** The holder of a lock. Of an unreadable record the process is unknown. */
type Holder = ProcessIdentity | 'nobody' | 'unreadable';
const RELEASED: Holder = 'nobody';

function checkFree(holder: Holder, what: string, takeOver: boolean): void {
  if (holder === 'nobody') return;
  const alive = holder === 'unreadable' ? 'unknown' : isAlive(holder);
  if (alive === false || (alive === 'unknown' && takeOver)) return;
  if (holder === 'unreadable') {
    throw new Failure('refused', `another process may be working on ${what}: its lock cannot be read`, {
      hint: 'if no other process is working on it, use `--take-over`',
    });
  }
  if (alive === true) {
    throw new Failure('refused', `another process (${holder.pid}) is working on ${what}`, {
      hint: 'wait until it has ended, or stop it',
    });
  }
  const { pid, host } = holder;
  const own = ownIdentity();
  const where =
    host !== own.host
      ? `host ${host}`
      : holder.boot !== own.boot
        ? `host ${host} before its restart, or of another host with that name`
        : `another process namespace of host ${host}, such as a container`;
  throw new Failure('refused', `a process (${pid}) of ${where} is working on ${what}`, {
    hint: 'if it has ended, use `--take-over`',
  });
}

/**
 * Reads the locks of a folder.
 * @returns a function that says whether a process holds the lock at a path in it: `unknown` for another host
 */
export async function locksIn(folder: string): Promise<(path: string) => boolean | 'unknown'> {
  const highest = new Map<string, number>();
  for (const name of await namesIn(folder)) {
    const [, lock = '', digits] = /^(.+)\.([1-9]\d{0,14})$/.exec(name) ?? [];
    if (digits !== undefined) highest.set(lock, Math.max(highest.get(lock) ?? 0, Number(digits)));
  }
  return (path) => {
    const number = highest.get(basename(path));
    const holder = number === undefined ? RELEASED : recordAt(recordPath(path, number));
    if (holder === undefined || holder === 'nobody') return false;
    return holder === 'unreadable' ? 'unknown' : isAlive(holder);
  };
}

/** Removes the records of a lock when the locked thing is removed. */
export async function removeLock(path: string): Promise<void> {
  await removeBelow(path, Number.POSITIVE_INFINITY);
}

function heldLock(path: string, number: number, what: string): Lock {
  let released = false;
  return {
    async check() {
      // In this order, since records are removed in ascending order.
      const next = await exists(recordPath(path, number + 1));
      if (!next && (await exists(recordPath(path, number)))) return;
      throw new Failure('refused', `another process has taken over ${what}`, {
        hint: 'this process has stopped, the other one continues',
      });
    },
    async release() {
      if (released) return;
      released = true;
      // If another process has taken it over, it must not be released here.
      const free = await claim(path, number + 1, undefined).catch(() => false);
      if (free) await removeBelow(path, number + 1).catch(() => {});
    },
  };
}

function recordPath(path: string, number: number): string {
  return `${path}.${number}`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

/** Other files are not records. Larger numbers are not exact. */
const NUMBER = /^[1-9]\d{0,14}$/;

/** The numbers of the records of a lock. */
async function recordNumbers(path: string): Promise<number[]> {
  const beginning = `${basename(path)}.`;
  return (await namesIn(dirname(path)))
    .filter((name) => name.startsWith(beginning) && NUMBER.test(name.slice(beginning.length)))
    .map((name) => Number(name.slice(beginning.length)))
    .sort((one, other) => one - other);
}

async function highestRecord(path: string): Promise<number> {
  return (await recordNumbers(path)).at(-1) ?? 0;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

/** Maximum length of a record, in bytes. */
const MAX_RECORD = 4_096;

/**
 * Reads a record. Anything else that has its name, such as a link, a pipe or a folder, is an unreadable record: a pipe would
 * block the process.
 * @returns undefined if it no longer exists
 */
function recordAt(path: string): Holder | undefined {
  let text: string;
  try {
    text = beginningOf(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'unreadable';
  }
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return 'unreadable';
    return value.released === true ? 'nobody' : (readIdentity(value) ?? 'unreadable');
  } catch {
    return 'unreadable';
  }
}

/** @returns empty if it is not a file */
function beginningOf(path: string): string {
  const file = openSync(path, constants.O_RDONLY | SAFELY);
  try {
    if (!fstatSync(file).isFile()) return '';
    const bytes = Buffer.alloc(MAX_RECORD);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, MAX_RECORD, 0));
  } finally {
    closeSync(file);
  }
}

/**
 * Creates a record atomically.
 * @param holder undefined for a released lock
 * @returns false if the record already exists
 */
async function claim(path: string, number: number, holder: ProcessIdentity | undefined): Promise<boolean> {
  const text = `${JSON.stringify(holder ?? { released: true })}\n`;
  const own = recordPath(path, number);
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
    const failed = await link(draft, own).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    );
    // The number of links decides: on a network file system, the reply to a successful link may be lost.
    if ((await stat(draft)).nlink === 2) return true;
    if (failed === 'EEXIST') return false;
    return await writeExclusively(own, text);
  } finally {
    await rm(draft, { force: true });
  }
}

/** For a file system without hard links. */
async function writeExclusively(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** In ascending order, so that if a record is gone, all lower ones are gone too. */
async function removeBelow(path: string, number: number): Promise<void> {
  for (const one of await recordNumbers(path)) {
    if (one < number) await rm(recordPath(path, one), { force: true, recursive: true });
  }
}
