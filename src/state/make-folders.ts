import { mkdirSync, promises } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a folder and its missing parents, each with `mode`. Node's recursive `mkdir` loops forever where a folder
 * cannot be created but the error is ENOENT, as below /proc.
 * @throws the system's error if it cannot be created
 */
export async function makeFolders(path: string, mode: number): Promise<void> {
  try {
    await makeOne(path, mode);
  } catch (error) {
    const above = parentOfMissing(path, error);
    await makeFolders(above, mode);
    await makeOne(path, mode);
  }
}

/** Like `makeFolders`, but synchronous, for code at start-up that must not load the promise API of `node:fs`. */
export function makeFoldersSync(path: string, mode: number): void {
  try {
    makeOneSync(path, mode);
  } catch (error) {
    const above = parentOfMissing(path, error);
    makeFoldersSync(above, mode);
    makeOneSync(path, mode);
  }
}

/** The folder that has to be created first. @throws the error if that would not help */
function parentOfMissing(path: string, error: unknown): string {
  const above = dirname(path);
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path) throw error;
  return above;
}

async function makeOne(path: string, mode: number): Promise<void> {
  await promises.mkdir(path, { mode }).catch(ignoreExisting);
}

function makeOneSync(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    ignoreExisting(error as NodeJS.ErrnoException);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
