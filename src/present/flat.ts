import type { Flat, Result } from '../outcome/result.ts';
import { isObject } from '../text/is-object.ts';
import type { Query } from './query.ts';
import { partsOf, queried, recordsOf } from './source.ts';

/** A table of plain values. If `columns` is undefined, it has no header. */
export interface FlatTable {
  readonly columns: readonly string[] | undefined;
  readonly rows: AsyncIterable<readonly unknown[]> | Iterable<readonly unknown[]>;
}

/**
 * Converts data to a flat table for `csv` and `tsv`: as `result.flat` defines it, or, after a query, by the structure of
 * the data. The columns are then the members of the objects in the order of their first occurrence, nested members with
 * dots. Plain values have no header, so that `--query failedCount -o tsv` prints only the value. For an endless stream,
 * the first record defines the columns.
 */
export async function flatTable(result: Result, query: Query | undefined): Promise<FlatTable> {
  const { flat } = result;
  if (query === undefined && flat !== undefined) return { columns: flat.columns, rows: rowsOf(result, flat) };
  if ('records' in result.data && result.data.endless === true) return endlessTable(recordsOf(result, query));
  const data = await queried(result, query);
  const records = Array.isArray(data) ? data : data === null || data === undefined ? [] : [data];
  if (!records.some(isObject)) return { columns: undefined, rows: records.map(cellsOf) };
  const flattened = records.map((record) => flatten(record));
  const columns = [...new Set(flattened.flatMap((record) => Object.keys(record)))];
  return { columns, rows: flattened.map((record) => columns.map((column) => ownMember(record, column))) };
}

/** An own member of a record: a name such as `toString` must not find an inherited member. */
export function ownMember(record: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(record, name)?.value;
}

/** A value as the text of a cell; a missing value is empty. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function* rowsOf(result: Result, flat: Flat): AsyncGenerator<readonly unknown[]> {
  for await (const record of partsOf(result, undefined)) {
    const row = flat.row(record);
    if (row !== undefined) yield flat.columns.map((column) => row[column]);
  }
}

async function endlessTable(records: AsyncGenerator<unknown>): Promise<FlatTable> {
  const { value: first, done } = await records.next();
  if (done) return { columns: undefined, rows: [] };
  const columns = isObject(first) ? Object.keys(flatten(first)) : undefined;
  const rowOf = (record: unknown): readonly unknown[] => {
    if (columns === undefined) return cellsOf(record);
    const flattened = flatten(record);
    return columns.map((column) => ownMember(flattened, column));
  };
  const rows = async function* (): AsyncGenerator<readonly unknown[]> {
    yield rowOf(first);
    for await (const record of records) yield rowOf(record);
  };
  return { columns, rows: rows() };
}

function cellsOf(record: unknown): readonly unknown[] {
  return Array.isArray(record) ? record : [record];
}

function flatten(record: unknown, prefix = ''): Record<string, unknown> {
  if (!isObject(record)) return { [prefix === '' ? 'value' : prefix]: record };
  const members = Object.entries(record).map(([name, value]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    return isObject(value) && Object.keys(value).length > 0 ? flatten(value, path) : { [path]: value };
  });
  return Object.fromEntries(members.flatMap((member) => Object.entries(member)));
}
