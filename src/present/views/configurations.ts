import type { Block, Cell, Room } from '../../outcome/result.ts';
import { COUNTS, countOf, devicesOf, untoldCounts } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import {
  COUNT_COLUMNS,
  type Counted,
  countCells,
  countsWidth,
  devicesIn,
  noCounts,
  shareCells,
} from './count-columns.ts';
import { lookOf } from './count-look.ts';
import { BAR_LEGEND, joined, stackedBar } from './stacked-bar.ts';
import { countText, heldText, shareText, sumText } from './status.ts';

/** What `list` shows of one configuration. */
export interface Listed {
  readonly deviceConfigurationId: string;
  readonly displayName: string | null;
  readonly '@odata.type': string | null;
  readonly overview?: Overview;
  readonly error?: { readonly message: string };
  /** Of a sum: the counts that lack one. */
  readonly lacking?: ReadonlySet<string>;
}

/** Columns of a terminal: the gap between two cells, and what names and types must have at least. */
const GAP = 2;
const LEAST_NAME = { wide: 24, narrow: 12 };
const LEAST_TYPE = 24;

/** Columns of the bar of all devices: the most it gets, and the least it is drawn with. */
const BAR = { most: 40, wide: 20, least: 10 };

/**
 * Every configuration with its counts and a bar of all its devices, and a total, in the widest of four forms that the
 * terminal has room for. The numbers decide: neither they nor the ids, which people copy for `patch`, are ever cut.
 * Without a terminal there is no bar.
 * @param read how many configurations were read, where not all of them are shown
 */
export function configurationsView(
  records: readonly Listed[],
  { width }: Room,
  read: number | undefined = undefined,
): Block[] {
  if (records.length === 0) return [{ kind: 'line', cells: [{ text: noneText(read) }] }];
  const summary = summaryOf(records, read).map(
    (text): Block => ({ kind: 'line', cells: [{ text, tone: 'dim' }] }),
  );
  const shown = records.length === 1 ? records : [...records, totalOf(records)];
  const overviews = shown.flatMap(countedOf);
  const ids = records.reduce((most, record) => Math.max(most, record.deviceConfigurationId.length), 0);
  const room = width ?? Number.POSITIVE_INFINITY;
  const legend: Block[] =
    width === undefined || width < LEGEND_WIDTH ? [] : [{ kind: 'line', cells: BAR_LEGEND }];

  const wide = LEAST_NAME.wide + GAP + ids + GAP + LEAST_TYPE + countsWidth(overviews, true, GAP);
  // A line for each is worth less than a bar for each: the form of two lines is left only where the bar fits here too.
  if (width === undefined || width >= wide + GAP + BAR.least) {
    const bar = width === undefined ? 0 : Math.min(BAR.wide, width - wide - GAP);
    const head = [{ title: 'Name' }, { title: 'Id', whole: true }, { title: 'Type' }];
    const columns = [...head, ...COUNT_COLUMNS, ...(bar === 0 ? [] : [{ title: '', whole: true }])];
    const rows = shown.map((record) => wideRow(record, bar));
    return [{ kind: 'table', columns, rows }, ...(bar === 0 ? [] : legend), ...summary];
  }
  const left = room - countsWidth(overviews, false, GAP);
  if (left < LEAST_NAME.narrow) {
    return [...shown.flatMap((record) => stacked(record, room)), ...legend, ...summary];
  }
  const rows = shown.flatMap((record) => rowsOf(record, { ids, left, room }));
  return [{ kind: 'table', columns: [{ title: 'Name' }, ...COUNT_COLUMNS], rows }, ...legend, ...summary];
}

const LEGEND_WIDTH = BAR_LEGEND.reduce((sum, { text }) => sum + text.length + 1, 0);

function countedOf({ overview, lacking }: Listed): Counted[] {
  if (overview === undefined) return [];
  return [lacking === undefined ? { overview } : { overview, lacking }];
}

/** Everything on one line. */
function wideRow(record: Listed, bar: number): Cell[] {
  const [counted] = countedOf(record);
  const head = [nameCell(record), idCell(record)];
  const end = (cell: Cell): Cell[] => (bar === 0 ? [] : [cell]);
  if (counted === undefined) return [...head, errorCell(record), ...noCounts(), ...end({ text: '' })];
  const type = (record['@odata.type'] ?? '').replace(/^#microsoft\.graph\./, '');
  return [...head, { text: type, tone: 'dim' }, ...countCells(counted, true), ...end(barOf(counted, bar))];
}

/** Columns there are: the longest id, what the counts leave, and all. */
interface Widths {
  readonly ids: number;
  readonly left: number;
  readonly room: number;
}

/** The counts beside the name, the shares below them; the id with the bar under the name, or across where it must. */
function rowsOf(record: Listed, { ids, left, room }: Widths): Cell[][] {
  const [counted] = countedOf(record);
  if (counted === undefined) {
    return [[nameCell(record), ...noCounts()], [errorCell(record)], [idCell(record)]];
  }
  const counts = [nameCell(record), ...countCells(counted, false)];
  const shares = shareCells(counted);
  const underName = left >= ids + GAP + BAR.least;
  const bar = barOf(counted, Math.min(BAR.most, (underName ? left : room) - ids - GAP));
  const id = joined([{ ...idCell(record), text: record.deviceConfigurationId.padEnd(ids) }, bar], GAP);
  return underName ? [counts, [id, ...shares]] : [counts, [{ text: '' }, ...shares], [id]];
}

function stacked(record: Listed, room: number): Block[] {
  const [counted] = countedOf(record);
  const head: Block[] = [
    { kind: 'heading', text: nameCell(record).text },
    ...(record.deviceConfigurationId === '' ? [] : [{ kind: 'line', cells: [idCell(record)] } as const]),
  ];
  if (counted === undefined) return [...head, { kind: 'line', cells: [errorCell(record)] }];
  const { overview } = counted;
  const devices = devicesIn(counted);
  const lacking = counted.lacking ?? new Set(untoldCounts(overview).map(({ name }) => name));
  const shown = COUNTS.filter(({ name }) => lacking.has(name) || (countOf(overview, name) ?? 0) > 0);
  const parts = shown.map(({ name }): Cell => {
    const { symbol, tone, short } = lookOf(name);
    const count = countOf(overview, name);
    const share = shareText(count, devices);
    const held = count === undefined ? heldText(overview, name) : sumText(count, lacking.has(name));
    return { text: `${symbol} ${short} ${held}${share === '–' ? '' : ` (${share})`}`, tone };
  });
  if (parts.length === 0) return [...head, { kind: 'line', cells: [{ text: 'no devices', tone: 'dim' }] }];
  const bar: Block = { kind: 'line', cells: [barOf(counted, Math.min(BAR.most, room))] };
  return [...head, bar, ...pairs(parts, room).map((cells): Block => ({ kind: 'line', cells }))];
}

/** Two parts a line, where they fit. */
function pairs(cells: readonly Cell[], room: number): Cell[][] {
  const lines: Cell[][] = [];
  for (const cell of cells) {
    const [before, ...more] = lines.at(-1) ?? [];
    const fits = before !== undefined && before.text.length + 1 + cell.text.length <= room;
    if (fits && more.length === 0) lines.at(-1)?.push(cell);
    else lines.push([cell]);
  }
  return lines;
}

/** The sum of all overviews; what none of them has, it has not either. */
function totalOf(records: readonly Listed[]): Listed {
  const sums: Record<string, number> = {};
  const lacking = new Set<string>();
  const read = records.flatMap(({ overview }) => (overview === undefined ? [] : [overview]));
  const some = new Set<string>(
    COUNTS.map(({ name }) => name).filter((name) => read.some((overview) => Object.hasOwn(overview, name))),
  );
  for (const { name } of COUNTS) {
    for (const { overview } of records) {
      const count = overview && countOf(overview, name);
      if (count !== undefined) sums[name] = (sums[name] ?? 0) + count;
      // One that another has, or that is no number.
      else if (overview !== undefined && some.has(name)) lacking.add(name);
    }
  }
  return { deviceConfigurationId: '', displayName: 'Total', '@odata.type': null, overview: sums, lacking };
}

/** A bar of what is not all would show the wrong shares. */
function barOf(counted: Counted, length: number): Cell {
  return devicesIn(counted) === undefined ? { text: '' } : stackedBar(counted.overview, length);
}

function nameCell({ displayName }: Listed): Cell {
  return { text: displayName ?? '(no name)', tone: 'strong' };
}

function idCell({ deviceConfigurationId }: Listed): Cell {
  return { text: deviceConfigurationId, tone: 'dim' };
}

function errorCell({ error }: Listed): Cell {
  return { text: error?.message ?? 'no overview', tone: 'error' };
}

/** The counts of the whole in a line, and in another how much of it they lack. */
function summaryOf(records: readonly Listed[], read: number | undefined): string[] {
  const devices = records.reduce((sum, { overview }) => sum + (overview ? devicesOf(overview) : 0), 0);
  const all = read === undefined ? '' : ` of ${countText(read)}`;
  const noun = (read ?? records.length) === 1 ? 'configuration' : 'configurations';
  const lacking = records.filter(({ overview }) => overview && untoldCounts(overview).length > 0).length;
  const states = `${sumText(devices, lacking > 0)} device states`;
  return [
    `${countText(records.length)}${all} ${noun}, ${states}`,
    ...(lacking === 0 ? [] : [`${countText(lacking)} with missing or invalid counts`]),
  ];
}

function noneText(read: number | undefined): string {
  return read === undefined || read === 0
    ? 'no device configurations'
    : `none of ${countText(read)} device ${read === 1 ? 'configuration' : 'configurations'}`;
}
