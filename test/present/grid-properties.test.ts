import { describe, expect, test } from '@jest/globals';
import { Chalk } from 'chalk';
import fc from 'fast-check';

import type { Cell, Column } from '../../src/outcome/result.ts';
import { gridLines } from '../../src/present/grid.ts';
import type { Paint } from '../../src/present/paint.ts';
import { textWidth } from '../support/text-width.ts';

const measure = textWidth;
const plain: Paint = (text) => text;
const chalk = new Chalk({ level: 1 });
const colours: Paint = (text, tone) =>
  text === '' || tone === undefined ? text : tone === 'strong' ? chalk.bold(text) : chalk.red(text);

/** Single characters (graphemes): wide, joined, combined, right to left, old and new. */
const CHARACTERS = [
  ...['a', 'b', '–', '漢', '制', 'ｶﾞ', '한'],
  ...['🚀', '🫨', '⌚', '👨‍👩‍👧', '🏳️‍🌈', '👍🏽', '1️⃣', '🇩🇪'],
  ...['e\u0301', 'o\u0308\u0323', 'क्षि', 'א', 'ب'],
];
/** Text without two spaces in a row, which only separate columns, so that the output can be split into cells. */
const words = fc
  .string({ unit: fc.constantFrom(...CHARACTERS, ' '), maxLength: 24 })
  .map((text) => text.replaceAll(/ +/g, ' '));
const anything = fc.string({
  unit: fc.constantFrom(...CHARACTERS, ' ', '\u0301', '\u200d', '🇩', '\ufe0f', '\u001b'),
});

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const charactersOf = (text: string): string[] => [...graphemes.segment(text)].map(({ segment }) => segment);

/** A table of columns with distinct titles, and rows with a cell for each column or a single cell. */
const tables = (cell: fc.Arbitrary<string>) =>
  fc
    .array(fc.record({ right: fc.boolean(), whole: fc.boolean() }), { minLength: 1, maxLength: 8 })
    .chain((kinds) => {
      const columns = kinds.map(
        ({ right, whole }, place): Column => ({
          title: `T${place}`,
          ...(right ? { align: 'right' } : {}),
          ...(whole ? { whole } : {}),
        }),
      );
      const full = fc.tuple(...columns.map(() => cell.map((text): Cell => ({ text, tone: 'error' }))));
      const across = cell.map((text): Cell[] => [{ text, tone: 'dim' }]);
      const rows = fc.array(fc.oneof({ weight: 4, arbitrary: full }, across), { maxLength: 12 });
      return fc.record({ columns: fc.constant(columns), rows });
    });

/** The start and end of each column, from its title. */
function placesOf(titles: string, columns: readonly Column[], widths: readonly number[]): [number, number][] {
  return columns.map(({ title, align }, place): [number, number] => {
    const at = titles.indexOf(title);
    const width = widths[place] ?? 0;
    return align === 'right' ? [at + title.length - width, at + title.length] : [at, at + width];
  });
}

/** The text in this range of a line, with spaces; undefined if a character crosses the edge of the range. */
function between(line: string, from: number, to: number): string | undefined {
  let at = 0;
  let found = '';
  for (const character of charactersOf(line)) {
    const end = at + measure(character);
    if (end > from && at < to) {
      if (at < from || end > to) return undefined;
      found += character;
    }
    at = end;
  }
  return found;
}

/** Whether this is the text, or its beginning with an ellipsis, truncated between characters. */
function shows(shown: string, text: string): boolean {
  if (shown === text.trim()) return true;
  if (!shown.endsWith('…')) return false;
  const kept = charactersOf(shown.slice(0, -1));
  return charactersOf(text.trimStart()).slice(0, kept.length).join('').trimEnd() === kept.join('');
}

/** The width that the texts of each column need. */
function neededWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number[] {
  const full = rows.filter((row) => row.length === columns.length);
  return columns.map(({ title }, place) =>
    Math.max(title.length, ...full.map((row) => measure(row[place]?.text ?? ''))),
  );
}

describe.each([
  ['plain', plain],
  ['coloured', colours],
])('a %s table of any texts', (_, paint) => {
  const strip = (line: string): string => line.replaceAll(/\u001b\[\d+m/g, '');

  test('without a limit is as wide as its texts, with aligned columns and complete texts', () => {
    fc.assert(
      fc.property(tables(words), ({ columns, rows }) => {
        const [titles = '', rule, ...lines] = gridLines(
          { kind: 'table', columns, rows },
          undefined,
          paint,
          measure,
        ).map(strip);
        const widths = neededWidths(columns, rows);
        const places = placesOf(titles, columns, widths);
        const total = widths.reduce((sum, width) => sum + width + 2, -2);
        expect(rule).toBe('─'.repeat(total));
        expect(lines).toHaveLength(rows.length);
        for (const [index, row] of rows.entries()) {
          const line = lines[index] ?? '';
          expect(line.trimEnd()).toBe(line);
          if (row.length < columns.length) expect(line).toBe(row[0]?.text.trimEnd());
          else
            for (const [column, [from, to]] of places.entries()) {
              expect(between(line, from, to)?.trim()).toBe(row[column]?.text.trim());
              // Two spaces after each column but the last.
              expect(between(line, to, to + 2)?.trim()).toBe('');
            }
        }
      }),
    );
  });

  test('fits the terminal, splits no character, and has every text or its beginning', () => {
    fc.assert(
      fc.property(tables(words), fc.integer({ min: 20, max: 200 }), ({ columns, rows }, width) => {
        const lines = gridLines({ kind: 'table', columns, rows }, width, paint, measure).map(strip);
        expect(lines.filter((line) => measure(line) > width)).toEqual([]);
        expect(lines.filter((line) => line.trimEnd() !== line || !line.isWellFormed())).toEqual([]);
        // If there is a rule, there are columns: two spaces precede each.
        const [titles = '', rule = '', ...drawn] = lines;
        const starts = columns
          .filter(({ align }) => align !== 'right')
          .map(({ title }) => titles.indexOf(title));
        for (const [index, row] of rule.startsWith('─') ? rows.entries() : []) {
          if (row.length < columns.length) continue;
          const gaps = starts.filter((at) => at > 0).map((at) => between(drawn[index] ?? '', at - 2, at));
          expect(gaps.map((gap) => gap?.trim())).toEqual(gaps.map(() => ''));
        }
        for (const { text } of rows.flat()) {
          const found = lines.some((line) => {
            const parts = [line, ...line.split(/ {2,}/)].flatMap((part) => [
              part,
              part.replace(/^T\d ? ?/, ''),
            ]);
            return parts.some((part) => shows(part.trim(), text)) || line.includes(text.trim());
          });
          expect({ text, found }).toEqual({ text, found: true });
        }
      }),
    );
  });

  test('fits the terminal with any texts', () => {
    fc.assert(
      fc.property(tables(anything), fc.integer({ min: 20, max: 200 }), ({ columns, rows }, width) => {
        const lines = gridLines({ kind: 'table', columns, rows }, width, paint, measure).map(strip);
        expect(lines.filter((line) => measure(line) > width)).toEqual([]);
      }),
    );
  });
});

describe('a table of many columns', () => {
  test.each([20, 60, 200])('fits the terminal with %i columns, and has every cell', (count) => {
    const columns = Array.from({ length: count }, (_, place) => ({ title: `Title ${place}` }));
    const rows = [0, 1].map((row) =>
      columns.map((_, place) => ({ text: `v${row}.${place}`, tone: 'dim' as const })),
    );
    for (const width of [20, 80, 150]) {
      const lines = gridLines({ kind: 'table', columns, rows }, width, plain, measure);
      expect(lines.filter((line) => measure(line) > width)).toEqual([]);
      const text = lines.join('\n');
      // Each cell is next to the title of its column; an empty line separates two records.
      expect(lines).toHaveLength(2 * count + 1);
      expect(lines[count]).toBe('');
      expect(text).toContain('Title 0');
      expect(text).toContain(`v1.${count - 1}`);
    }
    const [titles = '', rule = ''] = gridLines({ kind: 'table', columns, rows }, undefined, plain, measure);
    expect(titles.split(/ {2,}/)).toHaveLength(count);
    expect(rule).toBe('─'.repeat(measure(titles)));
  });

  test('truncates titles rather than values, and omits empty titles', () => {
    const columns = [
      { title: 'A very long title' },
      { title: '', whole: true },
      { title: 'Id', whole: true },
    ];
    const rows = [[{ text: 'x' }, { text: 'untitled' }, { text: '5a3b1c00-0b1e-4d5a-9c3e-000000000001' }]];
    expect(gridLines({ kind: 'table', columns, rows }, 46, plain, measure)).toEqual([
      'A very…   x',
      'untitled',
      'Id        5a3b1c00-0b1e-4d5a-9c3e-000000000001',
    ]);
  });
});

test('a table without columns or rows has only its titles', () => {
  expect(gridLines({ kind: 'table', columns: [], rows: [] }, 80, plain, measure)).toEqual([]);
  expect(gridLines({ kind: 'table', columns: [], rows: [[]] }, 80, plain, measure)).toEqual(['']);
  const columns = [{ title: 'Name' }, { title: 'Devices', align: 'right' as const }];
  expect(gridLines({ kind: 'table', columns, rows: [] }, 80, plain, measure)).toEqual([
    'Name  Devices',
    '─────────────',
  ]);
});

test('a table is measured with the function of its caller', () => {
  const columns = [{ title: '' }, { title: '' }];
  const rows = [
    [{ text: 'aa' }, { text: 'x' }],
    [{ text: 'b' }, { text: 'y' }],
  ];
  const triple = (text: string): number => 3 * text.length;
  expect(gridLines({ kind: 'table', columns, rows }, undefined, plain, triple)).toEqual(['aa  x', 'b     y']);
});
