import { lstat, open, rename, rm } from 'node:fs/promises';

/** Why a file is not replaced: the path is a link, a folder or a device. */
export class NotReplaceableError extends Error {}

/**
 * Writes a file atomically, with access for its owner only (0600): a reader sees either the old or the new text. Links are
 * not followed.
 * @throws a NotReplaceableError if the path exists and is not a file; the system's error if it cannot be written
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  await checkPlainFile(path);
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** @throws a NotReplaceableError if the path exists and is not a file */
export async function checkPlainFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink()) throw new NotReplaceableError('is a link');
  if (found !== undefined && !found.isFile()) throw new NotReplaceableError('is not a file');
}
