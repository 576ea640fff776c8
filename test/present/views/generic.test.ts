import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import { present } from '../../../src/present/index.ts';
import { compileQuery } from '../../../src/present/query.ts';
import { captured } from '../captured.ts';

async function show(value: unknown, width?: number): Promise<string> {
  const { out, text } = captured();
  const query = await compileQuery('@');
  await present(
    { data: { value }, flat: undefined, view: () => [] },
    { format: 'table', query, color: false, width },
    out,
  );
  return text();
}

describe('the table of a query result', () => {
  test('has names and values for an object', async () => {
    expect(await show({ id: 'a', pendingCount: 3, more: { x: 1 } })).toBe(
      'id            a\npendingCount  3\nmore          {"x":1}\n',
    );
  });

  test('has a row for each object, with numbers aligned right, and empty cells for null and missing members', async () => {
    expect(
      await show([
        { id: 'a', n: 1 },
        { id: 'b', n: null },
        { id: 'c', n: 1000, toString: 'own' },
      ]),
    ).toBe('id     n  toString\n──────────────────\na      1\nb\nc   1000  own\n');
  });

  test.each([
    ['text', 'text\n'],
    [null, '\n'],
    [7, '7\n'],
    [['a', 'b'], 'a\nb\n'],
    [[['a', 1]], 'a 1\n'],
    [[], ''],
  ])('has lines for %j', async (value, text) => {
    expect(await show(value)).toBe(text);
  });

  test.each([50, 80, 120])('wider than %i columns is shown object by object', async (width) => {
    const overview = {
      ...{ notApplicablePlatformCount: 2_147_483_647, notApplicableCount: 1, configurationVersion: 5 },
      ...{ conflictCount: 3, successCount: 2, errorCount: 4, failedCount: 5, pendingCount: 6 },
    };
    const text = await show([overview, overview], width);
    expect(text.split('\n').filter((line) => stringWidth(line) > width)).toEqual([]);
    expect(text.match(/^notApplicablePlatformCount +2147483647$/gm)).toHaveLength(2);
  });
});
