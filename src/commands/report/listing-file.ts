import { addAbortSignal } from 'node:stream';
import { decodeText } from '../../input/decode.ts';
import { Failure, usage } from '../../outcome/errors.ts';
import type { Input, Runtime } from '../../process/runtime.ts';
import type { Listing } from '../../report/page.ts';
import { readListing } from '../../report/read-listing.ts';
import { quotedPath } from '../../text/quoted-path.ts';
import { bytesOf, UnreadableError } from '../files/input-file.ts';

/**
 * Reads a saved listing from a file, or from standard input for `-`.
 * @param flag the flag for messages, such as `--from`
 * @throws a `usage` Failure if it cannot be read or is not a listing
 */
export async function readListingFile(
  flag: string,
  file: string,
  { stdin, signal }: Pick<Runtime, 'stdin' | 'signal'>,
): Promise<Listing> {
  const label = file === '-' ? `${flag} -` : `${flag} ${quotedPath(file)}`;
  const text = await textOf(file === '-' ? bytesFrom(stdin, signal) : bytesIn(file, label, signal), label);
  const source = file === '-' ? 'a listing from standard input' : `the file ${file}`;
  return { source, configurations: await readListing(text, label) };
}

async function* bytesFrom(stdin: Input, signal: AbortSignal): AsyncGenerator<Uint8Array | string> {
  try {
    yield* addAbortSignal(signal, stdin);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

async function* bytesIn(file: string, label: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* bytesOf(file, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const { code } = error as NodeJS.ErrnoException;
    const what =
      error instanceof UnreadableError ? error.message : `cannot be read (${code ?? String(error)})`;
    throw usage(`${label}: ${what}`, 'use the output of `list -o json`, or - for standard input');
  }
}

/** Maximum length of a listing in characters, close to that of a JavaScript string; a million configurations fit. */
const MAX_CHARACTERS = 500_000_000;

async function textOf(bytes: AsyncIterable<Uint8Array | string>, label: string): Promise<string> {
  const parts: string[] = [];
  try {
    let length = 0;
    for await (const part of decodeText(bytes)) {
      length += part.length;
      if (length > MAX_CHARACTERS) throw usage(`larger than ${MAX_CHARACTERS / 1e6} million characters`);
      parts.push(part);
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'usage' || error.message.startsWith(label)) throw error;
    throw usage(`${label}: ${error.message}`, error.details.hint);
  }
  return parts.join('');
}
