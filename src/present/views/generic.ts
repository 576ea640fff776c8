import type { Block, Cell, Column } from '../../outcome/result.ts';
import { isObject } from '../../text/is-object.ts';
import { ownMember } from '../flat.ts';

/** A view of the result of a query: an object as names and values, a list of objects as a table, other values as lines. */
export function genericView(data: unknown): Block[] {
  if (Array.isArray(data)) return listView(data);
  if (isObject(data)) return [membersOf(data)];
  return [{ kind: 'line', cells: [cellOf(data)] }];
}

function listView(list: readonly unknown[]): Block[] {
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
  return [{ kind: 'table', columns, rows }];
}

function membersOf(item: Readonly<Record<string, unknown>>): Block {
  const rows = Object.entries(item).map(([name, value]): Cell[] => [
    { text: name, tone: 'strong' },
    cellOf(value),
  ]);
  return { kind: 'table', columns: [{ title: '', whole: true }, { title: '' }], rows };
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return { text: '' };
  return { text: typeof value === 'object' ? JSON.stringify(value) : String(value) };
}
