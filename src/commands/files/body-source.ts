import { addAbortSignal } from 'node:stream';
import { usage } from '../../outcome/errors.ts';
import type { Input, Runtime } from '../../process/runtime.ts';
import { quotedPath } from '../../text/quoted-path.ts';
import { bytesOf, UnreadableError } from './input-file.ts';

/** Maximum size of a body in bytes. An overview has some hundred bytes, so a larger file is a mistake. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads the text of `--body` from a file, or from standard input for `-`.
 * @throws a `usage` Failure if it cannot be read, is not UTF-8 or is too large; an `interrupted` Failure if the run is
 *   interrupted meanwhile
 */
export async function readBodySource(
  source: string,
  { stdin, signal }: Pick<Runtime, 'stdin' | 'signal'>,
): Promise<string> {
  const bytes = source === '-' ? await readStdin(stdin, signal) : await readFrom(source, signal);
  if (bytes.byteLength > MAX_BYTES) throw usage('--body: larger than 1 MiB, so it is not an overview');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usage('--body: the text is not UTF-8', 'save it as UTF-8');
  }
}

async function readFrom(file: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return await readAll(bytesOf(file, signal));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const { code } = error as NodeJS.ErrnoException;
    const what =
      error instanceof UnreadableError ? error.message : `cannot be read (${code ?? String(error)})`;
    throw usage(`--body ${quotedPath(file)}: ${what}`, 'give a file, or - for standard input');
  }
}

async function readStdin(stdin: Input, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return await readAll(addAbortSignal(signal, stdin));
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

async function readAll(source: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    bytes += part.byteLength;
    chunks.push(part);
    if (bytes > MAX_BYTES) break;
  }
  return Buffer.concat(chunks);
}
