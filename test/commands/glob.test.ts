import { describe, expect, test } from '@jest/globals';
import { compileGlob } from '../../src/commands/selection/glob.ts';
import { processorTime } from '../support/processor-time.ts';

describe('a pattern', () => {
  test.each([
    ['*', 'anything/at all.', true],
    ['*', '.hidden', true],
    ['a*', 'a', true],
    ['a*c', 'abcabc', true],
    ['a*c', 'abcab', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b', 'xbxa', false],
    ['**', 'x', true],
    ['?', '😀', true],
    ['?', '', false],
    ['??', 'a', false],
    ['WI-fi', 'wi-FI', true],
    ['straße', 'STRASSE', false],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος', true],
    ['[a-c]x', 'Bx', true],
    ['[a-c]x', 'dx', false],
    ['[!a-c]x', 'Dx', true],
    ['[!a-c]x', 'Ax', false],
    ['[^a]', 'b', true],
    ['[]]', ']', true],
    ['[!]]', ']', false],
    ['[a-]', '-', true],
    ['[-a]', '-', true],
    ['[\\]]', ']', true],
    ['[a\\-c]', 'b', false],
    ['[\\!a]', '!', true],
    ['[😀-😂]', '😁', true],
    ['[', '[', true],
    ['[abc', '[abc', true],
    ['[[a]', '[', true],
    ['a]', 'a]', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['\\\\', '\\', true],
    ['a\\', 'a\\', true],
    ['(a|b)', 'a', false],
    ['(a|b)', '(a|b)', true],
    ['{a,b}', 'a', false],
    ['a+', 'aa', false],
    ['!old', '!old', true],
    ['./a', 'a', false],
    // é as one character, and as e with an accent.
    ['caf\u00e9', 'cafe\u0301', true],
    ['cafe\u0301', 'caf\u00e9', true],
    ['caf?', 'cafe\u0301', true],
    ['[\u00e0-\u00ff]', 'e\u0301', true],
  ])('%s matches %s: %s', (pattern, name, expected) => {
    expect(compileGlob(pattern)(name)).toBe(expected);
  });
});

test.each([
  ['*a'.repeat(500), `${'a'.repeat(20_000)}b`],
  [`${'*a'.repeat(500)}*b`, 'a'.repeat(20_000)],
  [`${'?'.repeat(500)}${'*?'.repeat(500)}!`, 'a'.repeat(20_000)],
  [`${'*[a-z]'.repeat(300)}*!`, 'a'.repeat(20_000)],
  ['['.repeat(100_000), 'a'],
  [`${'['.repeat(100_000)}\\]`, 'a'],
  ['*'.repeat(100_000), 'a'.repeat(100_000)],
])('matching takes at most the product of both lengths: %#', (pattern, name) => {
  const started = processorTime();
  const matched = compileGlob(pattern)(name);
  expect(processorTime() - started).toBeLessThan(10_000);
  expect(matched).toBe(pattern.startsWith('**'));
});
