import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import { measureOf } from '../../src/present/measure.ts';

describe('the width of texts', () => {
  test('is that of the library for texts that do not need it, also in sequence', async () => {
    const measure = await measureOf([]);
    const withLibrary = await measureOf(['日本']);
    const characters = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code));
    // Without the library the width of a text is its length, which must be correct for all characters that do not need it.
    const plain = [];
    for (const character of characters) {
      const known = await measureOf([character]);
      if (known('e\u0301') === 2) plain.push(character);
    }
    expect(plain.length).toBeGreaterThan(700);
    expect(plain.filter((character) => stringWidth(character) !== 1)).toEqual([]);
    expect(plain.filter((character) => stringWidth(`a${character}${character}b`) !== 4)).toEqual([]);
    expect([measure('–✓█'), withLibrary('–✓█'), withLibrary('日本')]).toEqual([3, 3, 4]);
  });

  test.each(['日本', 'e\u0301', '👩‍👩‍👧', '\u00ad', '\ud83d\ude00 and more', '⌚', '\ufe0f'])(
    'is from the library for texts that need it: %j',
    async (text) => {
      expect((await measureOf(['plain', text]))(text)).toBe(stringWidth(text));
    },
  );

  test('is the same for a repeated text after many others', async () => {
    const measure = await measureOf(undefined);
    const texts = Array.from({ length: 10_001 }, (_, number) => `日本${number}`);
    expect([...texts, ...texts].filter((text) => measure(text) !== text.length + 2)).toEqual([]);
  });
});
