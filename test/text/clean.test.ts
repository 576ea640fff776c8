import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clean, cleanJson, cleanLines, isUnsafe } from '../../src/text/clean.ts';

/** Text with many control characters, which would be rare in random Unicode text. */
const hostile = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xa0 }).map((code) => String.fromCharCode(code)),
      fc.constantFrom(
        '\u061c',
        '\u200e',
        '\u200f',
        '\u2028',
        '\u2029',
        '\u202a',
        '\u202e',
        '\u2066',
        '\u2069',
      ),
      fc.constantFrom('\ud800', '\udc00', '\udbff', '\udfff', '🚀', '漢', 'é', '👨‍👩‍👧'),
    ),
  )
  .map((parts) => parts.join(''));

const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe('clean', () => {
  test('has no control characters and one line for any text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const cleaned = clean(text);
        expect(cleaned).not.toMatch(CONTROLS);
        expect(cleaned.isWellFormed()).toBe(true);
      }),
    );
  });

  test('keeps only the line breaks and tabs of verbatim text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const cleaned = cleanLines(text);
        expect(cleaned.replaceAll(/[\n\t]/g, '')).not.toMatch(CONTROLS);
        expect(cleaned.split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });

  test('does not change safe text', () => {
    for (const text of ['', 'ü 漢字 🚀 👨‍👩‍👧 e\u0301', '\\u{1b}', ' a  b ']) expect(clean(text)).toBe(text);
  });

  test('shows control characters as escapes', () => {
    expect(clean('\u001b]0;owned\u0007')).toBe('\\u{1b}]0;owned\\u{7}');
    expect(clean('a\r\nb\tc')).toBe('a  b c');
    expect(clean('safe\u202eexe.txt')).toBe('safe\\u{202e}exe.txt');
    expect(clean('\ud83d alone')).toBe('\\u{d83d} alone');
  });

  test('keeps the value of JSON', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const json = cleanJson(JSON.stringify({ [text]: [text] }));
        expect(json).not.toMatch(CONTROLS);
        expect(JSON.parse(json)).toEqual({ [text]: [text] });
      }),
    );
  });

  test('finds unsafe text, which does not include line breaks', () => {
    expect(['a\nb', 'ü🚀', ''].map(isUnsafe)).toEqual([false, false, false]);
    expect(['\n\u009b', '\t', '\u2028', '\ud800'].map(isUnsafe)).toEqual([true, true, true, true]);
  });
});

/** Characters that are invisible, or look like a normal space. */
const INVISIBLE = [
  0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x2000, 0x2009, 0x200a, 0x200b, 0x200c,
  0x200d, 0x200e, 0x202f, 0x205f, 0x2060, 0x2061, 0x2064, 0x206a, 0x2800, 0x3164, 0xfe00, 0xfe0f, 0xfeff,
  0xffa0, 0xfff9, 0xe0001, 0xe0041, 0xe007f, 0xe0100,
];

describe('names with invisible characters', () => {
  test.each(INVISIBLE.map((code) => code.toString(16)))('show U+%s as an escape', (hex) => {
    const character = String.fromCodePoint(Number.parseInt(hex, 16));
    for (const name of [`Wi-Fi${character}`, `${character}Wi-Fi`, `Wi${character}Fi`, `7${character}3`]) {
      expect(clean(name)).toBe(name.replace(character, `\\u{${hex}}`));
      expect(cleanLines(name)).toBe(clean(name));
      expect(isUnsafe(name)).toBe(true);
      const json = cleanJson(JSON.stringify(name));
      expect(json).toMatch(/^[\x20-\x7e]+$/);
      expect(JSON.parse(json)).toBe(name);
    }
  });

  test('keep joiners and variation selectors with a visible effect', () => {
    for (const name of ['👨‍👩‍👧', '❤️', '❤️‍🔥', '👩🏽‍💻', '1️⃣', 'می‌خواهم', 'क्‍ष', '漢字　かな']) {
      expect(clean(name)).toBe(name);
      expect(isUnsafe(name)).toBe(false);
    }
  });

  test('joiners after a selector that is replaced are replaced, too', () => {
    for (const before of ['🏽', '🇩']) {
      expect(clean(`${before}\ufe0f\u200d👩`)).toBe(`${before}\\u{fe0f}\\u{200d}👩`);
      expect(isUnsafe(clean(`${before}\ufe0f\u200d👩`))).toBe(false);
    }
  });
});
