import { PROPERTIES } from '../../catalog/properties.ts';
import type { Block, Cell, Room } from '../../outcome/result.ts';
import { devicesOf, invalidCounts } from '../../overview/devices.ts';
import { type Candidate, chooseColumns } from '../choose-columns.ts';
import { COUNT_GROUPS } from './count-look.ts';
import {
  BAR,
  type CellRoom,
  DEVICES,
  groupColumn,
  ID,
  LIST_COLUMNS,
  type ListColumn,
  type ListWord,
  NAME,
  TYPE,
} from './list-columns.ts';
import { type Listed, totalOf } from './listed.ts';
import { BAR_LEGEND } from './stacked-bar.ts';
import { countText, sumText } from './status.ts';

/** Options of the view of a list. */
export interface ListShown {
  /** How many configurations were read, if only some of them are shown. */
  readonly read?: number | undefined;
  /** The columns that the user chose, instead of the columns that fit. */
  readonly columns?: readonly ListColumn[] | undefined;
  /** The columns by which the list was selected and sorted. They take precedence over the others. */
  readonly about?: readonly ListWord[];
}

/** Terminal columns between two cells. */
const GAP = 2;

/** The widths to which a name may be shortened: in general, and to make room for a less important column. */
const NAME_WIDTH = { least: 16, comfortable: 24 };

/** The width of the bar of all devices, in terminal columns. */
const BAR_WIDTH = { least: 8, readable: 12, most: 20 };

/** The order in which columns are chosen while they fit. Rank 0 is always shown; `extra` columns leave more room to names. */
const RANKS: Readonly<Record<string, Pick<Candidate, 'rank' | 'extra'>>> = {
  name: { rank: 0 },
  devices: { rank: 0 },
  failed: { rank: 0 },
  error: { rank: 2 },
  bar: { rank: 3 },
  conflict: { rank: 4 },
  pending: { rank: 5 },
  id: { rank: 6, extra: true },
  success: { rank: 7, extra: true },
  'not-applicable': { rank: 8, extra: true },
  type: { rank: 9, extra: true },
};

const ABOUT: Pick<Candidate, 'rank' | 'extra'> = { rank: 1 };

/**
 * A line for each configuration, with its name, its counts and a bar of all its devices, as far as they fit; then a total.
 * Numbers and ids are never truncated. Without a terminal, all columns are shown except the bar.
 */
export function configurationsView(
  records: readonly Listed[],
  { width }: Room,
  { read, columns: chosen, about = [] }: ListShown = {},
): Block[] {
  if (records.length === 0) return [{ kind: 'line', cells: [{ text: noneText(read) }] }];
  const { columns, room } =
    chosen === undefined
      ? fitting(records, about.map(columnWord), width)
      : { columns: chosen, room: roomOf(chosen, records, width) };
  const summed = records.length > 1 && columns.includes(NAME) && columns.some(({ sums }) => sums);
  const rows = [
    ...records.flatMap((record) => rowsOf(record, columns, room)),
    ...(summed ? [totalRow(totalOf(records), columns, room)] : []),
  ];
  return [
    { kind: 'table', columns, rows },
    ...(columns.includes(BAR) ? [{ kind: 'line', cells: legendFor(width) } as const] : []),
    ...summaryOf(records, read).map((text): Block => ({ kind: 'line', cells: [{ text, tone: 'dim' }] })),
  ];
}

interface Layout {
  readonly columns: readonly ListColumn[];
  readonly room: CellRoom;
}

/** The columns that fit. Shares are shown next to the counts if all columns fit with them. */
function fitting(records: readonly Listed[], about: readonly ListWord[], width: number | undefined): Layout {
  const all = candidatesFor(about).filter((column) => width !== undefined || column !== BAR);
  const shown = records.length === 1 ? records : [...records, totalOf(records)];
  const chosenWith = (share: boolean): readonly ListColumn[] => {
    const candidates = all.map((column) => ({
      column,
      ...(about.includes(column.word) && column !== NAME ? ABOUT : (RANKS[column.word] ?? ABOUT)),
      ...widthsOf(column, shown, share),
    }));
    return chooseColumns(candidates, GAP, width).map(({ column }) => column);
  };
  const withShares = chosenWith(true);
  const share = withShares.length === all.length;
  const columns = share ? withShares : chosenWith(false);
  return { columns, room: roomOf(columns, records, width, share) };
}

/** The columns that the table may have, in its order. */
function candidatesFor(about: readonly ListWord[]): ListColumn[] {
  const usual = [NAME, ID, TYPE, DEVICES, ...GROUP_COLUMNS];
  const others = LIST_COLUMNS.filter(
    (column) => about.includes(column.word) && !usual.some(({ word }) => word === column.word),
  );
  return [...usual, ...others, BAR];
}

const GROUP_COLUMNS = COUNT_GROUPS.map(groupColumn);

/** The column of a word: a count is in the column of its group. */
function columnWord(word: ListWord): ListWord {
  const property = PROPERTIES.find(({ flag }) => flag === word);
  const group = COUNT_GROUPS.findIndex(({ names }) => names.some((name) => name === property?.name));
  return GROUP_COLUMNS[group]?.word ?? word;
}

function widthsOf(
  column: ListColumn,
  shown: readonly Listed[],
  share: boolean,
): Pick<Candidate, 'natural' | 'least' | 'comfortable'> {
  if (column === BAR) return { natural: BAR_WIDTH.least };
  const room = { bar: 0, share, id: false };
  const natural = shown.reduce(
    (most, record) => Math.max(most, column.cell(record, room).text.length),
    column.title.length,
  );
  if (column === NAME) return { natural, ...NAME_WIDTH };
  return column === TYPE ? { natural, least: NAME_WIDTH.comfortable } : { natural };
}

/** The bar takes the remaining width. Up to a readable length it takes precedence over names beyond a comfortable width. */
function roomOf(
  columns: readonly ListColumn[],
  records: readonly Listed[],
  width: number | undefined,
  share = false,
): CellRoom {
  const id = columns.includes(ID);
  if (width === undefined) return { bar: BAR_WIDTH.most, share, id };
  const shown = records.length === 1 ? records : [...records, totalOf(records)];
  const others = columns.filter((column) => column !== BAR);
  const leftBeside = (most: number): number =>
    others.reduce((left, column) => {
      const { natural } = widthsOf(column, shown, share);
      return left - GAP - (column === NAME ? Math.min(most, natural) : natural);
    }, width);
  const readable = Math.min(BAR_WIDTH.readable, leftBeside(NAME_WIDTH.comfortable));
  const left = Math.max(readable, leftBeside(Number.POSITIVE_INFINITY));
  return { bar: Math.max(BAR_WIDTH.least, Math.min(BAR_WIDTH.most, left)), share, id };
}

/** The rows of one record: its cells and, if it could not be read, its error in a row below. */
function rowsOf(record: Listed, columns: readonly ListColumn[], room: CellRoom): Cell[][] {
  const cells = columns.map((column) => column.cell(record, room));
  if (record.overview !== undefined) return [cells];
  return [cells, [{ text: `  ! ${record.error?.message ?? 'no overview'}`, tone: 'error' }]];
}

function totalRow(total: Listed, columns: readonly ListColumn[], room: CellRoom): Cell[] {
  return columns.map((column) => (column === NAME || column.sums ? column.cell(total, room) : { text: '' }));
}

/** The entries of the legend that fit. */
function legendFor(width = Number.POSITIVE_INFINITY): readonly Cell[] {
  let left = width + 1;
  return BAR_LEGEND.filter(({ text }) => {
    left -= text.length + 1;
    return left >= 0;
  });
}

/** The number of configurations and device states and, on a second line, how many counts are missing or invalid. */
function summaryOf(records: readonly Listed[], read: number | undefined): string[] {
  const devices = records.reduce((sum, { overview }) => sum + (overview ? devicesOf(overview) : 0), 0);
  const all = read === undefined ? '' : ` of ${countText(read)}`;
  const noun = (read ?? records.length) === 1 ? 'configuration' : 'configurations';
  const lacking = records.filter(({ overview }) => overview && invalidCounts(overview).length > 0).length;
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
