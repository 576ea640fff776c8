import { constants, createReadStream, type Stats } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { isDeviceName } from '../../state/device-name.ts';

/**
 * Reads a file or a named pipe. If a pipe has no writer yet, it waits until the run is interrupted.
 * @throws an UnreadableError, or the system's error
 */
export async function* bytesOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // A blocked open occupies a thread, which the end of the process would wait for. Opening the other end unblocks it.
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

/** Why a file is not read. The message follows the name of the file. */
export class UnreadableError extends Error {}

/** A file to read from. */
export interface InputFile {
  /** In bytes; 0 for a pipe. */
  readonly size: number;
  /** Whether it is a pipe, which can be read only once. */
  readonly pipe: boolean;
}

/**
 * Checks that a path is a readable file or named pipe. Devices are refused, since one like /dev/zero has no end.
 * @throws an UnreadableError if it is not
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
