import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { fitWidths, shorten } from '../../src/present/fit.ts';
import { gridLines } from '../../src/present/grid.ts';
import { textWidth } from '../support/text-width.ts';

const measure = textWidth;
const plain = (text: string): string => text;
const words = fc.string({
  unit: fc.constantFrom('a', 'b', ' ', 'é', '漢', '🚀', '🫨', '👨‍👩‍👧', '🇩🇪', '\u001b'),
});

function draw(rows: readonly (readonly string[])[], width: number | undefined): string[] {
  const columns = [
    { title: 'Name' },
    { title: 'Devices', align: 'right' },
    { title: 'Type' },
    { title: 'Id', whole: true },
  ] as const;
  const cells = rows.map((row) => row.map((text) => ({ text })));
  return gridLines({ kind: 'table', columns, rows: cells }, width, plain, measure);
}

describe('a table', () => {
  test('fits the terminal, and keeps numbers and ids complete', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(words, fc.nat(), words, fc.constantFrom('id-1', 'id-12345')), { minLength: 1 }),
        fc.integer({ min: 50, max: 120 }),
        (records, width) => {
          const rows = records.map(([name, count, type, id]) => [name, String(count), type, id]);
          const [, , ...lines] = draw(rows, width);
          for (const [place, line] of lines.entries()) {
            expect(measure(line)).toBeLessThanOrEqual(width);
            expect(line).toContain(rows[place]?.[1]);
            expect(line.endsWith(rows[place]?.[3] ?? '?')).toBe(true);
          }
        },
      ),
    );
  });

  test('aligns wide characters, and old and new emoji', () => {
    const names = ['plain', '制限', 'Pilot 🚀', 'Shaking 🫨', '👨‍👩‍👧', '🇩🇪', 'e\u0301'];
    const lines = draw(
      names.map((name) => [name, '1', 't', 'here']),
      undefined,
    );
    const places = lines.slice(2).map((line) => measure(line.slice(0, line.indexOf('here'))));
    expect(new Set(places).size).toBe(1);
  });

  test('has a rule below its titles, and none without titles', () => {
    expect(draw([['a', '1', 't', 'i']], undefined)).toEqual([
      'Name  Devices  Type  Id',
      '───────────────────────',
      'a           1  t     i',
    ]);
    const untitled = { kind: 'table', columns: [{ title: '' }], rows: [[{ text: 'x' }]] } as const;
    expect(gridLines(untitled, undefined, plain, measure)).toEqual(['x']);
  });

  test('has a row of one cell over all columns, truncated at the edge of the terminal', () => {
    const lines = draw([['a', '1', 't', 'i'], ['x'.repeat(60)]], 50);
    expect(lines[2]).toBe('a           1  t     i');
    expect(lines[3]).toBe(`${'x'.repeat(49)}…`);
  });

  test('can have more rows than a call can have arguments', () => {
    const rows = Array.from({ length: 130_000 }, () => [{ text: 'x' }]);
    const table = { kind: 'table', columns: [{ title: 'a' }], rows } as const;
    expect(gridLines(table, 80, plain, (text) => text.length)).toHaveLength(130_002);
  });
});

describe('fitWidths', () => {
  test('reduces the widest columns evenly', () => {
    const texts = [{ title: '' }, { title: '' }, { title: '' }];
    expect(fitWidths(texts, [40, 40, 10], 0, 60)).toEqual([25, 25, 10]);
    expect(fitWidths(texts, [40, 30, 10], 2, 200)).toEqual([40, 30, 10]);
    expect(fitWidths(texts, [40, 30, 10], 2, undefined)).toEqual([40, 30, 10]);
  });

  test('does not reduce numbers, and keeps eight characters of a text', () => {
    const columns = [{ title: '' }, { title: '', align: 'right' as const }, { title: '', whole: true }];
    expect(fitWidths(columns, [40, 30, 20], 0, 10)).toEqual([8, 30, 20]);
  });
});

describe('shorten', () => {
  test('truncates between graphemes', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 20 }), (text, limit) => {
        const short = shorten(text, limit, measure);
        expect(measure(short)).toBeLessThanOrEqual(limit);
        expect(short.isWellFormed()).toBe(true);
        if (measure(text) <= limit) expect(short).toBe(text);
      }),
    );
    expect(shorten('👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 5, measure)).toBe('👨‍👩‍👧👨‍👩‍👧…');
    expect(shorten('漢字漢字', 4, measure)).toBe('漢…');
  });
});

test('titles are not truncated: without space for them, each cell that is not empty has its own line', () => {
  const columns = [{ title: 'displayName' }, { title: 'configurationVersion' }, { title: 'description' }];
  const rows = [
    [{ text: 'Corporate Wi-Fi for laptops' }, { text: '3' }, { text: '' }],
    [{ text: 'Always On VPN' }, { text: '4' }, { text: 'of the field' }],
  ];
  const lines = (width: number) => gridLines({ kind: 'table', columns, rows }, width, plain, measure);
  expect(lines(46)).toEqual([
    'displayName  configurationVersion  description',
    '──────────────────────────────────────────────',
    'Corporate…   3',
    'Always On…   4                     of the fie…',
  ]);
  expect(lines(45)).toEqual([
    'displayName           Corporate Wi-Fi for la…',
    'configurationVersion  3',
    '',
    'displayName           Always On VPN',
    'configurationVersion  4',
    'description           of the field',
  ]);
});
