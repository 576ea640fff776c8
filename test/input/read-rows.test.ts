import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { readRows } from '../../src/input/read-rows.ts';
import type { Row } from '../../src/input/row.ts';
import type { Failure } from '../../src/outcome/errors.ts';
import { unguardedCell } from '../../src/text/spreadsheet-cell.ts';

const OPTIONS = { apiVersion: 'beta', now: 0 } as const;

function read(
  content: string | Uint8Array,
  options: Parameters<typeof readRows>[1] = OPTIONS,
): Promise<Row[]> {
  // In small parts, to test all boundaries between parts.
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const parts = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) =>
    bytes.subarray(index * 7, index * 7 + 7),
  );
  return readRows(Readable.from(parts), options).then(({ rows }) => [...rows]);
}

async function errorsOf(content: string): Promise<readonly string[]> {
  const failure = await read(content).then(
    (rows) => {
      throw new Error(`accepted as ${JSON.stringify(rows)}`);
    },
    (error: Failure) => error,
  );
  expect(failure.kind).toBe('usage');
  return failure.details.errors ?? [failure.message];
}

const plain = (rows: readonly Row[]) =>
  rows.map(({ line, deviceConfigurationId, route, values }) => ({
    line,
    id: deviceConfigurationId,
    via: route.via,
    values,
  }));

const EXPECTED = [
  {
    line: 2,
    id: 'a',
    via: 'direct',
    values: { pendingCount: 1, lastUpdateDateTime: '2016-12-31T23:59:30.086867+03:00' },
  },
  { line: 3, id: 'b', via: 'wifi-eap', values: { failedCount: 2 } },
];

describe('the forms of CSV', () => {
  const lines = [
    ['deviceConfigurationId', 'via', 'pendingCount', 'failedCount', 'lastUpdateDateTime'],
    ['a', '', '1', '', '2016-12-31T23:59:30.086867+03:00'],
    ['b', 'wifi-eap', '', '2', ''],
  ];
  const text = (delimiter: string, end: string): string =>
    lines.map((cells) => cells.join(delimiter)).join(end) + end;

  test.each([
    ['comma', text(',', '\n')],
    ['semicolon', text(';', '\n')],
    ['tab', text('\t', '\n')],
    ['CRLF', text(',', '\r\n')],
    ['no line break at the end', text(',', '\n').trimEnd()],
    ['a byte-order mark', `\ufeff${text(',', '\r\n')}`],
  ])('%s', async (_, content) => {
    expect(plain(await read(content))).toEqual(EXPECTED);
  });

  test.each([
    ['UTF-16LE', (content: string) => Buffer.from(`\ufeff${content}`, 'utf16le')],
    ['UTF-16BE', (content: string) => Buffer.from(`\ufeff${content}`, 'utf16le').swap16()],
  ])('%s', async (_, encode) => {
    expect(plain(await read(encode(text(';', '\r\n'))))).toEqual(EXPECTED);
  });

  test('columns in any order and letter case, with flag names, and ignored columns of list', async () => {
    const rows = await read(
      'NOT-APPLICABLE,displayName,DEVICECONFIGURATIONID,@odata.type,overviewId,conflict\n3,"x, y",a,#t,o,4\n',
    );
    expect(plain(rows)).toEqual([
      { line: 2, id: 'a', via: 'direct', values: { id: 'o', notApplicableCount: 3, conflictCount: 4 } },
    ]);
  });

  test('a line break in quotes', async () => {
    const rows = await read('displayName,deviceConfigurationId,pending\n"two\nlines",a,1\nx,b,2\n');
    expect(rows.map(({ deviceConfigurationId }) => deviceConfigurationId)).toEqual(['a', 'b']);
  });

  test('ids with any characters', async () => {
    const id = fc
      .string({ minLength: 1 })
      .filter(
        (text) =>
          text === text.trim() && !/[\u0000-\u001f\u007f-\u009f]/.test(text) && !['.', '..'].includes(text),
      )
      // `list` adds an apostrophe before text that a spreadsheet would run, and it is removed again.
      .filter((text) => unguardedCell(text) === text);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(id, { minLength: 1, selector: (text) => text.toLowerCase() }),
        fc.constantFrom(',', ';', '\t'),
        async (ids, delimiter) => {
          const content = stringify(
            [['deviceConfigurationId', 'pending'], ...ids.map((one, index) => [one, index])],
            { delimiter, quoted: true },
          );
          expect(
            (await read(content)).map((row) => [row.deviceConfigurationId, row.values.pendingCount]),
          ).toEqual(ids.map((one, index) => [one, index]));
        },
      ),
    );
  });
});

describe('JSON lines', () => {
  test('have their values, and null is no value', async () => {
    const content =
      '{"deviceConfigurationId":"a","pendingCount":1,"lastUpdateDateTime":"2016-12-31T23:59:30.086867+03:00"}\n\n' +
      '{"deviceConfigurationId":"b","via":"wifi-eap","failedCount":2,"pending":null}\n';
    expect(plain(await read(content))).toEqual([
      EXPECTED[0] && { ...EXPECTED[0], line: 1 },
      { ...EXPECTED[1], line: 3 },
    ]);
  });

  test.each([
    ['{"deviceConfigurationId":"a","pendingCount":1e3}', 'line 1: pendingCount: 1e3 is not allowed'],
    ['{"deviceConfigurationId":"a","pendingCount":1.5}', 'line 1: pendingCount: 1.5 is not allowed'],
    ['{"deviceConfigurationId":"a","pendingCount":true}', 'line 1: pendingCount: true is not allowed'],
    ['{"deviceConfigurationId":"a"\n', 'line 1: malformed JSON'],
    ['{"a":1}\n[]', 'line 2: expected a JSON object'],
  ])('%s', async (content, fault) => {
    expect(await errorsOf(content)).toContainEqual(expect.stringContaining(fault));
  });
});

describe('errors of rows', () => {
  test('are all reported, each with its line', async () => {
    const content = [
      'deviceConfigurationId,via,certificateId,pending,last-update,colour',
      'a,,,1e3,,',
      ',,,1,,',
      'b,wifi-epa,,1,,',
      'c,wifi-eap-root,,1,,',
      'd,,,1,yesterday,',
      'e,,,1,,,,,x',
    ].join('\n');
    expect(await errorsOf(content)).toEqual([
      expect.stringContaining('the header: unknown column "colour"'),
      expect.stringContaining('line 2: pending: "1e3" is not allowed'),
      expect.stringContaining('line 3: deviceConfigurationId "" is empty'),
      expect.stringContaining('line 4: --via "wifi-epa" is not a route in beta'),
      expect.stringContaining('line 5: wifi-eap-root is a route through a collection'),
      expect.stringContaining('line 6: last-update: "yesterday"'),
      expect.stringContaining('line 7: has 9 cells, and the header has 6'),
    ]);
  });

  test('include a column id, which is ambiguous', async () => {
    expect(await errorsOf('id,pending\na,1\n')).toContainEqual(
      expect.stringContaining('unknown column "id"'),
    );
  });

  test('include two rows for one overview with different values', async () => {
    expect(await errorsOf('deviceConfigurationId,pending\nA,1\nb,2\na,3\n')).toEqual([
      expect.stringContaining('line 4: another value for the overview of line 2'),
    ]);
    const rows = await read('deviceConfigurationId,pending\na,1\na,1\n');
    expect(rows.map(({ duplicateOf }) => duplicateOf)).toEqual([undefined, 2]);
  });

  test.each([['deviceConfigurationId,pending\n"a,1\n', 'malformed CSV']])('%j', async (content, fault) => {
    expect(await errorsOf(content)).toContainEqual(expect.stringContaining(fault));
  });

  test('include bytes that are not text', async () => {
    await expect(read(Buffer.from([0x61, 0x00, 0xff, 0xfe, 0x62, 0x0a]))).rejects.toThrow(
      'neither UTF-8 nor UTF-16',
    );
  });

  test('are usage errors for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          fc.string().map((text) => Buffer.from(`deviceConfigurationId,pending\n${text}`)),
        ),
        async (bytes) => {
          const outcome = await read(bytes).catch((error: Failure) => error.kind);
          expect(Array.isArray(outcome) || outcome === 'usage').toBe(true);
        },
      ),
    );
  });
});

describe('lines and columns', () => {
  test.each([
    ['line feeds', '\n'],
    ['CRLF', '\r\n'],
    ['carriage returns', '\r'],
  ])('a row has the number of its first line, with line breaks in quotes: %s', async (_, end) => {
    const content = ['displayName,deviceConfigurationId,pending', '"x', 'y', 'z",a,1', '', 'w,b,2', ''].join(
      end,
    );
    expect((await read(content)).map(({ line }) => line)).toEqual([2, 6]);
  });

  test.each([
    ['pending,pendingCount', '"pending" and "pendingCount" are the same column'],
    ['pending,Pending', '"pending" and "Pending" are the same column'],
    ['pending,pending', '"pending" and "pending" are the same column'],
    [
      'device-configuration-id,pending',
      '"deviceConfigurationId" and "device-configuration-id" are the same column',
    ],
  ])('a duplicate column is reported once: %s', async (columns, message) => {
    const content = `deviceConfigurationId,${columns}\na,1,2\nb,1,2\n`;
    expect(await errorsOf(content)).toEqual([`the header: ${message}`]);
  });

  test('the header is checked without rows, and a missing id is reported once', async () => {
    expect(await errorsOf('deviceConfigurationId,nonsense\n')).toEqual([
      expect.stringContaining('the header: unknown column "nonsense"'),
    ]);
    expect(await errorsOf('pending\n1\n2\n')).toEqual([
      'the header: missing column deviceConfigurationId or displayName',
    ]);
  });

  test('errors before an unclosed quote are reported', async () => {
    expect(await errorsOf('deviceConfigurationId,pending\na,x\nb,"1"2\n')).toEqual([
      expect.stringContaining('line 2: pending: "x"'),
      expect.stringContaining('line 3: malformed CSV'),
    ]);
  });

  test.each([
    ['{"deviceConfigurationId":"a","pending":1,"pending":2}', 'duplicate member'],
    ['{"deviceConfigurationId":"a","pending":1,"pendingCount":2}', 'duplicate pendingCount'],
  ])('a duplicate value in JSON is an error: %s', async (content, message) => {
    expect(await errorsOf(content)).toEqual([expect.stringContaining(message)]);
  });

  test('a string in JSON that looks like members is not a duplicate', async () => {
    const content =
      '{"deviceConfigurationId":"a","displayName":"\\"pending\\": 1, \\"pending\\":","pending":2}';
    expect((await read(content)).map(({ values }) => values)).toEqual([{ pendingCount: 2 }]);
  });

  test('a row without values is no duplicate, and a date in two notations is one', async () => {
    const silent = await read('deviceConfigurationId,pending\na,\na,1\na,\n');
    expect(silent.map(({ duplicateOf }) => duplicateOf)).toEqual([undefined, undefined, undefined]);
    const instants =
      'deviceConfigurationId,lastUpdate\na,2026-01-01T00:00:00Z\na,2026-01-01T01:00:00+01:00\n';
    expect((await read(instants)).map(({ duplicateOf }) => duplicateOf)).toEqual([undefined, 2]);
  });
});
