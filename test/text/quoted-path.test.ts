import { expect, test } from '@jest/globals';
import { quotedPath } from '../../src/text/quoted-path.ts';

test.each([
  ['a file.csv', '"a file.csv"'],
  ['C:\\Users\\Jörg\\new.csv', '"C:\\Users\\Jörg\\new.csv"'],
  ['\\\\server\\share', '"\\\\server\\share"'],
  ['two\nlines', '"two\\nlines"'],
  ['say "hi"', '"say \\"hi\\""'],
])('the path %j is shown as %s', (path, shown) => {
  expect(quotedPath(path)).toBe(shown);
});
