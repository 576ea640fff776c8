import { describe, expect, test } from '@jest/globals';
import { type FileOutcome, readFile } from './read-file.ts';

const LEFT_OUT =
  'spreadsheets omit empty cells at the end of a row: add the separators, or save the file as CSV again';
const CUT_OFF = `the file may be truncated here: download it again; or ${LEFT_OUT}`;
const HEADER = 'deviceConfigurationId,pending,failed';

const rows = (...rows: readonly unknown[]): FileOutcome => ({ rows });
const errors = (...errors: readonly string[]): FileOutcome => ({ errors });

describe('rows that are shorter or longer than the header', () => {
  test.each<[string, string, FileOutcome]>([
    [
      'the cells of a short row are not checked',
      'this is no id, and\nb,13,14\n',
      errors(`line 2: has 2 cells, and the header has 3 (${LEFT_OUT})`),
    ],
    [
      'short rows of several lengths',
      'this is not an id\na,12\nb,13,14\n',
      errors(
        `line 2: has 1 cell, and the header has 3 (${LEFT_OUT})`,
        `line 3: has 2 cells, and the header has 3 (${LEFT_OUT})`,
      ),
    ],
    [
      'short rows of one length are one error',
      'a,1\nb,2\nc,3,4\nd,5\ne,6,7\n',
      errors(`lines 2-3, 5: has 2 cells, and the header has 3 (${LEFT_OUT})`),
    ],
    [
      'a download that was truncated in a number',
      'a,212,4811\nb,48',
      errors(`line 3: has 2 cells, and the header has 3 (${CUT_OFF})`),
    ],
    [
      'a short last row can end with a line break',
      'a,212,4811\nb,48\n',
      errors(`line 3: has 2 cells, and the header has 3 (${CUT_OFF})`),
    ],
    [
      'the last row is the last one that is not blank',
      'a,212,4811\nb,48\n\n , ,\n',
      errors(`line 3: has 2 cells, and the header has 3 (${CUT_OFF})`),
    ],
    [
      'a truncated row is reported with the errors of other rows',
      'a,x,1\nb,1\nc,2,y\nd,4',
      errors(
        'line 2: pending: "x" is not allowed; pendingCount must be a whole number from 0 to 2147483647, decimal digits only',
        `line 3: has 2 cells, and the header has 3 (${LEFT_OUT})`,
        'line 4: failed: "y" is not allowed; failedCount must be a whole number from 0 to 2147483647, decimal digits only',
        `line 5: has 2 cells, and the header has 3 (${CUT_OFF})`,
      ),
    ],
    [
      'a missing line break at the end of the file is no error',
      'a,1,2\nb,3,4',
      rows([2, 'a', { pendingCount: 1, failedCount: 2 }], [3, 'b', { pendingCount: 3, failedCount: 4 }]),
    ],
    [
      'empty cells with their separators are no values',
      'a,1,\nb,,2\n',
      rows([2, 'a', { pendingCount: 1 }], [3, 'b', { failedCount: 2 }]),
    ],
    [
      'empty cells after those of the header',
      'a,1,2,,\nb,3,4, ,\n',
      rows([2, 'a', { pendingCount: 1, failedCount: 2 }], [3, 'b', { pendingCount: 3, failedCount: 4 }]),
    ],
    [
      'a cell with content after those of the header',
      'a,1,2,3\nb,1,2,,4\nc,1,2,3\n',
      errors('lines 2, 4: has 4 cells, and the header has 3', 'line 3: has 5 cells, and the header has 3'),
    ],
    [
      'blank rows and rows with only separators, short and long ones',
      '\n,\na,1,2\n,,,,\n \t\n"",""\nb,3,4\n,,\n',
      rows([4, 'a', { pendingCount: 1, failedCount: 2 }], [8, 'b', { pendingCount: 3, failedCount: 4 }]),
    ],
    [
      'an unclosed quote at the end of the file',
      'a,1\nb,"2',
      errors(
        `line 2: has 2 cells, and the header has 3 (${LEFT_OUT})`,
        'line 3: malformed CSV, check the quotes: Quote Not Closed: the parsing is finished with an opening quote at line 3',
      ),
    ],
  ])('%s', async (_, content, expected) => {
    expect(await readFile(`${HEADER}\n${content}`)).toEqual(expected);
  });
});

describe('identical errors', () => {
  const REWRITTEN = 'spreadsheets rewrite dates: format the column as text before the dates are entered';
  const TAKES =
    'is not an ISO 8601 date and time; lastUpdateDateTime must be ISO 8601 with an offset and at most seven fractional digits, such as 2016-12-31T23:59:30.086867+03:00, or now';

  test('of 3,000 dates are one error with the first date', async () => {
    const dates = Array.from({ length: 3_000 }, (_, index) => `c${index};${(index % 28) + 1}/12/2016 23:59`);
    expect(await readFile(`deviceConfigurationId;lastUpdateDateTime\r\n${dates.join('\r\n')}\r\n`)).toEqual(
      errors(
        `lines 2-3001: lastUpdateDateTime: "1/12/2016 23:59" (and 27 other values) ${TAKES} (${REWRITTEN})`,
      ),
    );
  });

  test('of two dates in two notations are one error', async () => {
    const content = 'deviceConfigurationId;lastUpdateDateTime\r\na;31/12/2016 23:59\nb;02.07.2024 02:05\r\n';
    expect(await readFile(content)).toEqual(
      errors(`lines 2-3: lastUpdateDateTime: "31/12/2016 23:59" (and 1 other value) ${TAKES} (${REWRITTEN})`),
    );
  });

  test('of one value are one error, but not those of another column or reason', async () => {
    const content =
      'deviceConfigurationId,pending,failed,last-update\na,x,,\nb,x,x,\nc,,,2026-01-02\nd,,,x\ne,x,,\n';
    expect(await readFile(content)).toEqual(
      errors(
        'lines 2-3, 6: pending: "x" is not allowed; pendingCount must be a whole number from 0 to 2147483647, decimal digits only',
        'line 3: failed: "x" is not allowed; failedCount must be a whole number from 0 to 2147483647, decimal digits only',
        `line 4: last-update: "2026-01-02" ${TAKES.replace('is not an ISO 8601 date and time', 'has no time and no offset')} (${REWRITTEN})`,
        `line 5: last-update: "x" ${TAKES} (${REWRITTEN})`,
      ),
    );
  });

  test('on many separate lines list only the first lines', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? `c${index},x` : `c${index},1`));
    expect(await readFile(`deviceConfigurationId,pending\n${lines.join('\n')}\n`)).toEqual(
      errors(
        'lines 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40 and 10 more: pending: "x" is not allowed; pendingCount must be a whole number from 0 to 2147483647, decimal digits only',
      ),
    );
  });
});
