import type { Block, Cell, Column, Room } from '../../result.ts';
import { ownMember } from '../flat.ts';

/** Fewer columns than this say too little of a text. */
const LEAST_TEXT = 12;

/** Columns between two cells, at least. */
const GAP = 2;

/**
 * A view of whatever a query left: objects as names and values, lists of objects as a table, values as lines. A list
 * whose table would be wider than the terminal is shown object by object.
 */
export function genericView(data: unknown, { width }: Room): Block[] {
  if (Array.isArray(data)) return listView(data, width ?? Number.POSITIVE_INFINITY);
  if (isObject(data)) return [membersOf(data)];
  return [{ kind: 'line', cells: [cellOf(data)] }];
}

function listView(list: readonly unknown[], width: number): Block[] {
  if (!list.every(isObject) || list.length === 0) {
    return list.map((item) => ({
      kind: 'line',
      cells: Array.isArray(item) ? item.map(cellOf) : [cellOf(item)],
    }));
  }
  const names = [...new Set(list.flatMap((item) => Object.keys(item)))];
  const rows = list.map((item) => names.map((name) => cellOf(ownMember(item, name))));
  const columns = names.map((title): Column => {
    const values = list.map((item) => ownMember(item, title));
    const numbers = values.every(
      (value) => value === undefined || value === null || typeof value === 'number',
    );
    return { title, align: numbers ? 'right' : 'left' };
  });
  return leastWidth(columns, rows) > width ? list.map(membersOf) : [{ kind: 'table', columns, rows }];
}

function membersOf(item: Readonly<Record<string, unknown>>): Block {
  const rows = Object.entries(item).map(([name, value]): Cell[] => [
    { text: name, tone: 'strong' },
    cellOf(value),
  ]);
  return { kind: 'table', columns: [{ title: '', whole: true }, { title: '' }], rows };
}

/** What a table takes without cutting a title or a number, or too much of a text. */
function leastWidth(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number {
  const widths = columns.map(({ title, align }, place) => {
    const text = rows.reduce((most, row) => Math.max(most, row[place]?.text.length ?? 0), 0);
    return Math.max(title.length, align === 'right' ? text : Math.min(text, LEAST_TEXT));
  });
  return widths.reduce((sum, one) => sum + one, GAP * (columns.length - 1));
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return { text: '' };
  return { text: typeof value === 'object' ? JSON.stringify(value) : String(value) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
