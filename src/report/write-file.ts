import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { usage } from '../outcome/errors.ts';
import { isDeviceName } from '../state/device-name.ts';
import { quotedPath } from '../text/quoted-path.ts';

/** The checked destination of a file. */
export interface Destination {
  /** The name that the user gave. */
  readonly name: string;
  /** The absolute path, with links resolved. */
  readonly path: string;
  /** The mode of the existing file; undefined if there is none. */
  readonly mode: number | undefined;
}

/**
 * Checks whether a file can be written, before any work is done for it.
 * @throws a `usage` Failure if the folder does not exist, or if the name is taken by something other than a regular file
 */
export async function destinationOf(name: string): Promise<Destination> {
  const option = `--out ${quotedPath(name)}`;
  if (name === '') throw usage('--out: the file name is empty');
  if (isDeviceName(name)) throw usage(`${option}: is a device, not a file`, 'use another name');
  const found = await stat(name).catch(() => undefined);
  if (found !== undefined) {
    if (found.isDirectory()) throw usage(`${option}: is a folder`, 'use the name of a file in it');
    if (!found.isFile())
      throw usage(`${option}: is not a regular file`, 'remove --out and redirect standard output');
    return { name, path: await realpath(name), mode: found.mode & 0o777 };
  }
  if (name.endsWith('/') || name.endsWith(sep))
    throw usage(`${option}: is the name of a folder`, 'use the name of a file');
  const folder = await stat(dirname(resolve(name))).catch(() => undefined);
  if (!folder?.isDirectory()) throw usage(`${option}: the folder does not exist`, 'create the folder first');
  return { name, path: resolve(name), mode: undefined };
}

/**
 * Writes a file atomically: a reader sees the old or the new content. A new file gets the mode of the umask; an existing
 * one keeps its mode.
 * @param unique a part of the name of the temporary file
 * @returns the number of bytes written
 * @throws a `usage` Failure if the file cannot be written
 */
export async function writeWhole(
  { name, path, mode }: Destination,
  text: string,
  unique: string,
): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${unique}.tmp`);
  const bytes = Buffer.from(text);
  try {
    const file = await open(temporary, 'wx', 0o666);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode !== undefined) await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const { code } = error as NodeJS.ErrnoException;
    throw usage(`--out ${quotedPath(name)}: cannot be written (${code ?? String(error)})`);
  }
  return bytes.byteLength;
}
