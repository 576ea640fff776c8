import { TextDecoder } from 'node:util';
import { LONGEST_MAGIC, wrongBytes, wrongEncoding } from './wrong-file.ts';

/** UTF-16 without a mark is told by the zero bytes of so many at the beginning. */
const SAMPLE = 64;

/**
 * Turns bytes into text: UTF-8, or UTF-16 where a byte-order mark or zero bytes in every second place say so. The mark
 * is left out.
 * @throws a `usage` Failure where the bytes are not of that encoding, or those of a file of another kind
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let head = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (decoder !== undefined) {
      yield decoded(decoder, part);
      continue;
    }
    head = Buffer.concat([head, part]);
    if (head.length < Math.max(SAMPLE, LONGEST_MAGIC)) continue;
    decoder = decoderFor(head);
    yield decoded(decoder, head);
  }
  if (decoder === undefined) {
    decoder = decoderFor(head);
    yield decoded(decoder, head);
  }
  yield decoded(decoder);
}

function decoded(decoder: TextDecoder, part?: Uint8Array): string {
  try {
    return part === undefined ? decoder.decode() : decoder.decode(part, { stream: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw wrongEncoding(decoder.encoding, part ?? new Uint8Array(), part === undefined);
  }
}

function decoderFor(head: Uint8Array): TextDecoder {
  const wrong = wrongBytes(head);
  if (wrong !== undefined) throw wrong;
  return new TextDecoder(encodingOf(head), { fatal: true });
}

function encodingOf(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // A header and the beginning of JSON are ASCII, but for notes: nearly every character then has a zero byte.
  const zeros = [0, 0];
  const pairs = Math.floor(Math.min(head.length, SAMPLE) / 2);
  for (let at = 0; at < pairs * 2; at += 1) if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] as number) + 1;
  const [even, odd] = zeros as [number, number];
  if (pairs < 2 || Math.max(even, odd) < pairs * 0.75 || Math.min(even, odd) > pairs * 0.1) return 'utf-8';
  return odd > even ? 'utf-16le' : 'utf-16be';
}
