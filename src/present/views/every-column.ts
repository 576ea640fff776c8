import { columnOf, PROPERTIES } from '../../catalog/properties.ts';
import type { Block, Cell, Column, Flat } from '../../outcome/result.ts';
import { lookOf } from './count-look.ts';
import { SHORT_LABELS } from './overview.ts';
import { countText, devicesText, heldText } from './status.ts';

type Row = Readonly<Record<string, unknown>>;

interface WideColumn extends Column {
  cell(row: Row): Cell;
}

/** The first columns, in this order. The id of the overview, which is rarely needed, is the last column. */
const FIRST = ['displayName', 'deviceConfigurationId', 'id', '@odata.type'];

/** Titles that cannot be derived from the name of the column. */
const TITLES: Readonly<Record<string, string>> = {
  displayName: 'Name',
  deviceConfigurationId: 'Id',
  '@odata.type': 'Type',
  apiVersions: 'API versions',
};

const OF_COLUMN = new Map(PROPERTIES.map((property) => [columnOf(property.name), property]));

/** Replaces the table of a view with a table of all flat columns. A view without exactly one table is unchanged. */
export function withEveryColumn(
  blocks: readonly Block[],
  data: unknown,
  flat: Flat | undefined,
): readonly Block[] {
  if (flat === undefined || !Array.isArray(data)) return blocks;
  if (blocks.filter(({ kind }) => kind === 'table').length !== 1) return blocks;
  return blocks.map((block) => (block.kind === 'table' ? everyColumn(flat, data) : block));
}

function everyColumn(flat: Flat, records: readonly unknown[]): Block {
  const errors = records.map(errorText);
  const rows = records.map((record): Row => flat.row(record) ?? {});
  const names = [...flat.columns].sort((one, other) => rankOf(one) - rankOf(other));
  const columns = names.map((name) => columnFor(name, rows));
  const firstCount = names.findIndex((name) => OF_COLUMN.get(name)?.counts);
  if (firstCount >= 0) columns.splice(firstCount, 0, DEVICES);
  const failed = errors.some((error) => error !== undefined);
  const cells = rows.map((row, place): Cell[] => [
    ...columns.map(({ cell }) => cell(row)),
    ...(failed ? [{ text: errors[place] ?? MISSING, tone: errors[place] ? 'error' : 'dim' } as const] : []),
  ]);
  return { kind: 'table', columns: failed ? [...columns, { title: 'Message' }] : columns, rows: cells };
}

const MISSING = '–';

const DEVICES: WideColumn = {
  title: 'Devices',
  align: 'right',
  cell: (row) => ({ text: devicesText(row) }),
};

function rankOf(name: string): number {
  if (name === columnOf('id')) return FIRST.length + 1;
  const rank = FIRST.indexOf(name);
  return rank < 0 ? FIRST.length : rank;
}

function columnFor(name: string, rows: readonly Row[]): WideColumn {
  const isNumber = rows.some((row) => typeof row[name] === 'number');
  return {
    title: titleOf(name),
    align: isNumber || OF_COLUMN.get(name)?.type === 'Edm.Int32' ? 'right' : 'left',
    cell: (row) => cellOf(name, row),
  };
}

/** `Name`, `N/A`, `Last update`. The title of an unknown column is its name, split into words. */
function titleOf(name: string): string {
  const property = OF_COLUMN.get(name);
  if (property?.counts) return lookOf(property.name).short;
  if (property !== undefined) return SHORT_LABELS[property.name] ?? property.label;
  const words = name.replaceAll(/\W+|(?=[A-Z])/g, ' ').toLowerCase();
  return TITLES[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

function cellOf(name: string, row: Row): Cell {
  const value = row[name];
  const property = OF_COLUMN.get(name);
  const text = property?.counts ? heldText(row, property.name) : textOf(name, value);
  if (text === MISSING) return { text, tone: 'dim' };
  if (name === FIRST[0]) return { text, tone: 'strong' };
  if (property?.counts) return { text, tone: value === 0 ? 'dim' : lookOf(property.name).tone };
  return { text };
}

function textOf(name: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return MISSING;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  // A version is an identifier, so its digits are not grouped.
  if (typeof value === 'number') return name === 'configurationVersion' ? String(value) : countText(value);
  if (Array.isArray(value)) return value.join(', ') || MISSING;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return name === '@odata.type' ? text.replace(/^#microsoft\.graph\./, '') : text;
}

/** Why a record could not be read. The flat formats have no column for it. */
function errorText(record: unknown): string | undefined {
  const { error } = record as { readonly error?: { readonly message?: unknown } | null };
  return error === undefined || error === null ? undefined : String(error.message);
}
