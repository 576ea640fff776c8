import { expect, test } from '@jest/globals';
import { decodeText } from '../../src/input/decode.ts';

async function decoded(bytes: Uint8Array, size = bytes.length): Promise<string> {
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  let text = '';
  for await (const part of decodeText(parts())) text += part;
  return text;
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const TEXT = 'deviceConfigurationId aé€😀\n';
const BIG_ENDIAN = utf16(`\ufeff${TEXT}`).swap16();

test.each([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a byte-order mark', Buffer.from(`\ufeff${TEXT}`)],
  ['UTF-16LE', utf16(`\ufeff${TEXT}`)],
  ['UTF-16BE', BIG_ENDIAN],
  ['UTF-16LE without a byte-order mark', utf16(TEXT)],
  ['UTF-16BE without a byte-order mark', BIG_ENDIAN.subarray(2)],
])('%s is decoded, in one part or byte by byte', async (_, bytes) => {
  expect(await decoded(bytes)).toBe(TEXT);
  expect(await decoded(bytes, 1)).toBe(TEXT);
  expect(await decoded(bytes, 2)).toBe(TEXT);
  expect(await decoded(bytes, 3)).toBe(TEXT);
});

test.each(['', 'a', 'ab', 'abc'])('the short text %j is decoded', async (text) => {
  expect(await decoded(Buffer.from(text), 1)).toBe(text);
});

test.each([
  ['UTF-16LE', utf16],
  ['UTF-16BE', (text: string) => utf16(text).swap16()],
])('%s is decoded, with a byte-order mark or by its zero bytes', async (_, encode) => {
  // Without a zero byte, only the mark identifies the encoding.
  expect(await decoded(encode('\ufeff日本語'))).toBe('日本語');
  // Three quarters of the characters need a zero byte, and a tenth may have it in the other place.
  for (const text of ['ab', 'abc€', 'Āabcdefghi']) expect(await decoded(encode(text))).toBe(text);
});

test('only the first 64 bytes identify the encoding', async () => {
  // In little-endian order, the first byte of each `Ā` is zero: three of 32 characters may have it, but not four.
  const text = `ĀĀĀ${'a'.repeat(29)}Ā`;
  expect(await decoded(utf16(text))).toBe(text);
});

test.each([
  [
    [64, 1],
    [64, 1],
  ],
  [
    [63, 1, 1],
    [64, 1],
  ],
  [[8, 8], [16]],
])('parts of %j bytes are decoded as soon as there are 64 bytes', async (sizes, lengths) => {
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (const size of sizes) yield Buffer.alloc(size, 'a');
  }
  const texts: number[] = [];
  for await (const { length } of decodeText(parts())) if (length > 0) texts.push(length);
  expect(texts).toEqual(lengths);
});

test('parts can be strings', async () => {
  async function* parts(): AsyncGenerator<string> {
    yield 'aé';
    yield 'b€';
  }
  let text = '';
  for await (const part of decodeText(parts())) text += part;
  expect(text).toBe('aéb€');
});

const SAVE = 'save it as "CSV UTF-8" and use that file (in Excel: File, Save As, CSV UTF-8)';
const ANSI = ['the file is not UTF-8; it looks like Windows-1252 ("ANSI", Latin-1)', SAVE];
const CUT = [
  'the file ends in the middle of a character: it is truncated, or it is not UTF-8',
  `download it again, or ${SAVE}`,
];
const NEITHER = ['the file is neither UTF-8 nor UTF-16', SAVE];

test.each<[string, Uint8Array, string[]]>([
  ['an invalid byte in the middle', Buffer.from([0x61, 0x62, 0x63, 0xff, 0x64]), ANSI],
  ['an incomplete character at the start', Buffer.from([0xc3]), CUT],
  ['an incomplete character at the end', Buffer.from([0x61, 0x62, 0x63, 0xe2, 0x82]), CUT],
  ['truncated UTF-16', Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x62]), CUT],
  ['the first byte of a little-endian mark', Buffer.from([0xff, 0x61, 0x62, 0x63]), ANSI],
  ['the second byte of a little-endian mark', Buffer.from([0x61, 0xfe, 0x62, 0x63]), ANSI],
  ['the first byte of a big-endian mark', Buffer.from([0xfe, 0x61, 0x62, 0x63]), ANSI],
  ['the second byte of a big-endian mark', Buffer.from([0x61, 0xff, 0x62, 0x63]), ANSI],
  ['Latin-1', Buffer.from('die größe\r\n\t', 'latin1'), ANSI],
  ['half of a surrogate pair', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00]), NEITHER],
  [
    'half of a surrogate pair, and no control character',
    Buffer.from([0xff, 0xfe, 0x41, 0xd8, 0x61, 0x61]),
    NEITHER,
  ],
  ['control characters', Buffer.from([0x01, 0x02, 0xfe, 0x62]), NEITHER],
  ['an escape character', Buffer.from([0x61, 0x1b, 0xfe, 0x62]), NEITHER],
  ['zero bytes', Buffer.from([0x00, 0x00, 0x00, 0xfe, 0x62]), NEITHER],
])('an unsupported encoding is reported: %s', async (_, bytes, [message, hint]) => {
  await expect(decoded(bytes)).rejects.toMatchObject({ kind: 'usage', message, details: { hint } });
});

test('an error of the decoder that is not about the text is not changed', async () => {
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(64, 'a');
    yield 1 as never;
  }
  const reading = (async () => {
    for await (const _ of decodeText(parts()));
  })();
  await expect(reading).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
});

test('another error is not changed', async () => {
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('abc');
    throw new Error('the disk');
  }
  const reading = (async () => {
    for await (const _ of decodeText(parts()));
  })();
  await expect(reading).rejects.toThrow('the disk');
});
