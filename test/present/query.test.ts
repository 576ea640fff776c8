import { describe, expect, test } from '@jest/globals';
import { compileQuery } from '../../src/present/query.ts';

describe('--query', () => {
  test.each(['a[', '', 'a..b', '[?x', '"'])('rejects %j with the expression', async (expression) => {
    await expect(compileQuery(expression)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(`--query ${JSON.stringify(expression)}`),
    });
  });

  test.each(['nosuch(@)', '[?contains(a, nosuch(b))]', 'sort_by(@, &nosuch(a))', '{a: nosuch(@)}'])(
    'rejects the unknown function in %j when it is compiled',
    async (expression) => {
      await expect(compileQuery(expression)).rejects.toMatchObject({
        kind: 'usage',
        message: `--query ${JSON.stringify(expression)}: there is no function nosuch()`,
      });
    },
  );

  test('accepts a literal that looks like a function call', async () => {
    const query = await compileQuery('`{"type":"Function","name":"nosuch"}`');
    expect(query({})).toEqual({ type: 'Function', name: 'nosuch' });
  });

  test('returns the selected values', async () => {
    const query = await compileQuery('sort_by([?n > `1`], &n)[].{id: id, type: "@odata.type"}');
    const records = [
      { id: 'a', n: 3, '@odata.type': 'x' },
      { id: 'b', n: 2 },
      { id: 'c', n: 1 },
    ];
    expect(query(records)).toEqual([
      { id: 'b', type: null },
      { id: 'a', type: 'x' },
    ]);
  });
});

test.each([
  `a${'.a'.repeat(60_000)}`,
  `a${'[]'.repeat(60_000)}`,
  `a${' || a'.repeat(60_000)}`,
  '['.repeat(60_000),
  '!'.repeat(60_000),
])('an expression that is nested too deeply is rejected: %#', async (expression) => {
  const result = compileQuery(expression).then((query) => query([{ a: null }]));
  await expect(result).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/: it nests too deeply$/),
  });
});
