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

const TEXT = 'deviceConfigurationId aé€😀\n';
const BIG_ENDIAN = Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16();

test.each([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a byte-order mark', Buffer.from(`\ufeff${TEXT}`)],
  ['UTF-16LE', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['UTF-16BE', BIG_ENDIAN],
  ['UTF-16LE without a byte-order mark', Buffer.from(TEXT, 'utf16le')],
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
  ['Latin-1', Buffer.from('größe\r\n\t', 'latin1'), ANSI],
  ['half of a surrogate pair', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00]), NEITHER],
  ['control characters', Buffer.from([0x01, 0x02, 0xfe, 0x62]), NEITHER],
  ['zero bytes', Buffer.from([0x00, 0x00, 0x00, 0xfe, 0x62]), NEITHER],
])('an unsupported encoding is reported: %s', async (_, bytes, [message, hint]) => {
  await expect(decoded(bytes)).rejects.toMatchObject({ kind: 'usage', message, details: { hint } });
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
