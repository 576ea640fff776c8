import { constants, createReadStream, type Stats } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { isDeviceName } from '../../state/device-name.ts';

/**
 * The bytes of a file or named pipe. A pipe without a writer is waited for, until the run is interrupted.
 * @throws what the system says
 */
export async function* bytesOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // An open that waits holds a thread, and with it the end of the process: to open the other end lets it go.
  const release = (): void => {
    open(path, constants.O_WRONLY | (constants.O_NONBLOCK ?? 0)).then(
      (file) => file.close(),
      () => undefined,
    );
  };
  const { pipe } = await inputFile(path);
  if (pipe) signal.addEventListener('abort', release, { once: true });
  try {
    for await (const part of createReadStream(path)) {
      signal.throwIfAborted();
      yield part;
    }
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', release);
  }
}

const DEVICE = 'is a device, not a file';

/** Why a file is not read. */
export class UnreadableError extends Error {}

/** A file to read from. */
export interface InputFile {
  /** In bytes; zero for a pipe. */
  readonly size: number;
  /** Can be read only once, from its beginning to its end. */
  readonly pipe: boolean;
}

/**
 * Looks at what is to be read: a file, or a named pipe. A device such as /dev/zero never comes to an end, and a folder
 * is none.
 * @throws an UnreadableError whose message says why not, to be put after the name
 */
export async function inputFile(path: string): Promise<InputFile> {
  if (isDeviceName(path)) throw new UnreadableError(DEVICE);
  let found: Stats;
  try {
    await access(path, constants.R_OK);
    found = await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UnreadableError(
      code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? String(error)})`,
    );
  }
  if (found.isDirectory()) throw new UnreadableError('cannot be read (EISDIR)');
  if (found.isFile() || found.isFIFO()) return { size: found.size, pipe: found.isFIFO() };
  throw new UnreadableError(DEVICE);
}
