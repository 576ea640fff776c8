import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ownFolder } from './own-folder.ts';
import { checkOwner } from './ownership.ts';
import { replaceFile } from './replace-file.ts';
import { SAFELY } from './safely.ts';
import { UnsafeFileError } from './unsafe-file.ts';

/**
 * Reads a file that only its owner may read or write; undefined if there is none.
 * @throws an UnsafeFileError if it is a link, belongs to another user, or other users may read it
 */
export async function readPrivate(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | SAFELY).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'ELOOP') throw new UnsafeFileError(path, 'is a link');
    throw new UnsafeFileError(path, `cannot be read (${code})`);
  });
  if (file === undefined) return undefined;
  try {
    await checkOwn(file, path, 0o077, 'can be read by other users');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/**
 * Opens a file that only its owner may have written.
 * @param flags of `node:fs` constants
 * @throws an UnsafeFileError if it is a link or not a file, belongs to another user, or other users may write it; the
 *   system's error if it cannot be opened
 */
export async function openOwn(path: string, flags: number): Promise<FileHandle> {
  const file = await open(path, flags | SAFELY).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw new UnsafeFileError(path, 'is a link');
    throw error;
  });
  try {
    await checkOwn(file, path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** @throws an UnsafeFileError if it is not a file, or `checkOwner` refuses it */
async function checkOwn(
  file: FileHandle,
  path: string,
  ...rule: [denied?: number, why?: string]
): Promise<void> {
  const found = await file.stat();
  if (!found.isFile()) throw new UnsafeFileError(path, 'is not a file');
  checkOwner(path, found, ...rule);
}

/** Writes a file atomically, with access for its owner only (0600, its folder 0700). */
export async function writePrivate(path: string, text: string): Promise<void> {
  await ownFolder(dirname(path));
  await replaceFile(path, text);
}

/** Removes a file. @returns whether it existed */
export async function removePrivate(path: string): Promise<boolean> {
  try {
    await rm(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
