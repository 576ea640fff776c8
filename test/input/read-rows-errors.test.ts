import { describe, expect, test } from '@jest/globals';
import type { ApiVersion } from '../../src/catalog/properties.ts';
import { columnNames } from '../../src/input/columns.ts';
import { readRows } from '../../src/input/read-rows.ts';
import type { Row } from '../../src/input/row.ts';
import type { Failure } from '../../src/outcome/errors.ts';

const NOW = Date.UTC(2026, 0, 2);

function read(content: string, apiVersion: ApiVersion = 'beta'): Promise<Row[]> {
  async function* bytes(): AsyncGenerator<string> {
    yield content;
  }
  return readRows(bytes(), { apiVersion, now: NOW }).then(({ rows }) => [...rows]);
}

/** Every error of a file with its hint, as they are printed. */
async function errorsOf(content: string, apiVersion: ApiVersion = 'beta'): Promise<readonly string[]> {
  const failure = await read(content, apiVersion).then(
    () => expect('accepted').toBe('rejected') as never,
    (error: Failure) => error,
  );
  expect(failure).toMatchObject({ kind: 'usage' });
  const { errors, hint } = failure.details;
  return errors ?? [hint === undefined ? failure.message : `${failure.message} (${hint})`];
}

describe('a header', () => {
  test('with an unknown column is an error', async () => {
    expect(await errorsOf('deviceConfigurationId,colour\na,1\nb,\n')).toEqual([
      `the header: unknown column "colour" (the columns are ${columnNames()})`,
    ]);
  });

  test('with a duplicate column is one error', async () => {
    expect(await errorsOf('deviceConfigurationId,pending,pendingCount\na,1,x\n')).toEqual([
      'the header: "pending" and "pendingCount" are the same column (keep one of them)',
    ]);
  });

  test('can have the display name more than once', async () => {
    expect(await read('displayName,deviceConfigurationId,display-name\nx,a,y\n')).toHaveLength(1);
  });

  test('without an id is reported together with errors of rows', async () => {
    expect(await errorsOf('via,pending\nnowhere,x\n')).toEqual([
      'the header: missing column deviceConfigurationId or displayName',
      expect.stringMatching(/^line 2: pending: "x" is not allowed; /),
    ]);
  });
});

describe('a member of a JSON object', () => {
  test('that is unknown is reported once, at its first line', async () => {
    const line = '{"deviceConfigurationId":"a","colour":1}\n';
    expect(await errorsOf(line + line)).toEqual([
      `line 1: unknown column "colour" (the columns are ${columnNames()})`,
    ]);
  });

  test.each([
    ['"pending":1,"pendingCount":1', 'line 1: duplicate pendingCount, once as "pendingCount"'],
    ['"via":"direct","VIA":"direct"', 'line 1: duplicate via, once as "VIA"'],
    ['"via":{}', 'line 1: via must be a string'],
    ['"certificate-id":true', 'line 1: certificate-id must be a string'],
    ['"pending":[1]', expect.stringMatching(/^line 1: pending: \[1\] is not allowed; /)],
    ['"pending":"1.0"', expect.stringMatching(/^line 1: pending: "1.0" is not allowed; /)],
    ['"lastUpdate":5', expect.stringMatching(/^line 1: lastUpdate: 5 is not allowed; /)],
  ])('that is invalid is reported: %s', async (members, fault) => {
    expect(await errorsOf(`{"deviceConfigurationId":"a",${members}}`)).toEqual([fault]);
  });

  test('can be a number as an id, and a string of digits as a count', async () => {
    expect(await read('{"deviceConfigurationId":7,"pending":"12","via":" "}')).toMatchObject([
      { deviceConfigurationId: '7', values: { pendingCount: 12 }, route: { via: 'direct' } },
    ]);
  });

  test('can be an object as the display name, which is ignored', async () => {
    expect(await read('{"deviceConfigurationId":"a","displayName":{"de":"x"},"pending":1}')).toMatchObject([
      { deviceConfigurationId: 'a', displayName: null, values: { pendingCount: 1 } },
    ]);
  });

  test.each(['12345678901234567890', '1.10', '1e3', '-0', '1e999'])(
    'has the number %s as an id with each of its characters',
    async (number) => {
      const [row] = await read(`{"deviceConfigurationId":${number},"pending":1}`);
      expect(row?.deviceConfigurationId).toBe(number);
    },
  );
});

test('white space and null are no values', async () => {
  const [spaced] = await read('deviceConfigurationId,pending,failed\na, \t,0\n');
  expect(spaced?.values).toStrictEqual({ failedCount: 0 });
  const [none] = await read('{"deviceConfigurationId":"a","pending":null,"failed":"  "}');
  expect(none?.values).toStrictEqual({});
});

test('values are in the order of the reference, with any order of columns', async () => {
  const [row] = await read('lastUpdate,failed,pending,overviewId,deviceConfigurationId\nnow,2,1,o,a\n');
  expect(Object.entries(row?.values ?? {})).toEqual([
    ['id', 'o'],
    ['pendingCount', 1],
    ['failedCount', 2],
    ['lastUpdateDateTime', '2026-01-02T00:00:00.000Z'],
  ]);
});

test('a property that the API version does not have is an error with a hint', async () => {
  expect(await errorsOf('deviceConfigurationId,conflict\na,1\n', 'v1.0')).toEqual([
    'line 2: conflict: conflictCount does not exist in v1.0 (use `--api-version beta`)',
  ]);
  expect(await read('deviceConfigurationId,conflict,pending\na,,1\n', 'v1.0')).toHaveLength(1);
});

describe('a route', () => {
  test('that is invalid is reported once, with all its lines', async () => {
    expect(await errorsOf('deviceConfigurationId,via\na,x//y\nb,direct\nc,x//y\n')).toEqual([
      'lines 2, 4: --via "x//y" has an empty segment (`graph-overview routes` lists the named routes)',
    ]);
  });

  test('is reported together with an invalid id', async () => {
    expect(await errorsOf('deviceConfigurationId,via\n..,x//y\n')).toEqual([
      'line 2: deviceConfigurationId ".." would change the path of the request (take the id from `graph-overview list` or from the portal’s address bar)',
      'line 2: --via "x//y" has an empty segment (`graph-overview routes` lists the named routes)',
    ]);
  });

  test('has the certificate of its line', async () => {
    const rows = await read(
      'deviceConfigurationId,via,certificateId\na,wifi-eap-root,k\na,wifi-eap-root,l\nb,wifi-eap-root,k\n',
    );
    expect(rows.map(({ route }) => route.certificateId)).toEqual(['k', 'l', 'k']);
    expect(rows[0]?.route).toBe(rows[2]?.route);
  });
});

describe('rows for one overview', () => {
  test('with different values are an error', async () => {
    expect(await errorsOf('deviceConfigurationId,pending\na,1\nA,2\n')).toEqual([
      'line 3: another value for the overview of line 2 (keep one of the two rows)',
    ]);
  });

  test.each([
    ['more values', '1,', '1,2'],
    ['fewer values', '1,2', '1,'],
    ['one different value', '1,2', '1,3'],
  ])('with %s are an error', async (_, first, second) => {
    expect(await errorsOf(`deviceConfigurationId,pending,failed\na,${first}\na,${second}\n`)).toEqual([
      'line 3: another value for the overview of line 2 (keep one of the two rows)',
    ]);
  });

  test('are those with the same id and route', async () => {
    const content =
      'deviceConfigurationId,via,pending\na,direct,1\na,wifi-eap,2\nb,wifi-eap,3\nA,wifi-eap,2\nB,,4\n';
    expect((await read(content)).map(({ duplicateOf }) => duplicateOf)).toEqual([
      undefined,
      undefined,
      undefined,
      3,
      undefined,
    ]);
  });

  test('without values are ignored', async () => {
    const content = 'deviceConfigurationId,pending\na,\na,1\na,\na,1\n';
    const rows = await read(content);
    expect(rows.map(({ line, duplicateOf }) => [line, duplicateOf])).toEqual([
      [2, undefined],
      [3, undefined],
      [4, undefined],
      [5, 3],
    ]);
    expect(await errorsOf(`${content}a,2\n`)).toEqual([
      'line 6: another value for the overview of line 3 (keep one of the two rows)',
    ]);
  });
});

test.each([
  [
    'deviceConfigurationId,pending,colour\na,1,\na,2,\n',
    expect.stringMatching(/^the header: unknown column "colour" /),
  ],
  [
    '{"deviceConfigurationId":"a","pending":1,"pendingCount":1}\n{"deviceConfigurationId":"a","pending":2}',
    'line 1: duplicate pendingCount, once as "pendingCount"',
  ],
  [
    '{"deviceConfigurationId":"a","pending":1,"via":{}}\n{"deviceConfigurationId":"a","pending":2}',
    'line 1: via must be a string',
  ],
])('a row with an invalid member is not compared with others: %j', async (content, fault) => {
  expect(await errorsOf(content)).toEqual([fault]);
});

test('a row with an error is not compared with others', async () => {
  expect(await errorsOf('deviceConfigurationId,pending,failed\na,1,x\na,2,1\n')).toEqual([
    expect.stringMatching(/^line 2: failed: "x" is not allowed; /),
  ]);
});

test('errors before an unclosed quote in the same part are reported', async () => {
  expect(await errorsOf('deviceConfigurationId,pending\na,x\n"b,1\n')).toEqual([
    expect.stringMatching(/^line 2: pending: "x" is not allowed; /),
    expect.stringMatching(/^line 3: malformed CSV, check the quotes: /),
  ]);
});
