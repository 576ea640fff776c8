import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { editedRows } from '../../src/input/base.ts';
import { readRows } from '../../src/input/read-rows.ts';

const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const HEAD = 'deviceConfigurationId,via,pending,failed,last-update\n';
const DATE = '2024-07-02T02:05:09.2345678Z';

const read = async (text: string, isBase: boolean) =>
  (await readRows(Readable.from([text]), { apiVersion: 'beta', now: 0, isBase })).rows;

/** The remaining edits of a file compared with its base: `[line, values, base]`. */
async function edited(file: string, base: string): Promise<unknown[]> {
  return editedRows(await read(file, false), await read(base, true)).map((row) => [
    row.line,
    row.values,
    row.base,
  ]);
}

test.each([
  [
    'a base keeps the names of its empty cells',
    true,
    `${A},direct,1,,\n`,
    ['failedCount', 'lastUpdateDateTime'],
  ],
  [
    'an empty cell that has no property has no name',
    true,
    `${A},,1,,\n`,
    ['failedCount', 'lastUpdateDateTime'],
  ],
  ['a base without an empty cell has none', true, `${A},direct,1,2,${DATE}\n`, undefined],
  ['another file has none', false, `${A},direct,1,,\n`, undefined],
])('%s', async (_, isBase, content, empty) => {
  const [row] = await read(HEAD + content, isBase);
  expect(row).toHaveProperty('values.pendingCount', 1);
  expect(row !== undefined && 'empty' in row).toBe(empty !== undefined);
  expect(row?.empty).toEqual(empty);
});

describe('a file compared with the export that it was edited from', () => {
  test.each<[string, string, string, unknown[]]>([
    [
      'a cell that equals the base has no value',
      `${A},direct,1,2,${DATE}`,
      `${A},direct,1,2,${DATE}`,
      [2, {}, {}],
    ],
    [
      'an edited cell has its value',
      `${A},direct,1,3,${DATE}`,
      `${A},direct,1,2,${DATE}`,
      [2, { failedCount: 3 }, { failedCount: 2 }],
    ],
    ['an emptied cell has no value', `${A},direct,,2,${DATE}`, `${A},direct,1,2,${DATE}`, [2, {}, {}]],
    [
      'the base value of an empty cell is null',
      `${A},direct,1,2,${DATE}`,
      `${A},direct,,2,${DATE}`,
      [2, { pendingCount: 1 }, { pendingCount: null }],
    ],
    [
      'a second row of the base that has no values changes nothing',
      `${A},direct,1,3,${DATE}`,
      `${A},direct,1,2,${DATE}\n${A},direct,,,`,
      [2, { failedCount: 3 }, { failedCount: 2 }],
    ],
    [
      'the id can be in another letter case',
      `${A.toUpperCase()},direct,9,2,${DATE}`,
      `${A},direct,1,2,${DATE}`,
      [2, { pendingCount: 9 }, { pendingCount: 1 }],
    ],
    [
      'a date is compared as a point in time',
      `${A},direct,1,2,2024-07-02T04:05:09.2345678+02:00`,
      `${A},direct,1,2,${DATE}`,
      [2, {}, {}],
    ],
    [
      'a row that is not in the base is unchanged',
      `${A},direct,1,2,`,
      'other,direct,1,2,',
      [2, { pendingCount: 1, failedCount: 2 }, undefined],
    ],
    [
      'a row by another route is another row',
      `${A},root,1,2,`,
      `${A},direct,1,2,`,
      [2, { pendingCount: 1, failedCount: 2 }, undefined],
    ],
    ['a number with leading zeros is the same number', `${A},direct,01,2,`, `${A},direct,1,2,`, [2, {}, {}]],
  ])('%s', async (_, row, base, outcome) => {
    expect(await edited(HEAD + row, HEAD + base)).toEqual([outcome]);
  });

  test.each([
    [
      'a column that is only in the edited file is not compared',
      `deviceConfigurationId,failed\n${A},2\n`,
      {},
    ],
    [
      'an empty second column for a property does not hide its value',
      `[{"deviceConfigurationId":"${A}","pendingCount":3,"pending":null}]`,
      { pendingCount: 3 },
    ],
    [
      'a null in JSON is an empty cell',
      `[{"deviceConfigurationId":"${A}","overview":{"pendingCount":null}}]`,
      { pendingCount: null },
    ],
  ])('%s', async (_, base, values) => {
    expect(await edited(`deviceConfigurationId,pending\n${A},7\n`, base)).toEqual([
      [2, { pendingCount: 7 }, values],
    ]);
  });

  test('the columns can be in another order, and the base can be JSON', async () => {
    const base = `[{"deviceConfigurationId":"${A}","overview":{"pendingCount":1,"failedCount":2}}]`;
    expect(await edited(`failedCount,pendingCount,deviceConfigurationId\n2,7,${A}\n`, base)).toEqual([
      [2, { pendingCount: 7 }, { pendingCount: 1 }],
    ]);
  });
});
