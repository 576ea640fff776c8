import type { Block, Cell, Column, Room } from '../../result.ts';
import { isNarrow } from './overview.ts';
import { COUNTS, countOf, countText, devicesOf, lookOf, shareText } from './status.ts';

/** What `list` shows of one configuration. */
export interface Listed {
  readonly id: string;
  readonly displayName: string | null;
  readonly '@odata.type': string | null;
  readonly overview?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** From this many columns on there is room for the type and for every share. */
const WIDE = 150;

/** The counts in one column each; the two kinds of not applicable are one. */
const GROUPS = [
  { title: 'Pending', names: ['pendingCount'] },
  { title: 'Success', names: ['successCount'] },
  { title: 'Error', names: ['errorCount'] },
  { title: 'Failed', names: ['failedCount'] },
  { title: 'Conflict', names: ['conflictCount'] },
  { title: 'N/A', names: ['notApplicableCount', 'notApplicablePlatformCount'] },
] as const;

/** Every configuration with its counts, and a total. */
export function configurationsView(records: readonly Listed[], room: Room): Block[] {
  if (records.length === 0) return [{ kind: 'line', cells: [{ text: 'no device configurations' }] }];
  const total: Block = { kind: 'line', cells: [{ text: summaryOf(records), tone: 'dim' }] };
  if (isNarrow(room)) return [...records.flatMap(stacked), total];
  const wide = room.width === undefined || room.width >= WIDE;
  return [
    { kind: 'table', columns: columnsOf(wide), rows: records.flatMap((record) => rowsOf(record, wide)) },
    total,
  ];
}

function columnsOf(wide: boolean): Column[] {
  const counts = GROUPS.map(({ title }) => ({ title, align: 'right' as const }));
  const head: Column[] = wide ? [{ title: 'Name' }, { title: 'Id' }, { title: 'Type' }] : [{ title: 'Name' }];
  return [...head, { title: 'Devices', align: 'right' }, ...counts];
}

/** In a table that is not wide a second line has the id, which `patch` wants, and the shares. */
function rowsOf(record: Listed, wide: boolean): Cell[][] {
  const name: Cell = { text: record.displayName ?? '(no name)', tone: 'strong' };
  const type = (record['@odata.type'] ?? '').replace(/^#microsoft\.graph\./, '');
  const { overview, error } = record;
  if (overview === undefined) {
    const failed: Cell = { text: error?.message ?? 'no overview', tone: 'error' };
    const empty = [...GROUPS, 'devices'].map((): Cell => ({ text: '–', tone: 'dim' }));
    const head = wide ? [name, { text: record.id }, failed] : [name];
    const second = wide
      ? []
      : [
          [{ text: `  ${record.id}`, tone: 'dim' as const }, ...empty],
          [failed, ...empty],
        ];
    return [[...head, ...empty], ...second];
  }
  const devices = devicesOf(overview);
  const counts = GROUPS.map((group) => countCell(overview, group.names, wide));
  const all: Cell = { text: countText(devices) };
  if (wide) return [[name, { text: record.id, tone: 'dim' }, { text: type, tone: 'dim' }, all, ...counts]];
  const shares = GROUPS.map(
    ({ names }): Cell => ({ text: shareText(sumOf(overview, names), devices), tone: 'dim' }),
  );
  return [
    [name, all, ...counts],
    [{ text: `  ${record.id}`, tone: 'dim' }, { text: '' }, ...shares],
  ];
}

function countCell(
  overview: Readonly<Record<string, unknown>>,
  names: readonly string[],
  withShare: boolean,
): Cell {
  const count = sumOf(overview, names);
  const { tone } = lookOf(names[0] ?? '');
  const share = withShare ? ` (${shareText(count, devicesOf(overview))})` : '';
  return { text: `${countText(count)}${share}`, tone: count === 0 || count === undefined ? 'dim' : tone };
}

function stacked(record: Listed): Block[] {
  const { overview, error } = record;
  const head: Block[] = [
    { kind: 'heading', text: record.displayName ?? '(no name)' },
    { kind: 'line', cells: [{ text: record.id, tone: 'dim' }] },
  ];
  if (overview === undefined) {
    return [...head, { kind: 'line', cells: [{ text: error?.message ?? 'no overview', tone: 'error' }] }];
  }
  const devices = devicesOf(overview);
  const parts = COUNTS.filter(({ name }) => (countOf(overview, name) ?? 0) > 0).map(({ name }): Cell => {
    const { symbol, tone, short } = lookOf(name);
    const count = countOf(overview, name);
    return { text: `${symbol} ${short} ${countText(count)} (${shareText(count, devices)})`, tone };
  });
  const none: Cell[] = [{ text: 'no devices', tone: 'dim' }];
  return [
    ...head,
    ...pairs(parts.length === 0 ? none : parts).map((cells): Block => ({ kind: 'line', cells })),
  ];
}

/** Two parts a line are what 50 columns hold. */
function pairs(cells: readonly Cell[]): Cell[][] {
  return cells.flatMap((cell, index) =>
    index % 2 === 0 ? [[cell, ...cells.slice(index + 1, index + 2)]] : [],
  );
}

function sumOf(overview: Readonly<Record<string, unknown>>, names: readonly string[]): number | undefined {
  const counts = names.map((name) => countOf(overview, name)).filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

function summaryOf(records: readonly Listed[]): string {
  const devices = records.reduce(
    (sum, { overview }) => sum + (overview === undefined ? 0 : devicesOf(overview)),
    0,
  );
  const noun = records.length === 1 ? 'configuration' : 'configurations';
  return `${countText(records.length)} ${noun}, ${countText(devices)} device states`;
}
