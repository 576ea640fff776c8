import { UnsafeFileError } from './unsafe-file.ts';

/** Mode bits that allow other users to change a file or a folder. */
export const WRITE_BY_OTHERS = 0o022;

/**
 * Checks who owns a file or a folder, and what other users may do with it. On Windows the access list of the user's folder
 * protects it, and modes have no meaning: there everything passes.
 * @param found its owner and mode
 * @param denied mode bits that must not be set
 * @param why the error message if one is set
 * @throws an UnsafeFileError if it belongs to another user, or has a denied mode bit
 */
export function checkOwner(
  path: string,
  found: { readonly uid: number; readonly mode: number },
  denied: number = WRITE_BY_OTHERS,
  why = 'can be written by other users',
): void {
  const own = process.getuid?.();
  if (own === undefined) return;
  if (found.uid !== own) throw new UnsafeFileError(path, 'belongs to another user');
  if ((found.mode & denied) !== 0) throw new UnsafeFileError(path, why);
}
