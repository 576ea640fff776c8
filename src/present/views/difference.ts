import { PROPERTIES, type PropertyRow } from '../../catalog/properties.ts';
import type { Block, Cell, Room, Tone } from '../../result.ts';
import { isNarrow, type Title, titleBlocks } from './overview.ts';
import { countText, lookOf } from './status.ts';

type Overview = Readonly<Record<string, unknown>>;

/** Before and after of one overview, property by property, with the change. */
export function differenceView(
  before: Overview,
  after: Overview,
  changed: readonly string[],
  title: Title,
  room: Room,
): Block[] {
  const narrow = isNarrow(room);
  const shown = PROPERTIES.filter(({ name }) => name !== 'id' || changed.includes(name));
  const rows = shown.filter(({ name }) => !narrow || changed.includes(name));
  const table: Block = {
    kind: 'table',
    columns: [
      { title: 'Property' },
      { title: 'Before', align: 'right' },
      { title: 'After', align: 'right' },
      ...(narrow ? [] : [{ title: 'Change', align: 'right' as const }]),
    ],
    rows: rows.map((row) => rowOf(row, before, after, changed.includes(row.name), narrow)),
  };
  const summary = changed.length === 0 ? 'nothing changed' : `${changed.length} of ${shown.length} changed`;
  return [
    ...titleBlocks(title),
    ...(rows.length === 0 ? [] : [table]),
    { kind: 'line', cells: [{ text: summary, tone: 'dim' }] },
  ];
}

function rowOf(
  row: PropertyRow,
  before: Overview,
  after: Overview,
  changed: boolean,
  narrow: boolean,
): Cell[] {
  const { symbol, tone, short } = lookOf(row.name);
  const label = row.counts ? `${symbol} ${narrow ? short : row.label}` : `  ${row.label}`;
  const dim: Tone = 'dim';
  const held = { text: valueText(before[row.name]), tone: changed ? 'plain' : dim } as const;
  const holds = { text: valueText(after[row.name]), tone: changed ? 'strong' : dim } as const;
  const change: Cell[] = narrow ? [] : [changeCell(before[row.name], after[row.name], changed)];
  return [{ text: label, tone: changed ? tone : dim }, held, holds, ...change];
}

function changeCell(before: unknown, after: unknown, changed: boolean): Cell {
  if (!changed) return { text: '', tone: 'dim' };
  if (typeof before !== 'number' || typeof after !== 'number') return { text: 'changed', tone: 'strong' };
  const by = after - before;
  return { text: `${by > 0 ? '+' : '−'}${countText(Math.abs(by))}`, tone: by > 0 ? 'added' : 'removed' };
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return countText(value);
  return value === undefined || value === null ? '–' : String(value);
}
