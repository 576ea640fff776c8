import type { Block, Cell, Column } from '../../result.ts';

/** A view of whatever a query left: objects as names and values, lists of objects as a table, values as lines. */
export function genericView(data: unknown): Block[] {
  if (Array.isArray(data)) return listView(data);
  if (isObject(data)) {
    const rows = Object.entries(data).map(([name, value]) => [
      { text: name, tone: 'strong' as const },
      cellOf(value),
    ]);
    return [{ kind: 'table', columns: [{ title: '' }, { title: '' }], rows }];
  }
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
  const columns: Column[] = names.map((title) => {
    const numbers = list.every((item) => item[title] === undefined || typeof item[title] === 'number');
    return { title, align: numbers ? 'right' : 'left' };
  });
  return [{ kind: 'table', columns, rows: list.map((item) => names.map((name) => cellOf(item[name]))) }];
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return { text: '' };
  return { text: typeof value === 'object' ? JSON.stringify(value) : String(value) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
