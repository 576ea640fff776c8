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
