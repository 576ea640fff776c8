import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ownFolder } from './own-folder.ts';
import { replaceFile } from './replace-file.ts';
import { UnsafeFileError } from './unsafe-file.ts';

/**
 * Reads a file that only its owner may read or write; undefined where there is none.
 * @throws an UnsafeFileError where it is a link, belongs to someone else, or others may read it
 */
export async function readPrivate(path: string): Promise<string | undefined> {
  // O_NOFOLLOW is 0 on Windows, where neither links by others nor modes are what they are here.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'ELOOP') throw new UnsafeFileError(path, 'is a link');
    throw new UnsafeFileError(path, `cannot be read (${code})`);
  });
  if (file === undefined) return undefined;
  try {
    const found = await file.stat();
    const { mode, uid } = found;
    const own = process.getuid?.();
    if (!found.isFile()) throw new UnsafeFileError(path, 'is no file');
    if (own !== undefined && uid !== own) throw new UnsafeFileError(path, 'belongs to another user');
    if (own !== undefined && (mode & 0o077) !== 0)
      throw new UnsafeFileError(path, 'can be read by other users');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/**
 * Opens a file that nobody but its owner may have written.
 * @param flags of `node:fs` constants
 * @throws an UnsafeFileError where it is a link or no file, belongs to someone else, or others may write it; what the
 *   system says where it cannot be opened
 */
export async function openOwn(path: string, flags: number): Promise<FileHandle> {
  // O_NONBLOCK: to open a pipe that someone put there must not wait for its other end.
  const more = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags | more).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw new UnsafeFileError(path, 'is a link');
    throw error;
  });
  try {
    const found = await file.stat();
    const own = process.getuid?.();
    if (!found.isFile()) throw new UnsafeFileError(path, 'is no file');
    if (own !== undefined && found.uid !== own) throw new UnsafeFileError(path, 'belongs to another user');
    if (own !== undefined && (found.mode & 0o022) !== 0)
      throw new UnsafeFileError(path, 'can be written by other users');
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Writes a file that only its owner may read (0600, its folder 0700), whole or not at all. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await ownFolder(dirname(path));
  await replaceFile(path, text);
}

/** Removes a file; says whether there was one. */
export async function removePrivate(path: string): Promise<boolean> {
  try {
    await rm(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
