import { describe, expect, test } from '@jest/globals';
import { columnNames } from '../../src/input/columns.ts';
import { type FileOutcome, readFile } from './read-file.ts';

const rows = (...rows: readonly unknown[]): FileOutcome => ({ rows });
const errors = (...errors: readonly string[]): FileOutcome => ({ errors });

const A = '{"deviceConfigurationId":"a","pending":1}';
const B = '{"deviceConfigurationId":"b","pending":2}';
const one = (line: number, id: string, pendingCount: number): unknown => [line, id, { pendingCount }];
const pretty = (...values: readonly string[]): string =>
  values.map((value) => JSON.stringify(JSON.parse(value), null, 2)).join('\n');
const CUT_OFF = 'the file may be truncated here: download it again';
const COUNT = 'pendingCount must be a whole number from 0 to 2147483647, decimal digits only';

describe('the forms of JSON', () => {
  test.each<[string, string, FileOutcome]>([
    ['a list on one line', `[${A},${B}]`, rows(one(1, 'a', 1), one(1, 'b', 2))],
    ['a list with an object on each line', `[\n${A},\n${B}\n]\n`, rows(one(2, 'a', 1), one(3, 'b', 2))],
    ['a list with leading commas', ` [ ${A}\r\n, ${B}\r\n]`, rows(one(1, 'a', 1), one(2, 'b', 2))],
    ['a list of pretty-printed objects', pretty(`[${A},${B}]`), rows(one(2, 'a', 1), one(6, 'b', 2))],
    ['one object', A, rows(one(1, 'a', 1))],
    ['one pretty-printed object', pretty(A), rows(one(1, 'a', 1))],
    ['pretty-printed objects after each other', pretty(A, B), rows(one(1, 'a', 1), one(5, 'b', 2))],
    ['an object on each line', `${A}\n\n${B}\n`, rows(one(1, 'a', 1), one(3, 'b', 2))],
    [
      'objects on one line',
      `${A} ${B}${A.replace('"a"', '"c"')}`,
      rows(one(1, 'a', 1), one(1, 'b', 2), one(1, 'c', 1)),
    ],
    ['a JSON text sequence', `\x1e${A}\n\x1e${B}\n`, rows(one(1, 'a', 1), one(2, 'b', 2))],
    ['tabs', `[\t${A}\t,\n\t${B}\n\t]\t`, rows(one(1, 'a', 1), one(2, 'b', 2))],
    [
      'byte-order marks, as in concatenated files',
      `\ufeff\ufeff${A}\n\ufeff${B}\n`,
      rows(one(1, 'a', 1), one(2, 'b', 2)),
    ],
    ['carriage returns', `[\r${A},\r${B}\r]`, rows(one(2, 'a', 1), one(3, 'b', 2))],
    [
      'braces and quotes in strings',
      `{"#":"}{\\"][\\\\","deviceConfigurationId":"a","pending":1}${B}`,
      rows(one(1, 'a', 1), one(1, 'b', 2)),
    ],
    ['an empty list', '[]', rows()],
    ['an empty list on several lines', '\n[\n]\n', rows()],
  ])('%s', async (_, content, expected) => {
    expect(await readFile(content)).toEqual(expected);
  });
});

describe('JSON with errors', () => {
  test.each<[string, string, FileOutcome]>([
    [
      'a number that has other characters than digits, on its own line',
      `[\n{\n"deviceConfigurationId": "a",\n"pending": 1e3\n},\n${B}]`,
      errors(`line 4: pending: 1e3 is not allowed; ${COUNT}`),
    ],
    [
      'a duplicate member',
      `[${B},\n{"deviceConfigurationId":"a","pending":1,"pending":1}]`,
      errors('line 2: duplicate member "pending"'),
    ],
    [
      'a duplicate member, once with escapes',
      '{"deviceConfigurationId":"a","pending":1,"pendin\\u0067":2}',
      errors('line 1: duplicate member "pending"'),
    ],
    [
      'an extra comma in an object, and a valid object',
      `{"deviceConfigurationId":"a",\n"pending":1,}\n${B}`,
      errors('line 2: malformed JSON: property name expected'),
    ],
    [
      'an error within an object on several lines',
      '{\n"deviceConfigurationId":"a",\n"pending":x,\n"failed":2\n}',
      errors('line 3: malformed JSON: invalid symbol'),
    ],
    [
      'a missing brace: the rest is read',
      `{"deviceConfigurationId":"a"\n{"deviceConfigurationId":"b","pending":"x"}\n${A}`,
      errors('line 1: malformed JSON: close brace expected', `line 2: pending: "x" is not allowed; ${COUNT}`),
    ],
    [
      'a missing brace in a list',
      `[{"deviceConfigurationId":"a",\n{"deviceConfigurationId":"b","pending":"x"}]`,
      errors(
        'line 1: malformed JSON: property name expected',
        `line 2: pending: "x" is not allowed; ${COUNT}`,
      ),
    ],
    [
      'a missing quote: the rest is read',
      `{"deviceConfigurationId":"a}\n{"deviceConfigurationId":"b","pending":"x"}\n`,
      errors(
        'line 1: malformed JSON: unexpected end of string',
        `line 2: pending: "x" is not allowed; ${COUNT}`,
      ),
    ],
    [
      'a file truncated in an object',
      `[${A},\n{"deviceConfigurationId":"b","pen`,
      errors(`line 2: malformed JSON: unexpected end of string (${CUT_OFF})`),
    ],
    [
      'a file truncated between objects',
      `[\n${A},\n`,
      errors(`line 2: malformed JSON: the list is not closed (${CUT_OFF})`),
    ],
    [
      'a file truncated between objects, followed by blank lines',
      `[\n${A},\n \n\n`,
      errors(`line 2: malformed JSON: the list is not closed (${CUT_OFF})`),
    ],
    [
      'a list with a missing quote that ends with a carriage return',
      '[\r"a\r',
      errors(
        'line 2: malformed JSON: unexpected end of string',
        `line 2: malformed JSON: the list is not closed (${CUT_OFF})`,
      ),
    ],
    ['a list without a comma', `[${A}\n${B}]`, errors('line 2: malformed JSON: comma expected')],
    [
      'a comma at the end of a list',
      `[${A},\n]`,
      errors('line 2: malformed JSON: expected a value before the bracket'),
    ],
    [
      'a comma at the beginning of a list',
      `[,${A}]`,
      errors('line 1: malformed JSON: expected a value before the comma'),
    ],
    [
      'strings in a list without a comma',
      '["a""b"]',
      errors('line 1: expected a JSON object', 'line 1: malformed JSON: comma expected'),
    ],
    ['two commas', `[${A},\n,${B}]`, errors('line 2: malformed JSON: expected a value before the comma')],
    [
      'text after a list',
      `[${A}]\n${B} and more`,
      errors('line 2: malformed JSON: unexpected text after the list'),
    ],
    [
      'commas between objects',
      `${A},\n${B}`,
      errors(
        'line 1: malformed JSON: a comma between objects (put the objects into a list, or remove the comma)',
      ),
    ],
    ['values that are not objects', `[1,"x",null,[${A}],true]`, errors('line 1: expected a JSON object')],
    ['an empty string before an object', `["",${A}]`, errors('line 1: expected a JSON object')],
    ['a comment', `${A}\n{/* x */}`, errors('line 2: malformed JSON: invalid comment token')],
    [
      'too many levels',
      `{"deviceConfigurationId":"a","#":${'['.repeat(64)}${']'.repeat(64)}}\n${B}`,
      errors('line 1: the JSON is nested deeper than 64 levels'),
    ],
  ])('%s', async (_, content, expected) => {
    expect(await readFile(content)).toEqual(expected);
  });

  test('the maximum depth is accepted', async () => {
    const content = `{"deviceConfigurationId":"a","#":${'['.repeat(63)}${']'.repeat(63)},"pending":1}`;
    expect(await readFile(content)).toEqual(rows(one(1, 'a', 1)));
  });
});

describe('the output of list', () => {
  const record = (id: string, more: object): string =>
    JSON.stringify({
      deviceConfigurationId: id,
      displayName: `Name of ${id}`,
      '@odata.type': '#microsoft.graph.iosGeneralDeviceConfiguration',
      ...more,
    });
  const overview = {
    '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview',
    id: 'a',
    pendingCount: 1,
    conflictCount: null,
    lastUpdateDateTime: '2026-01-02T03:04:05Z',
  };
  const values = { pendingCount: 1, lastUpdateDateTime: '2026-01-02T03:04:05Z' };

  test.each<[string, string, FileOutcome]>([
    ['a record', record('a', { overview }), rows([1, 'a', values])],
    ['a list of records', pretty(`[${record('a', { overview })}]`), rows([2, 'a', values])],
    [
      'the id of the overview as a member overviewId',
      record('a', { overview, overviewId: 'o' }),
      rows([1, 'a', { id: 'o', ...values }]),
    ],
    [
      'a record with an error instead of the overview has no values',
      `${record('a', { error: { kind: 'permission', message: 'no' } })}\n${record('b', { overview: null, error: null })}`,
      rows([1, 'a', {}], [2, 'b', {}]),
    ],
    [
      'a route',
      record('a', { via: 'wifi-eap', overview: { failedCount: 2 } }),
      rows([1, 'a', { failedCount: 2 }, 'wifi-eap']),
    ],
    [
      'a value in the overview and next to it',
      record('a', { pendingCount: 2, overview }),
      errors('line 1: duplicate member "pendingCount"'),
    ],
    [
      'two overviews',
      '{"deviceConfigurationId":"a","overview":{},"overview":{"pendingCount":1}}',
      errors('line 1: duplicate member "overview"'),
    ],
    [
      'an overview that is not an object',
      record('a', { overview: [1] }),
      errors('line 1: overview must be an object'),
    ],
    [
      'an unknown member of the overview',
      record('a', { overview: { colour: 1 } }),
      errors(`line 1: unknown column "colour" (the columns are ${columnNames()})`),
    ],
    [
      'an error that is a number is the count of that name',
      record('a', { error: 5 }),
      rows([1, 'a', { errorCount: 5 }]),
    ],
    [
      'an error next to an overview',
      record('a', { overview, error: {} }),
      errors(
        'line 1: error: {} is not allowed; errorCount must be a whole number from 0 to 2147483647, decimal digits only',
      ),
    ],
    [
      'an id next to the overview is ambiguous',
      record('a', { id: 'x', overview }),
      errors(`line 1: unknown column "id" (the columns are ${columnNames()})`),
    ],
    [
      'a value on its own line',
      '{\n"deviceConfigurationId": "a",\n"overview": {\n"pendingCount": 1,\n"failedCount": 1.5\n}\n}',
      errors(
        'line 5: failedCount: 1.5 is not allowed; failedCount must be a whole number from 0 to 2147483647, decimal digits only',
      ),
    ],
  ])('%s', async (_, content, expected) => {
    expect(await readFile(content)).toEqual(expected);
  });
});
