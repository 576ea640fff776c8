import { describe, expect, test } from '@jest/globals';
import { columnNames } from '../../src/input/columns.ts';
import { type FileOutcome, readFile } from './read-file.ts';

const ROW: FileOutcome = { rows: [[3, 'a', { pendingCount: 12, failedCount: 11 }]] };
const rows = (...rows: readonly unknown[]): FileOutcome => ({ rows });
const errors = (...errors: readonly string[]): FileOutcome => ({ errors });
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

const table = (separator: string, end = '\n'): string =>
  [
    ['deviceConfigurationId', 'pending', 'failed'],
    ['a', '12', '11'],
  ]
    .map((cells) => cells.join(separator) + end)
    .join('');

describe('a first line that names the separator', () => {
  test.each<[string, string | Uint8Array, FileOutcome]>([
    ['semicolon', `sep=;\n${table(';')}`, ROW],
    ['comma', `sep=,\r\n${table(',', '\r\n')}`, ROW],
    ['tab', `sep=\t\n${table('\t')}`, ROW],
    ['vertical bar', `sep=|\n${table('|')}`, ROW],
    ['in upper case', `SEP=;\n${table(';')}`, ROW],
    ['quoted', `"sep=;"\n${table(';')}`, ROW],
    ['saved as a row, with empty cells', `sep=;;;\n${table(';')}`, ROW],
    ['after a byte-order mark', `\ufeffsep=;\n${table(';')}`, ROW],
    ['quoted after a byte-order mark', `\ufeff"sep=;"\r\n${table(';', '\r\n')}`, ROW],
    ['in UTF-16', utf16(`\ufeffsep=;\r\n${table(';', '\r\n')}`), ROW],
    ['in UTF-16 without a byte-order mark', utf16(`sep=\t\r\n${table('\t', '\r\n')}`), ROW],
    ['with carriage returns', `sep=;\r${table(';', '\r')}`, ROW],
    ['after a blank line', `\nsep=;\n${table(';')}`, rows([4, 'a', { pendingCount: 12, failedCount: 11 }])],
    [
      'takes precedence over the most frequent separator of the header',
      'sep=;\ndeviceConfigurationId;pending;#a,b,c,d\na;12;1,2\n',
      rows([3, 'a', { pendingCount: 12 }]),
    ],
    [
      'is counted in the lines of errors',
      'sep=;\ndeviceConfigurationId;pending\na;x\n',
      errors(
        'line 3: pending: "x" is not allowed; pendingCount must be a whole number from 0 to 2147483647, decimal digits only',
      ),
    ],
    ['without another line', 'sep=;\n', rows()],
    ['without another line, and without a line break', 'sep=;', rows()],
    [
      'is not a note at the end of a header',
      'deviceConfigurationId,pending,#sep=;\na,12,x\n',
      rows([2, 'a', { pendingCount: 12 }]),
    ],
    [
      'is missing, and every cell is kept',
      'deviceConfigurationId,pending\nundefined,12\n',
      rows([2, 'undefined', { pendingCount: 12 }]),
    ],
  ])('%s', async (_, content, expected) => {
    expect(await readFile(content)).toEqual(expected);
  });
});

describe('blank lines', () => {
  test.each<[string, string, FileOutcome]>([
    ['before the header', `\n \r\n\t\n${table(',')}`, rows([5, 'a', { pendingCount: 12, failedCount: 11 }])],
    ['of separators before the header', `;;\n${table(';')}`, ROW],
    ['of other separators before the header', `,,,\n${table(';')}`, ROW],
    [
      'after the header',
      `${table(',').replace('\n', '\n\n,,\n')}`,
      rows([4, 'a', { pendingCount: 12, failedCount: 11 }]),
    ],
    ['at the end', `${table(',')}\n,,\n \n`, rows([2, 'a', { pendingCount: 12, failedCount: 11 }])],
    ['and only a header', '\ndeviceConfigurationId,pending\n\n', rows()],
  ])('%s', async (_, content, expected) => {
    expect(await readFile(content)).toEqual(expected);
  });
});

describe('columns without values to write', () => {
  const UNNAMED = 'name the column in the header; a name that starts with # makes it a note';

  test.each<[string, string, FileOutcome]>([
    [
      'without a name and content at the end, as saved by spreadsheets',
      'deviceConfigurationId,pending,,,\r\na,12,,,\r\n,,,,\r\n',
      rows([2, 'a', { pendingCount: 12 }]),
    ],
    [
      'without a name at the end need no cells',
      'deviceConfigurationId,pending,,\na,12\nb,13,\n',
      rows([2, 'a', { pendingCount: 12 }], [3, 'b', { pendingCount: 13 }]),
    ],
    [
      'without a name and content in the middle',
      'deviceConfigurationId,,pending, \na,,12, \n',
      rows([2, 'a', { pendingCount: 12 }]),
    ],
    [
      'without a name but with content',
      'deviceConfigurationId,pending,,\na,12,,\nb,13,x,\nc,14,y,\n',
      errors(`lines 3-4: column 3 has no name, and its cell is not empty (${UNNAMED})`),
    ],
    [
      'without a name do not hide a row that is too short',
      'deviceConfigurationId,pending,,\na\nb,1,,\n',
      errors(
        'line 2: has 1 cell, and the header has 2 (spreadsheets omit empty cells at the end of a row: add the separators, or save the file as CSV again)',
      ),
    ],
    [
      'whose names make them notes',
      '#,_checked by,deviceConfigurationId,# owner,pending\n1,me,a,"x, y",12\n',
      rows([2, 'a', { pendingCount: 12 }]),
    ],
    [
      'with one note twice',
      '#note,deviceConfigurationId,#note,pending\n1,a,2,12\n',
      rows([2, 'a', { pendingCount: 12 }]),
    ],
    [
      'whose names only contain such a character are unknown',
      'deviceConfigurationId,note#,pending\na,1,12\n',
      errors(`the header: unknown column "note#" (the columns are ${columnNames()})`),
    ],
    [
      'of JSON that are notes',
      '{"deviceConfigurationId":"a","#":{"by":"me"},"_line":7,"pending":12}',
      rows([1, 'a', { pendingCount: 12 }]),
    ],
  ])('%s', async (_, content, expected) => {
    expect(await readFile(content)).toEqual(expected);
  });
});

describe('whole rows in quotes', () => {
  const HINT =
    'a spreadsheet imported the file as one column: import it with its separator, or remove the quotes around the rows';
  const WHOLE = `the whole row is in quotes, so it is a single cell (${HINT})`;

  test.each<[string, string, FileOutcome]>([
    [
      'including the header',
      '"deviceConfigurationId,pending"\n"a,1"\n"b,""x"""\n',
      errors(`lines 1-3: ${WHOLE}`),
    ],
    [
      'including the header, in a file with semicolons',
      '"deviceConfigurationId;pending"\r\n"a;1"\r\n',
      errors(`lines 1-2: ${WHOLE}`),
    ],
    [
      'including the header, followed by separators of empty columns',
      '"deviceConfigurationId,pending";;\n"a,1";;\n',
      errors(`lines 1-2: ${WHOLE}`),
    ],
    [
      'including the header, and not rows without a separator',
      '"deviceConfigurationId,pending"\n"a,1"\nb\n"c,3"\n',
      errors(`lines 1-2, 4: ${WHOLE}`),
    ],
    [
      'without the header',
      'deviceConfigurationId,pending\n"a,1"\nb,2\n"c,3"\n',
      errors(`lines 2, 4: ${WHOLE}`),
    ],
    [
      'but not a cell with a separator',
      '#name,deviceConfigurationId,pending\n"Windows, 10",a,1\n"Windows, 11",,\n',
      errors(
        'line 3: deviceConfigurationId "" is empty (take the id from `graph-overview list` or from the portal’s address bar)',
      ),
    ],
  ])('%s', async (_, content, expected) => {
    expect(await readFile(content)).toEqual(expected);
  });
});
