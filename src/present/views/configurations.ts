import type { Block, Cell, Column, Room } from '../../result.ts';
import { COUNTS, countOf, countText, devicesOf, lookOf, shareText } from './status.ts';

/** What `list` shows of one configuration. */
export interface Listed {
  readonly id: string;
  readonly displayName: string | null;
  readonly '@odata.type': string | null;
  readonly overview?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** From this many columns on there is room for the type and for every share beside its count. */
const WIDE = 200;

/** With fewer columns than this the counts do not fit beside a name. */
const STACKED = 72;

/** From this many columns on a whole id fits under the name; with fewer it takes a line of its own. */
const ID_UNDER_NAME = 100;

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
  if (room.width !== undefined && room.width < STACKED) return [...records.flatMap(stacked), total];
  const wide = room.width === undefined || room.width >= WIDE;
  const rowsFor = wide ? wideRow : (record: Listed) => rowsOf(record, (room.width ?? WIDE) >= ID_UNDER_NAME);
  return [{ kind: 'table', columns: columnsOf(wide), rows: records.flatMap(rowsFor) }, total];
}

function columnsOf(wide: boolean): Column[] {
  const counts = GROUPS.map(({ title }) => ({ title, align: 'right' as const }));
  const head: Column[] = wide ? [{ title: 'Name' }, { title: 'Id' }, { title: 'Type' }] : [{ title: 'Name' }];
  return [...head, { title: 'Devices', align: 'right' }, ...counts];
}

/** Everything on one line. */
function wideRow(record: Listed): Cell[][] {
  const { overview } = record;
  const head = [nameCell(record), idCell(record)];
  if (overview === undefined) return [[...head, errorCell(record), ...noCounts()]];
  const type = (record['@odata.type'] ?? '').replace(/^#microsoft\.graph\./, '');
  return [[...head, { text: type, tone: 'dim' }, ...counts(overview, true)]];
}

/** The counts beside the name; below it the id, which `patch` wants, and the shares. */
function rowsOf(record: Listed, idUnderName: boolean): Cell[][] {
  const { overview } = record;
  if (overview === undefined)
    return [[nameCell(record), ...noCounts()], [errorCell(record)], [idCell(record)]];
  const devices = devicesOf(overview);
  const shares = GROUPS.map(
    ({ names }): Cell => ({ text: shareText(sumOf(overview, names), devices), tone: 'dim' }),
  );
  const first = [nameCell(record), ...counts(overview, false)];
  if (idUnderName) return [first, [idCell(record), { text: '' }, ...shares]];
  return [first, [{ text: '' }, { text: '' }, ...shares], [idCell(record)]];
}

function nameCell({ displayName }: Listed): Cell {
  return { text: displayName ?? '(no name)', tone: 'strong' };
}

function idCell({ id }: Listed): Cell {
  return { text: id, tone: 'dim' };
}

function errorCell({ error }: Listed): Cell {
  return { text: error?.message ?? 'no overview', tone: 'error' };
}

function noCounts(): Cell[] {
  return [...GROUPS, 'devices'].map(() => ({ text: '–', tone: 'dim' }));
}

function counts(overview: Readonly<Record<string, unknown>>, withShare: boolean): Cell[] {
  const devices: Cell = { text: countText(devicesOf(overview)) };
  return [devices, ...GROUPS.map((group) => countCell(overview, group.names, withShare))];
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
