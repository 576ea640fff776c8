import { readFile } from 'node:fs/promises';
import { decodeText } from '../../bulk/decode.ts';
import { Failure, usage } from '../../errors.ts';
import type { Listing } from '../../report/page.ts';
import { readListing } from '../../report/read-listing.ts';
import type { Runtime } from '../../runtime.ts';

/**
 * Reads a listing that was saved: a file, or standard input for `-`.
 * @param flag for messages, such as `--from`
 * @throws a `usage` Failure where it cannot be read or is no listing
 */
export async function readListingFile(
  flag: string,
  file: string,
  { stdin }: Pick<Runtime, 'stdin'>,
): Promise<Listing> {
  const said = file === '-' ? `${flag} -` : `${flag} ${JSON.stringify(file)}`;
  const text = await textOf(file === '-' ? stdin : bytesOf(file, said), said);
  const source = file === '-' ? 'a listing from standard input' : `the file ${file}`;
  return { source, configurations: await readListing(text, said) };
}

async function* bytesOf(file: string, said: string): AsyncGenerator<Uint8Array> {
  try {
    yield await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const what = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
    throw usage(`${said}: ${what}`, 'give a file that `list -o json` printed, or - for standard input');
  }
}

async function textOf(bytes: AsyncIterable<Uint8Array | string>, said: string): Promise<string> {
  const parts: string[] = [];
  try {
    for await (const part of decodeText(bytes)) parts.push(part);
  } catch (error) {
    if (!(error instanceof Failure) || error.message.startsWith(said)) throw error;
    throw usage(`${said}: ${error.message}`, error.details.hint);
  }
  return parts.join('');
}
