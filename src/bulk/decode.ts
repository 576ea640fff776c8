import { TextDecoder } from 'node:util';
import { usage } from '../errors.ts';

/**
 * Turns bytes into text: UTF-8, or UTF-16 where a byte-order mark says so. The mark is left out.
 * @throws a `usage` Failure where the bytes are not of that encoding
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let head = Buffer.alloc(0);
  try {
    for await (const chunk of bytes) {
      const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      if (decoder !== undefined) {
        yield decoder.decode(part, { stream: true });
        continue;
      }
      head = Buffer.concat([head, part]);
      if (head.length < 3) continue;
      decoder = decoderFor(head);
      yield decoder.decode(head, { stream: true });
    }
    decoder ??= decoderFor(head);
    yield decoder.decode(head.length < 3 ? head : undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw usage('the file is neither UTF-8 nor UTF-16 with a byte-order mark', 'save it as UTF-8');
  }
}

function decoderFor(head: Uint8Array): TextDecoder {
  const [first, second] = head;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding, { fatal: true });
}
