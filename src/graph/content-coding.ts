import type { InputType } from 'node:zlib';
import { UNDECODABLE, withCode } from './connection-failure.ts';

/** Maximum number of codings of an answer, to limit the work for a hostile service; curl has the same limit. */
const MAX_CODINGS = 5;

type Decode = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;
type Callback = (error: Error | null, result: Uint8Array) => void;

/** The decompressed answer is too large. */
export class TooLarge extends Error {}

/**
 * Decodes an answer by its `content-encoding`: gzip, deflate (zlib or raw), br.
 * @param max maximum number of bytes after each decoding
 * @throws TooLarge, or an error with the code `UNDECODABLE`
 */
export async function decoded(bytes: Uint8Array, encoding: string, max: number): Promise<Uint8Array> {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (bytes.byteLength === 0) return bytes;
  if (codings.length > MAX_CODINGS) throw withCode(UNDECODABLE);
  let result = bytes;
  // They are listed in the order in which they were applied.
  for (const coding of codings.reverse()) {
    const decode = decoderOf(coding, result);
    try {
      result = await decode(result, { maxOutputLength: max });
    } catch (error) {
      const isTooLarge = (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
      throw isTooLarge ? new TooLarge() : withCode(UNDECODABLE);
    }
  }
  return result;
}

function decoderOf(coding: string, bytes: Uint8Array): Decode {
  const zlib = process.getBuiltinModule('node:zlib');
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return promised(zlib.gunzip);
    case 'br':
      return promised(zlib.brotliDecompress);
    case 'deflate':
      // By the specification it is the zlib format; some servers send raw deflate. The first byte decides.
      return promised(((bytes[0] ?? 0) & 0x0f) === 8 ? zlib.inflate : zlib.inflateRaw);
    default:
      throw withCode(UNDECODABLE);
  }
}

function promised(
  inflate: (bytes: InputType, options: { maxOutputLength: number }, done: Callback) => void,
): Decode {
  return (bytes, options) =>
    new Promise((resolve, reject) => {
      inflate(bytes, options, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
}
