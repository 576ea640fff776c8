import { chmod, lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from './make-folders.ts';
import { UnsafeFileError } from './unsafe-file.ts';

/** What others of the group, and all others, may do. */
const OTHERS = 0o077;

/**
 * Makes sure of a folder that nobody else can put files into: it is made where it is missing (0700), and closed to
 * others where it was open.
 * @throws an UnsafeFileError where it belongs to someone else or cannot be closed; what the system says where it
 *   cannot be made
 */
export async function ownFolder(path: string): Promise<void> {
  await makeFolders(path, 0o700);
  const own = process.getuid?.();
  // Windows: the folder of a user is closed by its access list, and modes mean nothing.
  if (own === undefined) return;
  const { uid, mode } = await stat(path);
  if (uid !== own) throw new UnsafeFileError(path, 'belongs to another user');
  if ((mode & OTHERS) === 0) return;
  await chmod(path, mode & 0o700);
  if (((await stat(path)).mode & OTHERS) !== 0) throw new UnsafeFileError(path, 'is open to other users');
}

/** What others may not do to a folder whose files are trusted. */
const WRITE_BY_OTHERS = 0o022;

/** In a folder with this bit, such as /tmp, only the owner of a file renames or removes it. */
const STICKY = 0o1000;

/**
 * Checks a folder before files in it are trusted. A folder that does not exist passes.
 * @throws an UnsafeFileError where it is a link, belongs to someone else, or others can write to it or replace it
 */
export async function checkOwnFolder(path: string): Promise<void> {
  await checkNoLink(path);
  const own = process.getuid?.();
  // Windows: the folder of a user is closed by its access list, and modes mean nothing.
  if (own === undefined) return;
  const folder = await stat(path).catch(ignoreMissing);
  if (folder === undefined) return;
  if (folder.uid !== own) throw new UnsafeFileError(path, 'belongs to another user');
  if ((folder.mode & WRITE_BY_OTHERS) !== 0) throw new UnsafeFileError(path, 'can be written by other users');
  const above = await stat(dirname(path));
  const replaceable = (above.mode & WRITE_BY_OTHERS) !== 0 && (above.mode & STICKY) === 0;
  if (replaceable) throw new UnsafeFileError(dirname(path), 'can be written by other users');
}

/** @throws an UnsafeFileError where the path is a link */
export async function checkNoLink(path: string): Promise<void> {
  const found = await lstat(path).catch(ignoreMissing);
  if (found?.isSymbolicLink()) throw new UnsafeFileError(path, 'is a link');
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
