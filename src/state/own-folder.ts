import { chmod, lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from './make-folders.ts';
import { checkOwner, WRITE_BY_OTHERS } from './ownership.ts';
import { UnsafeFileError } from './unsafe-file.ts';

/** Mode bits of the group and of others. */
const OTHERS = 0o077;

/**
 * Ensures that a folder exists and that other users cannot access it: creates it if it is missing (0700), and removes the
 * permissions of others.
 * @throws an UnsafeFileError if it belongs to another user or its permissions cannot be changed; the system's error if it
 *   cannot be created
 */
export async function ownFolder(path: string): Promise<void> {
  await makeFolders(path, 0o700);
  const found = await stat(path);
  checkOwner(path, found, 0);
  if (process.platform === 'win32' || (found.mode & OTHERS) === 0) return;
  await chmod(path, found.mode & 0o700);
  checkOwner(path, await stat(path), OTHERS, 'is open to other users');
}

/** In a folder with this bit, such as /tmp, only the owner of a file can rename or remove it. */
const STICKY = 0o1000;

/**
 * Checks a folder before files in it are trusted. A missing folder passes.
 * @throws an UnsafeFileError if it is a link, belongs to another user, or other users can write to it or replace it
 */
export async function checkOwnFolder(path: string): Promise<void> {
  await checkNoLink(path);
  if (process.platform === 'win32') return;
  const folder = await stat(path).catch(ignoreMissing);
  if (folder === undefined) return;
  checkOwner(path, folder);
  const above = await stat(dirname(path));
  const replaceable = (above.mode & WRITE_BY_OTHERS) !== 0 && (above.mode & STICKY) === 0;
  if (replaceable) throw new UnsafeFileError(dirname(path), 'can be written by other users');
}

/** @throws an UnsafeFileError if the path is a link */
export async function checkNoLink(path: string): Promise<void> {
  const found = await lstat(path).catch(ignoreMissing);
  if (found?.isSymbolicLink()) throw new UnsafeFileError(path, 'is a link');
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
