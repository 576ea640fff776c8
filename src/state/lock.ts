import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../outcome/errors.ts';
import { isObject } from '../text/is-object.ts';
import { isAlive, ownIdentity, type ProcessIdentity, readIdentity } from './process-identity.ts';

/** A lock that is held until it is released, until its process is gone, or until another one takes it over. */
export interface Lock {
  /** @throws a `refused` Failure where another process has taken the lock over */
  check(): Promise<void>;
  /** Never fails: a lock that cannot be released, on a full disk for instance, is free when its process has ended. */
  release(): Promise<void>;
}

export interface TakeLockOptions {
  /** Take it over from a process of another host, whose end nobody here can know of. */
  readonly takeOver?: boolean;
  /** Who takes it; default this process. */
  readonly identity?: ProcessIdentity;
}

/**
 * Takes the lock at `path`: the files `<path>.1`, `<path>.2` and so on are its records, each made once and never again,
 * and the one with the highest number says who holds the lock, or that nobody does. Who takes it over or releases it
 * makes the next one. A lock whose process is gone is taken over at once.
 * @param what how messages name what is locked
 * @throws a `refused` Failure where another process holds it
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
    // Records that are no longer needed are removed: a number may have been free because of that alone.
    if ((await highestRecord(path)) !== number) continue;
    await removeBelow(path, number);
    return heldLock(path, number, what);
  }
  throw new Failure('refused', `${what} is locked and unlocked too fast to be taken`, { hint: 'try again' });
}

const ATTEMPTS = 10;

/** Who holds a lock; a record that cannot be read is one of a process that nothing is known of. */
type Holder = ProcessIdentity | 'nobody' | 'unreadable';
const RELEASED: Holder = 'nobody';

function checkFree(holder: Holder, what: string, takeOver: boolean): void {
  if (holder === 'nobody') return;
  const alive = holder === 'unreadable' ? 'unknown' : isAlive(holder);
  if (alive === false || (alive === 'unknown' && takeOver)) return;
  if (holder === 'unreadable') {
    throw new Failure('refused', `another process may work on ${what}: its lock cannot be read`, {
      hint: 'when no other process works on it, give `--take-over`',
    });
  }
  if (alive === true) {
    throw new Failure('refused', `another process (${holder.pid}) works on ${what}`, {
      hint: 'wait for it, or stop it first',
    });
  }
  const { pid, host } = holder;
  const own = ownIdentity();
  const where =
    host !== own.host
      ? `host ${host}`
      : holder.boot !== own.boot
        ? `host ${host} before it was restarted, or of another host of that name`
        : `another process namespace of host ${host}, such as a container`;
  throw new Failure('refused', `a process (${pid}) of ${where} holds ${what}`, {
    hint: 'when it has ended, give `--take-over`',
  });
}

/**
 * Looks at the locks of a folder.
 * @returns whether a process holds the lock at a path in it: `unknown` for one of another host
 */
export async function locksIn(folder: string): Promise<(path: string) => boolean | 'unknown'> {
  const highest = new Map<string, number>();
  for (const name of await namesIn(folder)) {
    const [, lock = '', digits] = /^(.+)\.([1-9]\d*)$/.exec(name) ?? [];
    if (digits !== undefined) highest.set(lock, Math.max(highest.get(lock) ?? 0, Number(digits)));
  }
  return (path) => {
    const number = highest.get(basename(path));
    const holder = number === undefined ? RELEASED : recordAt(recordPath(path, number));
    if (holder === undefined || holder === 'nobody') return false;
    return holder === 'unreadable' ? 'unknown' : isAlive(holder);
  };
}

/** Removes what is left of the lock of something that is removed itself. */
export async function removeLock(path: string): Promise<void> {
  await removeBelow(path, Number.POSITIVE_INFINITY);
}

function heldLock(path: string, number: number, what: string): Lock {
  let released = false;
  return {
    async check() {
      // In this order: whoever removes the next record has removed this one before.
      const next = await exists(recordPath(path, number + 1));
      if (!next && (await exists(recordPath(path, number)))) return;
      throw new Failure('refused', `another process has taken over ${what}`, {
        hint: 'this one has stopped: the other one goes on',
      });
    },
    async release() {
      if (released) return;
      released = true;
      // Where another process took it over meanwhile, it is not ours to release.
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

/** The numbers of the records of a lock. */
async function recordNumbers(path: string): Promise<number[]> {
  const beginning = `${basename(path)}.`;
  return (await namesIn(dirname(path)))
    .filter((name) => name.startsWith(beginning) && /^[1-9]\d*$/.test(name.slice(beginning.length)))
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

/** @returns undefined where it is gone again */
function recordAt(path: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return 'unreadable';
    return value.released === true ? 'nobody' : (readIdentity(value) ?? 'unreadable');
  } catch {
    return 'unreadable';
  }
}

/**
 * Makes a record, whole from its first moment on.
 * @param holder undefined for a lock that is released
 * @returns false where the record is there already
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
    // The number of links decides: the answer to a link that was made may be lost on a file system of another host.
    if ((await stat(draft)).nlink === 2) return true;
    if (failed === 'EEXIST') return false;
    return await writeExclusively(own, text);
  } finally {
    await rm(draft, { force: true });
  }
}

/** For a file system without links. */
async function writeExclusively(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** In ascending order, so that where a record is gone, all below it are. */
async function removeBelow(path: string, number: number): Promise<void> {
  for (const one of await recordNumbers(path)) {
    if (one < number) await rm(recordPath(path, one), { force: true });
  }
}
