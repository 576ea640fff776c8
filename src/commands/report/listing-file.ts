import { addAbortSignal } from 'node:stream';
import { decodeText } from '../../input/decode.ts';
import { Failure, usage } from '../../outcome/errors.ts';
import type { Input, Runtime } from '../../process/runtime.ts';
import type { Listing } from '../../report/page.ts';
import { readListing } from '../../report/read-listing.ts';
import { quotedPath } from '../../text/quoted-path.ts';
import { bytesOf, UnreadableError } from '../files/input-file.ts';

/**
 * Reads a listing that was saved: a file, or standard input for `-`.
 * @param flag for messages, such as `--from`
 * @throws a `usage` Failure where it cannot be read or is not a listing
 */
export async function readListingFile(
  flag: string,
  file: string,
  { stdin, signal }: Pick<Runtime, 'stdin' | 'signal'>,
): Promise<Listing> {
  const said = file === '-' ? `${flag} -` : `${flag} ${quotedPath(file)}`;
  const text = await textOf(file === '-' ? bytesFrom(stdin, signal) : bytesIn(file, said, signal), said);
  const source = file === '-' ? 'a listing from standard input' : `the file ${file}`;
  return { source, configurations: await readListing(text, said) };
}

async function* bytesFrom(stdin: Input, signal: AbortSignal): AsyncGenerator<Uint8Array | string> {
  try {
    yield* addAbortSignal(signal, stdin);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

async function* bytesIn(file: string, said: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* bytesOf(file, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const { code } = error as NodeJS.ErrnoException;
    const what =
      error instanceof UnreadableError ? error.message : `cannot be read (${code ?? String(error)})`;
    throw usage(`${said}: ${what}`, 'use the output of `list -o json`, or - for standard input');
  }
}

/** A listing of a million configurations is shorter, and no string of JavaScript is longer. */
const MOST_CHARACTERS = 500_000_000;

async function textOf(bytes: AsyncIterable<Uint8Array | string>, said: string): Promise<string> {
  const parts: string[] = [];
  try {
    let length = 0;
    for await (const part of decodeText(bytes)) {
      length += part.length;
      if (length > MOST_CHARACTERS) throw usage(`larger than ${MOST_CHARACTERS / 1e6} million characters`);
      parts.push(part);
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'usage' || error.message.startsWith(said)) throw error;
    throw usage(`${said}: ${error.message}`, error.details.hint);
  }
  return parts.join('');
}
