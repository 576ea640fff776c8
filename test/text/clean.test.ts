import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clean, cleanJson, cleanLines, isUnsafe } from '../../src/text/clean.ts';

/** Text in which what a terminal obeys is frequent; among all of Unicode it would hardly ever come up. */
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

const OBEYED = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe('clean', () => {
  test('leaves nothing that a terminal obeys, on one line, whatever comes', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const cleaned = clean(text);
        expect(cleaned).not.toMatch(OBEYED);
        expect(cleaned.isWellFormed()).toBe(true);
      }),
    );
  });

  test('keeps line breaks and tabs of verbatim text, and nothing else', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const cleaned = cleanLines(text);
        expect(cleaned.replaceAll(/[\n\t]/g, '')).not.toMatch(OBEYED);
        expect(cleaned.split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });

  test('leaves text that is safe as it is', () => {
    for (const text of ['', 'ü 漢字 🚀 👨‍👩‍👧 e\u0301', '\\u{1b}', ' a  b ']) expect(clean(text)).toBe(text);
  });

  test('shows what was there', () => {
    expect(clean('\u001b]0;owned\u0007')).toBe('\\u{1b}]0;owned\\u{7}');
    expect(clean('a\r\nb\tc')).toBe('a  b c');
    expect(clean('safe\u202eexe.txt')).toBe('safe\\u{202e}exe.txt');
    expect(clean('\ud83d alone')).toBe('\\u{d83d} alone');
  });

  test('JSON stays the same value', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const json = cleanJson(JSON.stringify({ [text]: [text] }));
        expect(json).not.toMatch(OBEYED);
        expect(JSON.parse(json)).toEqual({ [text]: [text] });
      }),
    );
  });

  test('says what is unsafe; a line break alone is not', () => {
    expect(['a\nb', 'ü🚀', ''].map(isUnsafe)).toEqual([false, false, false]);
    expect(['\n\u009b', '\t', '\u2028', '\ud800'].map(isUnsafe)).toEqual([true, true, true, true]);
  });
});

/** Characters that look like nothing, or like an ordinary space. */
const INVISIBLE = [
  0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x2000, 0x2009, 0x200a, 0x200b, 0x200c,
  0x200d, 0x200e, 0x202f, 0x205f, 0x2060, 0x2061, 0x2064, 0x206a, 0x2800, 0x3164, 0xfe00, 0xfe0f, 0xfeff,
  0xffa0, 0xfff9, 0xe0001, 0xe0041, 0xe007f, 0xe0100,
];

describe('two names that differ look different', () => {
  test.each(INVISIBLE.map((code) => code.toString(16)))('by U+%s', (hex) => {
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

  test('joiners and variation selectors stay where they are visible', () => {
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
