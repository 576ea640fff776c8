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
  ['UTF-8 with its mark', Buffer.from(`\ufeff${TEXT}`)],
  ['UTF-16, little end first', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['UTF-16, big end first', BIG_ENDIAN],
  ['UTF-16 without a mark', Buffer.from(TEXT, 'utf16le')],
  ['UTF-16 without a mark, big end first', BIG_ENDIAN.subarray(2)],
])('%s, whole or byte by byte', async (_, bytes) => {
  expect(await decoded(bytes)).toBe(TEXT);
  expect(await decoded(bytes, 1)).toBe(TEXT);
  expect(await decoded(bytes, 2)).toBe(TEXT);
  expect(await decoded(bytes, 3)).toBe(TEXT);
});

test.each(['', 'a', 'ab', 'abc'])('a text as short as %j', async (text) => {
  expect(await decoded(Buffer.from(text), 1)).toBe(text);
});

test('parts may be texts already', async () => {
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
  ['in the middle', Buffer.from([0x61, 0x62, 0x63, 0xff, 0x64]), ANSI],
  ['at once', Buffer.from([0xc3]), CUT],
  ['cut at the end', Buffer.from([0x61, 0x62, 0x63, 0xe2, 0x82]), CUT],
  ['UTF-16 that was cut', Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x62]), CUT],
  ['the first half of a mark', Buffer.from([0xff, 0x61, 0x62, 0x63]), ANSI],
  ['the second half of a mark', Buffer.from([0x61, 0xfe, 0x62, 0x63]), ANSI],
  ['the first half of a mark, big end first', Buffer.from([0xfe, 0x61, 0x62, 0x63]), ANSI],
  ['the second half of a mark, big end first', Buffer.from([0x61, 0xff, 0x62, 0x63]), ANSI],
  ['Latin-1', Buffer.from('größe\r\n\t', 'latin1'), ANSI],
  ['half of a pair in UTF-16', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00]), NEITHER],
  ['control characters', Buffer.from([0x01, 0x02, 0xfe, 0x62]), NEITHER],
  ['zero bytes', Buffer.from([0x00, 0x00, 0x00, 0xfe, 0x62]), NEITHER],
])('bytes of no encoding are reported: %s', async (_, bytes, [message, hint]) => {
  await expect(decoded(bytes)).rejects.toMatchObject({ kind: 'usage', message, details: { hint } });
});

test('another failure passes', async () => {
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('abc');
    throw new Error('the disk');
  }
  const reading = (async () => {
    for await (const _ of decodeText(parts()));
  })();
  await expect(reading).rejects.toThrow('the disk');
});
