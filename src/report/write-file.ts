import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { usage } from '../outcome/errors.ts';
import { isDeviceName } from '../state/device-name.ts';
import { quotedPath } from '../text/quoted-path.ts';

/** Where a file will be written, once it has been seen that it can. */
export interface Destination {
  /** As the user gave it. */
  readonly name: string;
  /** Where links lead. */
  readonly path: string;
  /** The mode of the file that is there. */
  readonly mode: number | undefined;
}

/**
 * Looks whether a file can be written there, before any work is done for it.
 * @throws a `usage` Failure where the folder is missing, or something is there that is no file
 */
export async function destinationOf(name: string): Promise<Destination> {
  const said = `--out ${quotedPath(name)}`;
  if (name === '') throw usage('--out: the name of the file is empty');
  if (isDeviceName(name)) throw usage(`${said}: is a device, not a file`, 'give another name');
  const found = await stat(name).catch(() => undefined);
  if (found !== undefined) {
    if (found.isDirectory()) throw usage(`${said}: is a folder`, 'give the name of a file in it');
    if (!found.isFile())
      throw usage(`${said}: is not a regular file`, 'remove --out and redirect standard output');
    return { name, path: await realpath(name), mode: found.mode & 0o777 };
  }
  const folder = await stat(dirname(resolve(name))).catch(() => undefined);
  if (!folder?.isDirectory()) throw usage(`${said}: the folder does not exist`, 'create the folder first');
  return { name, path: resolve(name), mode: undefined };
}

/**
 * Writes a file whole or not at all: a reader sees the old one or the new one. A new file gets the mode that the
 * umask leaves, one that was there keeps its own.
 * @param unique goes into the name of the temporary file
 * @returns how many bytes were written
 * @throws a `usage` Failure where it cannot be written
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
