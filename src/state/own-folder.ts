import { chmod, stat } from 'node:fs/promises';
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
