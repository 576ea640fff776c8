import { TextDecoder } from 'node:util';
import { MAX_MAGIC_LENGTH, wrongBytes, wrongEncoding } from './wrong-file.ts';

/** Number of bytes at the beginning whose zero bytes identify UTF-16 without a byte-order mark. */
const SAMPLE = 64;

/**
 * Decodes bytes: UTF-8, or UTF-16 if there is a byte-order mark or if every second byte is zero. The mark is removed.
 * @throws a `usage` Failure if the bytes are invalid in that encoding, or belong to a file of another kind
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
    if (head.length < Math.max(SAMPLE, MAX_MAGIC_LENGTH)) continue;
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
  // Apart from notes, a header and the beginning of JSON are ASCII, so nearly every character has a zero byte.
  const zeros = [0, 0];
  const pairs = Math.floor(Math.min(head.length, SAMPLE) / 2);
  for (let at = 0; at < pairs * 2; at += 1) if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] as number) + 1;
  const [even, odd] = zeros as [number, number];
  if (pairs < 2 || Math.max(even, odd) < pairs * 0.75 || Math.min(even, odd) > pairs * 0.1) return 'utf-8';
  return odd > even ? 'utf-16le' : 'utf-16be';
}
