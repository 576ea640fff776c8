import { describe, expect, test } from '@jest/globals';
import type { RawRecord } from '../../src/input/raw-record.ts';
import { readRecords } from '../../src/input/records.ts';
import { processorTime } from '../support/processor-time.ts';

/** The maximum length of a record. */
const MOST = 1024 * 1024;

/** The records of a text in these parts, with their cells as plain objects. */
function recordsOf(...parts: readonly string[]): Promise<unknown[]> {
  return recordsIn(parts);
}

async function recordsIn(parts: Iterable<string>): Promise<unknown[]> {
  const records: unknown[] = [];
  for await (const record of readRecords(inParts(parts))) records.push(plain(record));
  return records;
}

async function* inParts(parts: Iterable<string>): AsyncGenerator<string> {
  yield* parts;
}

function plain({ cells, ...rest }: RawRecord): unknown {
  return { ...rest, cells: Object.fromEntries(cells) };
}

const cell = (text: string) => ({ value: text, literal: text });
const header = (line: number, ...titles: readonly string[]) => ({ line, header: titles, cells: {} });

describe('CSV', () => {
  test('has a header, and rows with a cell for each title', async () => {
    expect(await recordsOf('a, b \n1,2\n', '"x ""y""", z\n')).toEqual([
      header(1, 'a', 'b'),
      { line: 2, cells: { a: cell('1'), b: cell('2') } },
      { line: 3, cells: { a: cell('x "y"'), b: cell(' z') } },
    ]);
  });

  test('can be read character by character, after blank lines', async () => {
    expect(await recordsOf(...'\n \r\na\r\n1')).toEqual(await recordsOf('\n \r\na\r\n1'));
  });

  test('has the separator of its whole header, read character by character', async () => {
    expect(await recordsOf(...'a;b\n1;2\n')).toEqual([
      header(1, 'a', 'b'),
      { line: 2, cells: { a: cell('1'), b: cell('2') } },
    ]);
  });

  test.each([
    ['a,b', ['a', 'b']],
    ['a;b', ['a', 'b']],
    ['a\tb', ['a', 'b']],
    ['a;b;c,d', ['a', 'b', 'c,d']],
    ['a,b;c', ['a', 'b;c']],
    ['a\tb;c', ['a\tb', 'c']],
    ['"a;b;c",d', ['a;b;c', 'd']],
    ['"a,b,c";"d,e";f', ['a,b,c', 'd,e', 'f']],
    ['a', ['a']],
  ])('has the most frequent separator of the header %j', async (line, titles) => {
    expect(await recordsOf(`${line}\n`)).toEqual([header(1, ...titles)]);
  });

  test.each(['\n', '\r\n', '\r'])('has the separator of its first line, with line breaks %j', async (end) => {
    expect(await recordsOf(`a,b${end}1;2;3;4,5${end}`)).toEqual([
      header(1, 'a', 'b'),
      { line: 2, cells: { a: cell('1;2;3;4'), b: cell('5') } },
    ]);
  });

  test.each(['\n', '\r\n', '\r'])('counts lines that end with %j, also in quotes', async (end) => {
    const parts = ['a,b', '"1', '2', '3","4', '5"', '', '6,7', ''].join(end);
    const expected = [
      header(1, 'a', 'b'),
      { line: 2, cells: { a: cell('1\n2\n3'), b: cell('4\n5') } },
      { line: 7, cells: { a: cell('6'), b: cell('7') } },
    ];
    expect(await recordsOf(parts)).toEqual(expected);
    expect(await recordsOf(...parts)).toEqual(expected);
  });

  test('that ends with a carriage return has no further record', async () => {
    expect(await recordsOf('a\n', '1\r')).toEqual([header(1, 'a'), { line: 2, cells: { a: cell('1') } }]);
  });

  test('can have blank cells after those of the header', async () => {
    expect(await recordsOf('a,b\n2,3, ,\n')).toEqual([
      header(1, 'a', 'b'),
      { line: 2, cells: { a: cell('2'), b: cell('3') } },
    ]);
  });

  test('with more cells than titles has a problem in that row', async () => {
    expect(await recordsOf('a,b\n1,2,,3\n')).toEqual([
      header(1, 'a', 'b'),
      {
        line: 2,
        cells: {},
        problem: 'has 4 cells, and the header has 2',
      },
    ]);
  });

  test('removes the apostrophe before a formula', async () => {
    expect(await recordsOf("a,b\n'=1,'x\n")).toEqual([
      header(1, 'a', 'b'),
      { line: 2, cells: { a: cell('=1'), b: cell("'x") } },
    ]);
  });

  test('can have a thousand cells in a row', async () => {
    const row = Array.from({ length: 1_000 }, (_, index) => `${index}`).join();
    expect(await recordsOf(`${row}\n${row}\n`)).toHaveLength(2);
  });

  test.each([
    ['header', 1, (row: string) => `${row}\n`],
    ['row', 3, (row: string) => `a\n1\n${row}\n`],
  ])('cannot have more cells in a %s', async (_, line, content) => {
    await expect(recordsOf(content(','.repeat(1_000)))).rejects.toMatchObject({
      kind: 'usage',
      message: `line ${line}: has 1001 cells`,
      details: { hint: 'a row has at most 1000 cells' },
    });
  });

  test('reports the line of an unclosed quote, after the records before it', async () => {
    expect(await recordsOf('a\n1\n"2\n')).toEqual([
      header(1, 'a'),
      { line: 2, cells: { a: cell('1') } },
      {
        line: 3,
        cells: {},
        problem:
          'malformed CSV, check the quotes: Quote Not Closed: the parsing is finished with an opening quote at line 3',
      },
    ]);
  });

  test('has no record longer than a million characters', async () => {
    const records = await recordsOf('a\n', '"', 'x'.repeat(MOST), 'xyz"\n');
    const [, { problem, ...rest }] = records as [unknown, { problem?: string }];
    expect(rest).toEqual({ line: 2, cells: {} });
    expect(problem).toMatch(/^malformed CSV, check the quotes: Max Record Size: /);
  });

  test('whose source fails is rejected with its error', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield 'a\n';
      throw new Error('the disk');
    }
    const reading = (async () => {
      for await (const _ of readRecords(broken()));
    })();
    await expect(reading).rejects.toThrow('the disk');
  });

  test('is read completely if it has more than one buffer', async () => {
    const part = `${'x'.repeat(99)}\n`.repeat(400);
    expect(await recordsOf('a\n', part, part, part)).toHaveLength(1_201);
  });
});

describe('JSON lines', () => {
  test('are recognized by a brace, with blank lines skipped and counted', async () => {
    expect(await recordsOf('\n  {"a":1,"b":"x"}\n', ' \r\n', '{"a":1e3}\r\n{"a":null}')).toEqual([
      { line: 2, cells: { a: { value: 1, literal: '1' }, b: { value: 'x', literal: '"x"' } } },
      { line: 4, cells: { a: { value: 1000, literal: '1e3' } } },
      { line: 5, cells: { a: { value: null, literal: 'null' } } },
    ]);
  });

  test('are recognized in a list whose bracket is on its own line', async () => {
    expect(await recordsOf('[\n', '{"a":1}\n]\n')).toEqual([
      { line: 2, cells: { a: { value: 1, literal: '1' } } },
    ]);
  });

  test('can be read character by character', async () => {
    const text = '{"a":1}\n\n{"a":2}\n{"a":3}';
    expect(await recordsOf(...text)).toEqual(await recordsOf(text));
    expect(await recordsOf(text)).toHaveLength(3);
  });

  test.each(['a{b:1}\n', 'a\n{b:1}\n'])('are not recognized if the brace is later: %j', async (text) => {
    expect((await recordsOf(text))[0]).toHaveProperty('header');
  });

  test.each([
    ['[]', 'expected a JSON object'],
    ['null', 'expected a JSON object'],
    ['"a"', 'expected a JSON object'],
    ['{"a":1', expect.stringMatching(/^malformed JSON: ./)],
    ['{"a":1,"a":1}', 'duplicate member "a"'],
  ])('with the line %s have a problem', async (line, problem) => {
    expect(await recordsOf(`{}\n${line}\n{}`)).toEqual([
      { line: 1, cells: {} },
      { line: 2, cells: {}, problem },
      { line: 3, cells: {} },
    ]);
  });

  test('can have a thousand members each, and no more', async () => {
    const members = Array.from({ length: 1_001 }, (_, index) => `"${index}":0`);
    const [most, tooMany] = await recordsOf(`{${members.slice(1)}}\n{${members}}\n`);
    expect(Object.keys((most as { cells: object }).cells)).toHaveLength(1_000);
    expect(tooMany).toEqual({ line: 2, cells: {}, problem: 'has more than 1000 members' });
  });

  const ofLength = (length: number): string => `{"a":"${'x'.repeat(length - 8)}"}`;

  test('can have the maximum length', async () => {
    expect(await recordsOf(`{}\n${ofLength(MOST)}`)).toHaveLength(2);
  });

  test('cannot be longer', async () => {
    const most = ofLength(MOST + 1);
    await expect(recordsOf('{}\n{}\n', most.slice(0, 9), most.slice(9))).rejects.toMatchObject({
      kind: 'usage',
      message: 'the value that begins on line 3 is longer than 1048576 characters',
      details: { hint: 'use one object for each row' },
    });
  });

  test('without an end are not read further than the maximum length', async () => {
    let produced = 0;
    function* endless(): Generator<string> {
      yield '{';
      for (;;) {
        produced += 1;
        yield ' '.repeat(MOST / 4);
      }
    }
    const reading = (async () => {
      for await (const _ of readRecords(inParts(endless())));
    })();
    await expect(reading).rejects.toMatchObject({
      message: 'the value that begins on line 1 is longer than 1048576 characters',
    });
    expect(produced).toBe(4);
  });
});

describe('a record is available early', () => {
  /** The number of parts that were read when the record at `index` was available. */
  async function partsReadAt(index: number, first: string): Promise<number> {
    let produced = 0;
    function* parts(): Generator<string> {
      for (; produced < 9; ) {
        produced += 1;
        yield produced === 1 ? first : '{}\n';
      }
    }
    let at = 0;
    for await (const _ of readRecords(inParts(parts()))) {
      if (at === index) return produced;
      at += 1;
    }
    return Number.NaN;
  }

  test.each([
    ['the header', 0, `a\n${'1\n'.repeat(50)}`],
    ['a row of CSV', 1, `a\n${'1\n'.repeat(50)}`],
    ['a JSON line', 0, '{}\n'],
    ['a quote out of place', 1, `a\n"1"2\n${'1\n'.repeat(50)}`],
  ])('%s is returned with the first part', async (_, index, first) => {
    expect(await partsReadAt(index, first)).toBe(1);
  });
});

test('a title can begin with a bracket', async () => {
  expect(await recordsOf('[a],b\n')).toEqual([header(1, '[a]', 'b')]);
});

test.each([[], [''], ['\n', ' \r\n\t'], ['\ufeff']])(
  'a file of white space has no records: %j',
  async (...parts) => {
    expect(await recordsOf(...(parts as string[]))).toEqual([]);
  },
);

test('a file of a million blanks has no records', async () => {
  expect(await recordsOf(' '.repeat(MOST))).toEqual([]);
});

test('a file that begins with a million blanks is not read further', async () => {
  await expect(recordsOf(' '.repeat(MOST), '  ')).rejects.toMatchObject({
    kind: 'usage',
    message: 'the file begins with more than a million blanks',
    details: { hint: 'use CSV with a header, or JSON' },
  });
});

describe('a file in single characters is read in linear time', () => {
  const LONG = 200_000;

  test.each([
    ['a long line of JSON', `{"a":1}\n{"a":"${'x'.repeat(LONG)}"}`, 2],
    ['a long first line', `{"a":"${'x'.repeat(LONG)}"}`, 1],
    ['a long header', `${'x'.repeat(LONG)}\n1\n`, 2],
    ['blank lines first', `${' \n'.repeat(LONG / 2)}{"a":1}`, 1],
  ])('%s', async (_, text, records) => {
    const started = processorTime();
    expect(await recordsIn(text)).toHaveLength(records);
    expect(processorTime() - started).toBeLessThan(20_000);
  });

  test('with the same line numbers', async () => {
    const text = '\n{"a":1}\n\nx\n{"a":2}';
    const whole = await recordsOf(text);
    expect(whole).toMatchObject([{ line: 2 }, { line: 4, problem: expect.any(String) }, { line: 5 }]);
    expect(await recordsIn(text)).toEqual(whole);
  });
});
