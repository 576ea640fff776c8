import { lstat, open, rename, rm } from 'node:fs/promises';

/** Why a file is not replaced: what is there is a link, a folder or a device. */
export class NotReplaceableError extends Error {}

/**
 * Writes a file that only its owner may read (0600) in one step: whoever opens it finds the old text or the new one,
 * whole. It goes through no link.
 * @throws a NotReplaceableError where something else than a file is there; what the system says where it cannot be written
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

/** @throws a NotReplaceableError where something else than a file is there */
export async function checkPlainFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink()) throw new NotReplaceableError('is a link');
  if (found !== undefined && !found.isFile()) throw new NotReplaceableError('is not a file');
}
