import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { usage } from '../errors.ts';
import type { Input, Runtime } from '../runtime.ts';

/** An overview is some hundred bytes; what is larger was not meant. */
const MAX_BYTES = 1024 * 1024;

/**
 * The text of `--body`: of a file, or of standard input for `-`.
 * @throws a `usage` Failure where it cannot be read, is no UTF-8 or too large; an `interrupted` one where the run is
 *   interrupted while it waits for standard input
 */
export async function readBodySource(
  source: string,
  { stdin, signal }: Pick<Runtime, 'stdin' | 'signal'>,
): Promise<string> {
  const bytes = source === '-' ? await readAll(stdin, signal) : await readFrom(source);
  if (bytes.byteLength > MAX_BYTES) throw usage('--body: larger than 1 MiB, so it is no overview');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usage('--body: the text is not UTF-8', 'save it as UTF-8');
  }
}

async function readFrom(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const what = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
    throw usage(`--body ${JSON.stringify(file)}: ${what}`, 'give a file, or - for standard input');
  }
}

async function readAll(stdin: Input, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of addAbortSignal(signal, stdin) as AsyncIterable<Uint8Array | string>) {
      const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      bytes += part.byteLength;
      chunks.push(part);
      if (bytes > MAX_BYTES) break;
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
  return Buffer.concat(chunks);
}
