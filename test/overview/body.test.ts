import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../../src/outcome/errors.ts';
import { readBody } from '../../src/overview/body.ts';
import { processorTime } from '../support/processor-time.ts';

async function read(text: string): Promise<Record<string, unknown>> {
  const given = await readBody(text, '--body', 0);
  return Object.fromEntries([...given].map(([name, { value }]) => [name, value]));
}

async function errorOf(text: string): Promise<Failure> {
  return read(text).then(
    (values) => {
      throw new Error(`accepted as ${JSON.stringify(values)}`);
    },
    (error: Failure) => error,
  );
}

describe('readBody accepts', () => {
  test('all ten properties', async () => {
    const body = {
      id: 'x',
      pendingCount: 12,
      notApplicableCount: 2,
      notApplicablePlatformCount: 10,
      successCount: 12,
      errorCount: 10,
      failedCount: 11,
      conflictCount: 13,
      lastUpdateDateTime: '2016-12-31T23:59:30.086867+03:00',
      configurationVersion: 4,
    };
    expect(await read(JSON.stringify(body))).toEqual(body);
  });

  test('annotations of Graph, and drops them', async () => {
    const text = `\ufeff{"@odata.context":"https://x","@odata.type":"#microsoft.graph.deviceConfigurationDeviceOverview",
      "pendingCount@odata.type":"#Int32","pendingCount":1}`;
    expect(await read(text)).toEqual({ pendingCount: 1 });
  });
});

describe('readBody rejects', () => {
  test.each([
    ['', 'the body is empty'],
    ['[]', 'expected a JSON object, not array'],
    ['"x"', 'expected a JSON object, not string'],
    ['{"pendingCount": 1,}', 'malformed JSON at line 1, column 20'],
    ['{\n  "pendingCount": 1\n  "errorCount": 2\n}', 'malformed JSON at line 3, column 3: comma expected'],
    ['{"pendingCount": 1} x', 'malformed JSON at line 1, column 21'],
    ['{"pendingCount": 1 /* c */}', 'malformed JSON at line 1, column 20'],
    ['{"pendingcount": 1}', 'unknown property "pendingcount"'],
    [
      '{"pendingCount": "1"}',
      '--body at line 1, column 2: pendingCount: "1" (a string; remove the quotes) is not allowed',
    ],
    ['{"pendingCount": 1e3}', 'pendingCount: 1e3 is not allowed'],
    ['{"pendingCount": 1.0}', 'pendingCount: 1.0 is not allowed'],
    ['{"pendingCount": -0}', 'pendingCount: -0 is not allowed'],
    ['{"pendingCount": null}', 'pendingCount: null is not allowed'],
    ['{"lastUpdateDateTime": 5}', 'lastUpdateDateTime: 5 is not allowed'],
    ['{"lastUpdateDateTime": "2016-12-31"}', 'has no time and no offset'],
    [
      '{"@odata.type": "#microsoft.graph.deviceConfigurationUserOverview"}',
      'expected #microsoft.graph.deviceConfigurationDeviceOverview',
    ],
  ])('%j', async (text, message) => {
    const failure = await errorOf(text);
    expect(failure.kind).toBe('usage');
    expect(failure.message).toContain(message);
  });

  test('a body that is nested too deeply', async () => {
    expect((await errorOf('['.repeat(100_000))).message).toBe(
      '--body: the JSON is nested deeper than 32 levels',
    );
  });

  test('a duplicate property, also if it is escaped', async () => {
    const failure = await errorOf('{"pendingCount": 1,\n "pending\\u0043ount": 2}');
    expect(failure.message).toContain('--body at line 2, column 2: "pendingCount" is given twice');
  });

  test('several errors together, each with its position', async () => {
    const failure = await errorOf('{"pendingCount": -1,\n "colour": "red",\n "failedCount": 2.5}');
    expect(failure.details.errors).toHaveLength(3);
    expect(failure.message).toContain('line 1, column 2');
    expect(failure.message).toContain('line 2, column 2');
    expect(failure.message).toContain('line 3, column 2');
  });
});

test('any text is a usage error or has only known properties', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
      const outcome = await read(text).catch((error: unknown) => error);
      if (outcome instanceof Failure) expect(outcome.kind).toBe('usage');
      else expect(JSON.parse(text)).toMatchObject(outcome as object);
    }),
  );
});

test('a body with very many members is read in linear time', async () => {
  const members = Array.from({ length: 60_000 }, (_, index) => `"@odata.x${index}": 1`);
  const started = processorTime();
  expect(await read(`{\n${members.join(',\r\n')},\r"pendingCount": 5}`)).toEqual({ pendingCount: 5 });
  expect(processorTime() - started).toBeLessThan(10_000);
});

test('each error has its line and column', async () => {
  const { details } = await errorOf('{\n"a": 1,\r\n  "b": 2,\r"c": 3, "d": 4}');
  expect(details.errors?.map((text) => /line \d+, column \d+/.exec(text)?.[0])).toEqual([
    'line 2, column 1',
    'line 3, column 3',
    'line 4, column 1',
    'line 4, column 9',
  ]);
});

test('a body can be large', async () => {
  const text = '\\"'.repeat(10_000_000);
  expect((await errorOf(`{"nonsense":"${text}"}`)).message).toContain('unknown property');
});
