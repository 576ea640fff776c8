import { describe, expect, test } from '@jest/globals';
import { readBody } from '../../src/overview/body.ts';

const read = (text: string) => readBody(text, '--body', 0);

const NAMES =
  'id, pendingCount, notApplicableCount, notApplicablePlatformCount, successCount, errorCount, failedCount, ' +
  'conflictCount, lastUpdateDateTime, configurationVersion';

describe('a body is rejected with a complete message and a hint', () => {
  test.each([
    ['', '--body: the body is empty', 'give a JSON object'],
    ['\ufeff \n', '--body: the body is empty', 'give a JSON object'],
    ['[]', '--body: expected a JSON object, not array', 'such as {"pendingCount": 12}'],
    ['null', '--body: expected a JSON object, not null', 'such as {"pendingCount": 12}'],
    ['{"colour": 1}', '--body at line 1, column 2: unknown property "colour"', `the properties are ${NAMES}`],
    ['{"pendingCount" 1}', '--body: malformed JSON at line 1, column 17: colon expected', undefined],
    [
      '{"pendingCount": 1 // c\n}',
      '--body: malformed JSON at line 1, column 20: invalid comment token',
      undefined,
    ],
    ['// c', '--body: malformed JSON at line 1, column 1: invalid comment token', undefined],
    ['{"pendingCount":', '--body: malformed JSON at line 1, column 17: value expected', undefined],
    ['{"pendingCount"}', '--body: malformed JSON at line 1, column 16: colon expected', undefined],
  ])('%j', async (text, message, hint) => {
    await expect(read(text)).rejects.toMatchObject({ kind: 'usage', message, details: { hint } });
  });
});

describe('the position of an error depends on all kinds of line breaks', () => {
  test.each([
    ['{\n\n  "x": 1}', 'line 3, column 3'],
    ['{\r\n\r\n "x": 1}', 'line 3, column 2'],
    ['{\r\r"x": 1}', 'line 3, column 1'],
    ['{\r\n\n\r"x": 1}', 'line 4, column 1'],
    ['{"x": 1}', 'line 1, column 2'],
    ['\ufeff{"x": 1}', 'line 1, column 2'],
  ])('%j', async (text, place) => {
    await expect(read(text)).rejects.toMatchObject({ message: `--body at ${place}: unknown property "x"` });
  });
});

describe('the type', () => {
  test.each([
    '#microsoft.graph.deviceConfigurationDeviceOverview',
    'microsoft.graph.deviceConfigurationDeviceOverview',
  ])('%s is that of an overview', async (type) => {
    const given = await read(JSON.stringify({ '@odata.type': type, errorCount: 3 }));
    expect([...given]).toEqual([['errorCount', { value: 3, source: expect.any(String) }]]);
  });

  test.each(['microsoft.graph.device#ConfigurationDeviceOverview', '', 5, null, ['x']])(
    '%j is rejected',
    async (type) => {
      await expect(read(JSON.stringify({ '@odata.type': type }))).rejects.toMatchObject({
        message: `--body at line 1, column 2: "@odata.type" is ${JSON.stringify(type)}, expected #microsoft.graph.deviceConfigurationDeviceOverview`,
      });
    },
  );

  test('other annotations can have any value', async () => {
    expect([...(await read('{"@odata.etag": 5, "id@odata.type": "x", "@odata.types": null}'))]).toEqual([]);
  });
});

describe('the limit of 32 levels in JSON', () => {
  const nested = (depth: number, [open, close] = ['[', ']']): string =>
    `{"x": ${open?.repeat(depth - 1)}${close?.repeat(depth - 1)}}`;
  const UNKNOWN = { message: '--body at line 1, column 2: unknown property "x"' };
  const TOO_DEEP = { message: '--body: the JSON is nested deeper than 32 levels', kind: 'usage' };

  test('permits 32 levels and not 33', async () => {
    await expect(read(nested(32))).rejects.toMatchObject(UNKNOWN);
    await expect(read(nested(33))).rejects.toMatchObject(TOO_DEEP);
  });

  test('applies to objects and arrays', async () => {
    await expect(read(nested(33, ['{"a":', '}']))).rejects.toMatchObject(TOO_DEEP);
    await expect(read(`{"x": ${'{"a":'.repeat(31)}1${'}'.repeat(31)}}`)).rejects.toMatchObject(UNKNOWN);
  });

  test.each([['[],'], ['{},'], ['[{}],']])('permits any number of %s next to each other', async (one) => {
    await expect(read(`{"x": [${one.repeat(40)}0]}`)).rejects.toMatchObject(UNKNOWN);
  });

  test.each([
    ['brackets', '['.repeat(40)],
    ['braces', '{'.repeat(40)],
    ['brackets behind a quote', `\\"${'['.repeat(40)}`],
    ['brackets behind a backslash', `\\\\${'['.repeat(40)}`],
  ])('does not count %s in a string', async (_, text) => {
    await expect(read(`{"x": "${text}"}`)).rejects.toMatchObject(UNKNOWN);
  });

  test('does not count closing brackets in a string', async () => {
    await expect(read(nested(33).replace('{"x"', `{"${']'.repeat(9)}"`))).rejects.toMatchObject(TOO_DEEP);
  });

  test('applies before an unterminated string', async () => {
    await expect(read(`${'['.repeat(33)}"x`)).rejects.toMatchObject(TOO_DEEP);
    await expect(read(`"${'['.repeat(33)}`)).rejects.toMatchObject({
      message: '--body: malformed JSON at line 1, column 1: unexpected end of string',
    });
  });
});

test('each value has its position', async () => {
  const given = await read('{"errorCount": 3,\n "id": "x"}');
  expect([...given]).toEqual([
    ['errorCount', { value: 3, source: '--body at line 1, column 2' }],
    ['id', { value: 'x', source: '--body at line 2, column 2' }],
  ]);
});
