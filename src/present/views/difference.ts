import { PROPERTIES, type PropertyRow } from '../../catalog/properties.ts';
import type { Block, Cell, Room, Tone } from '../../outcome/result.ts';
import type { Overview } from '../../overview/difference.ts';
import { lookOf } from './count-look.ts';
import { isNarrow, type Title, titleBlocks } from './overview.ts';
import { shownText } from './shown.ts';
import { countText, heldText } from './status.ts';

/** One overview before and after, with the change of each property. In a narrow terminal, only the changed properties. */
export function differenceView(
  before: Overview,
  after: Overview,
  changed: readonly string[],
  title: Title,
  room: Room,
): Block[] {
  const narrow = isNarrow(room);
  const differs = (row: PropertyRow): boolean => changed.includes(row.name);
  const numbers = PROPERTIES.filter((row) => row.type === 'Edm.Int32' && (!narrow || differs(row)));
  const texts = PROPERTIES.filter((row) => row.type !== 'Edm.Int32' && differs(row));
  const summary = changed.length === 0 ? 'nothing changed' : `changed: ${changed.join(', ')}`;
  return [
    ...titleBlocks(title),
    ...tableOf(numbers, narrow, (row) => rowOf(row, before, after, differs(row), narrow)),
    ...texts.flatMap((row) => textLines(row, before, after, narrow)),
    { kind: 'line', cells: [{ text: summary, tone: 'dim' }] },
  ];
}

function tableOf(
  shown: readonly PropertyRow[],
  narrow: boolean,
  rowFor: (row: PropertyRow) => Cell[],
): Block[] {
  if (shown.length === 0) return [];
  const titles = ['Before', 'After', ...(narrow ? [] : ['Change'])];
  const columns = [{ title: 'Property' }, ...titles.map((title) => ({ title, align: 'right' as const }))];
  return [{ kind: 'table', columns, rows: shown.map(rowFor) }];
}

/** The change of a property that is too long for the table, such as a date: one line, or two in a narrow terminal. */
function textLines(
  { label, name }: PropertyRow,
  before: Overview,
  after: Overview,
  narrow: boolean,
): Block[] {
  const held: Cell[] = [{ text: `  ${label}:`, tone: 'plain' }, { text: shownText(before[name]) }];
  const holds: Cell[] = [{ text: '→' }, { text: shownText(after[name]), tone: 'strong' }];
  if (!narrow) return [{ kind: 'line', cells: [...held, ...holds] }];
  return [
    { kind: 'line', cells: held },
    { kind: 'line', cells: [{ text: ' ' }, ...holds] },
  ];
}

function rowOf(
  row: PropertyRow,
  before: Overview,
  after: Overview,
  changed: boolean,
  narrow: boolean,
): Cell[] {
  const look = row.counts ? lookOf(row.name) : undefined;
  const label = `${look?.symbol ?? ' '} ${narrow && look ? look.short : row.label}`;
  const dim: Tone = 'dim';
  const held = { text: heldText(before, row.name), tone: changed ? 'plain' : dim } as const;
  const holds = { text: heldText(after, row.name), tone: changed ? 'strong' : dim } as const;
  const change: Cell[] = narrow ? [] : [changeCell(before[row.name], after[row.name], changed)];
  return [{ text: label, tone: changed ? (look?.tone ?? 'plain') : dim }, held, holds, ...change];
}

function changeCell(before: unknown, after: unknown, changed: boolean): Cell {
  if (!changed) return { text: '', tone: 'dim' };
  if (typeof before !== 'number' || typeof after !== 'number') return { text: 'changed', tone: 'strong' };
  const by = after - before;
  return { text: `${by > 0 ? '+' : '−'}${countText(Math.abs(by))}`, tone: by > 0 ? 'added' : 'removed' };
}
