import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import type { Result } from '../../src/outcome/result.ts';
import type { Format } from '../../src/present/format.ts';
import { present } from '../../src/present/index.ts';
import { compileQuery } from '../../src/present/query.ts';
import { unguardedCell } from '../../src/text/spreadsheet-cell.ts';
import { anyText } from '../support/any-text.ts';
import { captured } from './captured.ts';

/** Text that needs quoting in some format. */
const tricky = fc
  .array(fc.constantFrom(...'ab,;"\'\t\n\r\\ #:-?|>!&*%@`{}[]~\u001b\u007f\u0085\u009b\u202e\u2028漢🚀'))
  .map((parts) => parts.join(''));

const HOSTILE = 'a\u001b[31m"b",\tc\n\u009b2J\u202ed\u2028\\ ü 漢 🚀 =1+1 <i>|`x`';

async function show(result: Result, format: Format, query?: string, terminal?: number): Promise<string> {
  const { out, text } = captured(terminal);
  const compiled = query === undefined ? undefined : await compileQuery(query);
  await present(result, { format, query: compiled, color: false, width: terminal }, out);
  return text();
}

function valueResult(value: unknown): Result {
  return {
    data: { value },
    flat: undefined,
    view: () => [{ kind: 'line', cells: [{ text: JSON.stringify(value) }] }],
  };
}

function streamResult(values: readonly unknown[], onEnd?: () => void): Result {
  async function* records() {
    try {
      yield* values;
    } finally {
      onEnd?.();
    }
  }
  return { data: { records: records() }, flat: undefined, view: () => [] };
}

describe('json and jsonl', () => {
  test('json writes a stream as an array, the same as its value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 5 }), async (values) => {
        const text = await show(streamResult(values), 'json');
        expect(text).toBe(await show(valueResult(values), 'json'));
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(values));
      }),
    );
  });

  test('jsonl writes a record on each line', async () => {
    const records = [{ id: 'a', n: 1 }, { id: 'b' }];
    expect(await show(streamResult(records), 'jsonl')).toBe('{"id":"a","n":1}\n{"id":"b"}\n');
    expect(await show(valueResult({ id: 'a' }), 'jsonl')).toBe('{"id":"a"}\n');
  });

  test.each([
    ['[].id', '["a","b"]', '"a"\n"b"\n'],
    ['[?n].n', '[1]', '1\n'],
    ['length(@)', '2', '2\n'],
    ['[0]', '{"id":"a","n":1}', '{"id":"a","n":1}\n'],
    ['[?n > `5`]', '[]', ''],
    ['n', 'null', 'null\n'],
  ])('both apply the query %s to all data', async (query, whole, lines) => {
    const records = [{ id: 'a', n: 1 }, { id: 'b' }];
    expect(JSON.parse(await show(streamResult(records), 'json', query))).toEqual(JSON.parse(whole));
    expect(await show(streamResult(records), 'jsonl', query)).toBe(lines);
    expect(await show(valueResult(records), 'jsonl', query)).toBe(lines);
  });

  test('every format applies the query to each record of an endless stream', async () => {
    const shown = (format: Format): Promise<string> => {
      const { view, flat } = streamResult([]);
      async function* records() {
        yield* [{ id: 'a', n: 1 }, { id: 'b' }];
      }
      return show({ data: { records: records(), endless: true }, flat, view }, format, '{id: id, n: n}');
    };
    expect(JSON.parse(await shown('json'))).toEqual([
      { id: 'a', n: 1 },
      { id: 'b', n: null },
    ]);
    expect(await shown('jsonl')).toBe('{"id":"a","n":1}\n{"id":"b","n":null}\n');
    expect(await shown('csv')).toBe('id,n\na,1\nb,\n');
    expect(await shown('tsv')).toBe('id\tn\na\t1\nb\t\n');
    expect(parseYaml(await shown('yaml'))).toEqual([
      { id: 'a', n: 1 },
      { id: 'b', n: null },
    ]);
  });

  test('json is valid after a stream that fails', async () => {
    const broken = (count: number): Result => {
      async function* records() {
        for (let n = 0; n < count; n += 1) yield { n };
        throw new Error('page 2 failed');
      }
      return { data: { records: records() }, flat: undefined, view: () => [] };
    };
    const { out, text } = captured();
    const how = { format: 'json', query: undefined, color: false, width: undefined } as const;
    await expect(present(broken(2), how, out)).rejects.toThrow('page 2 failed');
    expect(JSON.parse(text())).toEqual([{ n: 0 }, { n: 1 }]);
    const none = captured();
    await expect(present(broken(0), how, none.out)).rejects.toThrow('page 2 failed');
    expect(none.text()).toBe('');
  });

  test('jsonl and csv write the parts of a value, and a query is applied to the value', async () => {
    const rows = [{ line: 2 }, { line: 3 }];
    async function* parts() {
      for (const row of rows) yield { type: 'row', ...row };
      yield { type: 'summary', written: 2 };
    }
    const result: Result = {
      data: { value: { written: 2, rows } },
      parts,
      flat: {
        columns: ['line'],
        row: (record) => {
          const { type, line } = record as { type: string; line?: number };
          return type === 'row' ? { line } : undefined;
        },
      },
      view: () => [],
    };
    expect(await show(result, 'jsonl')).toBe(
      '{"type":"row","line":2}\n{"type":"row","line":3}\n{"type":"summary","written":2}\n',
    );
    expect(await show(result, 'csv')).toBe('line\n2\n3\n');
    expect(JSON.parse(await show(result, 'json'))).toEqual({ written: 2, rows });
    for (const format of ['json', 'jsonl', 'tsv'] as const)
      expect(await show(result, format, 'written')).toBe('2\n');
  });

  test('json escapes control characters, and keeps the value', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const shown = await show(valueResult({ [text]: text }), 'json');
        expect(shown.replaceAll('\n', '')).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/,
        );
        expect(JSON.parse(shown)).toEqual({ [text]: text });
      }),
    );
  });
});

describe('csv and tsv', () => {
  test('csv keeps any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ a: tricky, b: tricky }), { minLength: 1 }), async (records) => {
        const rows: Record<string, string>[] = parse(await show(valueResult(records), 'csv'), {
          columns: true,
        });
        for (const cell of rows.flatMap(Object.values)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        const unguarded = rows.map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, unguardedCell(cell)])),
        );
        expect(unguarded).toEqual(records);
      }),
    );
  });

  test('inherited members of objects are not cells', async () => {
    expect(await show(valueResult([{ toString: 1, __proto__: { x: 1 } }, { a: 2 }]), 'csv')).toBe(
      'toString,a\n1,\n,2\n',
    );
    const own = JSON.parse('[{"__proto__":"p","constructor":{"name":"c"}},{"id":"b"}]');
    expect(await show(valueResult(own), 'csv')).toBe('__proto__,constructor.name,id\np,c,\n,,b\n');
  });

  test('an empty list with known columns is only a header', async () => {
    const result: Result = { ...streamResult([]), flat: { columns: ['one', 'two'], row: () => ({}) } };
    expect(await show(result, 'csv')).toBe('one,two\n');
    expect(await show({ ...streamResult([]), flat: result.flat }, 'tsv')).toBe('one\ttwo\n');
  });

  test('nested members have names with dots, and missing ones are empty', async () => {
    const records = [
      { id: 'a', overview: { n: 1, m: null } },
      { id: 'b', error: { kind: 'x' } },
    ];
    expect(await show(valueResult(records), 'csv')).toBe(
      'id,overview.n,overview.m,error.kind\na,1,,\nb,,,x\n',
    );
  });

  test('plain values have no header', async () => {
    expect(await show(valueResult({ id: 'a' }), 'tsv', 'id')).toBe('a\n');
    expect(await show(valueResult([{ id: 'a' }, { id: 'b' }]), 'tsv', '[].id')).toBe('a\nb\n');
    expect(await show(valueResult([{ id: 'a', n: 2 }]), 'tsv', '[].[id, n]')).toBe('a\t2\n');
    expect(await show(valueResult({ id: 'a' }), 'tsv', 'missing')).toBe('');
  });

  test('a tsv record is always one line', async () => {
    expect(await show(valueResult([{ a: 'x\ty\nz\\' }]), 'tsv')).toBe('a\nx\\ty\\nz\\\\\n');
  });

  test('the columns of the result are used if there is no query', async () => {
    const result: Result = {
      ...streamResult([{ id: 'a' }]),
      flat: {
        columns: ['one', 'two'],
        row: (record) => ({ one: (record as { id: string }).id, two: undefined }),
      },
    };
    expect(await show(result, 'csv')).toBe('one,two\na,\n');
  });
});

test('yaml keeps any value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      expect(JSON.stringify(parseYaml(await show(valueResult(value), 'yaml')))).toBe(JSON.stringify(value));
    }),
  );
});

describe('yaml', () => {
  test('keeps any text, and escapes what is not printable', async () => {
    await fc.assert(
      fc.asyncProperty(tricky, async (text) => {
        const shown = await show(valueResult({ [text]: [text, { x: text }] }), 'yaml');
        expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
        expect(parseYaml(shown)).toEqual({ [text]: [text, { x: text }] });
        expect(await show(valueResult({ [text]: [text, { x: text }] }), 'yaml', undefined, 80)).toBe(shown);
      }),
    );
  });

  test.each([' \n', ' \n\n', '\t\n', ' '])('keeps %j, which is only white space', async (text) => {
    expect(parseYaml(await show(valueResult({ [text]: [text] }), 'yaml'))).toEqual({ [text]: [text] });
  });

  test('quotes strings that are not strings in YAML 1.1', async () => {
    const value = { name: 'no', at: '2016-12-31T23:59:30.086867+03:00', count: 12, on: true };
    expect(await show(valueResult(value), 'yaml')).toBe(
      'name: "no"\nat: "2016-12-31T23:59:30.086867+03:00"\ncount: 12\n"on": true\n',
    );
  });

  test('writes repeated objects without anchors', async () => {
    expect(await show(valueResult({ a: { id: 1 } }), 'yaml', '[a, a]')).toBe('- id: 1\n- id: 1\n');
  });
});

describe('markdown', () => {
  test.each([
    ['- item', '\\- item'],
    ['+ item', '\\+ item'],
    ['> quote', '\\> quote'],
    ['12. one', '12\\. one'],
    ['3) one', '3\\) one'],
    ['===', '\\==='],
    ['    code', 'code'],
    ['# head', '\\# head'],
    ['$x$ ~~y~~ ![a](b)', '\\$x\\$ \\~\\~y\\~\\~ \\!\\[a\\](b)'],
    ['joe@contoso.com', 'joe&#8203;@contoso.com'],
    ['see https://x.y and www.z', 'see https&#8203;://x.y and www&#8203;.z'],
    ['&lt; <b>', '&amp;lt; &lt;b>'],
    ['@odata.type', '@odata.type'],
  ])('escapes %j at the start of a line', async (text, expected) => {
    const result: Result = {
      data: { value: 1 },
      flat: undefined,
      view: () => [{ kind: 'line', cells: [{ text }] }],
    };
    expect(await show(result, 'markdown')).toBe(`${expected}\n`);
  });

  test('keeps any cell in its row and table', async () => {
    await fc.assert(
      fc.asyncProperty(tricky, async (text) => {
        const result: Result = {
          data: { value: 1 },
          flat: undefined,
          view: () => [
            { kind: 'table', columns: [{ title: text }, { title: 'n' }], rows: [[{ text }, { text: '1' }]] },
          ],
        };
        const lines = (await show(result, 'markdown')).split('\n');
        expect(lines).toHaveLength(4);
        for (const line of lines.slice(0, 3)) expect(line.match(/(?<!\\)(?:\\\\)*\|/g)).toHaveLength(3);
      }),
    );
  });
});

test('markdown escapes text of the tenant', async () => {
  const result: Result = {
    data: { value: 1 },
    flat: undefined,
    view: () => [
      { kind: 'heading', text: '# x <script>' },
      {
        kind: 'table',
        columns: [{ title: 'a' }, { title: 'n', align: 'right' }],
        rows: [[{ text: HOSTILE }, { text: '1' }]],
      },
      { kind: 'verbatim', text: '```\ncode' },
    ],
  };
  const text = await show(result, 'markdown');
  expect(text.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(3);
  expect(text).toContain('| --- | ---: |');
  expect(text).toContain('## \\# x &lt;script>');
  expect(text).toContain('&lt;i>\\|\\`x\\`');
  expect(text).toContain('````\n```\ncode\n````');
});

test.each(['table', 'json', 'jsonl', 'csv', 'tsv', 'yaml', 'markdown'] as const)(
  '%s writes no control characters to a terminal',
  async (format) => {
    const result: Result = {
      data: { value: [{ name: HOSTILE }] },
      flat: undefined,
      view: () => [
        { kind: 'heading', text: HOSTILE },
        { kind: 'line', cells: [{ text: HOSTILE }] },
        { kind: 'verbatim', text: HOSTILE },
        { kind: 'table', columns: [{ title: HOSTILE }], rows: [[{ text: HOSTILE }]] },
      ],
    };
    const text = await show(result, format, undefined, 200);
    expect(text).toContain('31m');
    expect(text).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/,
    );
  },
);

test('none writes nothing, but reads a stream to its end', async () => {
  let ended = false;
  expect(
    await show(
      streamResult([1, 2], () => (ended = true)),
      'none',
    ),
  ).toBe('');
  expect(ended).toBe(true);
});

test('a stream ends silently if its reader closes the pipe', async () => {
  let produced = 0;
  let ended = false;
  async function* records() {
    try {
      for (;;) {
        produced += 1;
        yield { n: produced };
      }
    } finally {
      ended = true;
    }
  }
  const out = new Writable({
    write(_, __, done) {
      done(produced >= 3 ? Object.assign(new Error('EPIPE'), { code: 'EPIPE' }) : null);
    },
  });
  await present(
    { data: { records: records() }, flat: undefined, view: () => [] },
    { format: 'jsonl', query: undefined, color: false, width: undefined },
    out,
  );
  expect(ended).toBe(true);
  expect(produced).toBeLessThan(20);
});

test('an invalid query is a usage error with the expression', async () => {
  await expect(compileQuery('a[')).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('--query "a["'),
  });
});
