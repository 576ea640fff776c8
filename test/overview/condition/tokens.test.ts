import { describe, expect, test } from '@jest/globals';
import { ConditionError, tokensOf } from '../../../src/overview/condition/tokens.ts';

describe('the tokens of a condition', () => {
  test.each([
    ['', []],
    [' \t\n', []],
    ['failed>=5%', ['word failed 0', 'operator >= 6', 'word 5% 8']],
    [
      'a<b>c==d!=e<=f',
      'word a 0,operator < 1,word b 2,operator > 3,word c 4,operator == 5,word d 7,operator != 8,word e 10,operator <= 11,word f 13'.split(
        ',',
      ),
    ],
    ['(a) ', ['open ( 0', 'word a 1', 'close ) 2']],
    [`"a 'b" 'c "d'`, [`text a 'b 0`, `text c "d 7`]],
    [`""''`, ['text  0', 'text  2']],
    ['-7d 2026-01-01T00:00:00+03:00', ['word -7d 0', 'word 2026-01-01T00:00:00+03:00 4']],
  ])('%j', (text, words) => {
    const tokens = tokensOf(text).map(({ kind, text: word, at }) => `${kind} ${word} ${at}`);
    expect(tokens).toEqual([...words, `end  ${text.length}`]);
  });
});

describe('an invalid token is an error', () => {
  test.each([
    ['a = 5', 'unexpected =', 2],
    ['a !b', 'unexpected !', 2],
    ['a "b', 'this quote is not closed', 2],
    ["a 'b", 'this quote is not closed', 2],
    [`"a'`, 'this quote is not closed', 0],
  ])('%s', (text, message, at) => {
    expect(() => tokensOf(text)).toThrow(
      expect.objectContaining({ name: 'ConditionError', message, at, length: 1 }),
    );
    expect(() => tokensOf(text)).toThrow(ConditionError);
  });
});

test('a condition has at most 1,000 words, with white space after them', () => {
  const thousand = 'x '.repeat(1_000);
  expect(tokensOf(thousand)).toHaveLength(1_001);
  expect(() => tokensOf(`${thousand}y`)).toThrow(
    expect.objectContaining({ message: 'a condition has at most 1000 words', at: 2_000, length: 1 }),
  );
});
