import { COUNTS, countOf, devicesOf } from '../../overview/devices.ts';
import type { Block, Cell, Room } from '../../result.ts';
import {
  COUNT_COLUMNS,
  countCells,
  countsWidth,
  noCounts,
  type Overview,
  shareCells,
} from './count-columns.ts';
import { countText, lookOf, shareText } from './status.ts';

/** What `list` shows of one configuration. */
export interface Listed {
  readonly id: string;
  readonly displayName: string | null;
  readonly '@odata.type': string | null;
  readonly overview?: Overview;
  readonly error?: { readonly message: string };
}

/** Columns of a terminal: the gap between two cells, and what names and types must have at least. */
const GAP = 2;
const LEAST_NAME = { wide: 24, narrow: 12 };
const LEAST_TYPE = 24;

/**
 * Every configuration with its counts, and a total, in the widest of four forms that the terminal has room for. The
 * numbers decide: neither they nor the ids, which people copy for `patch`, are ever cut.
 */
export function configurationsView(records: readonly Listed[], { width }: Room): Block[] {
  if (records.length === 0) return [{ kind: 'line', cells: [{ text: 'no device configurations' }] }];
  const summary: Block = { kind: 'line', cells: [{ text: summaryOf(records), tone: 'dim' }] };
  const shown = records.length === 1 ? records : [...records, totalOf(records)];
  const overviews = shown.map(({ overview }) => overview).filter((overview) => overview !== undefined);
  const ids = records.reduce((most, { id }) => Math.max(most, id.length), 0);
  const room = width ?? Number.POSITIVE_INFINITY;

  if (room >= LEAST_NAME.wide + GAP + ids + GAP + LEAST_TYPE + countsWidth(overviews, true, GAP)) {
    const head = [{ title: 'Name' }, { title: 'Id', whole: true }, { title: 'Type' }];
    return [{ kind: 'table', columns: [...head, ...COUNT_COLUMNS], rows: shown.map(wideRow) }, summary];
  }
  const left = room - countsWidth(overviews, false, GAP);
  if (left < LEAST_NAME.narrow) return [...records.flatMap((record) => stacked(record, room)), summary];
  const rows = shown.flatMap((record) => rowsOf(record, left >= ids));
  return [{ kind: 'table', columns: [{ title: 'Name' }, ...COUNT_COLUMNS], rows }, summary];
}

/** Everything on one line. */
function wideRow(record: Listed): Cell[] {
  const { overview } = record;
  const head = [nameCell(record), idCell(record)];
  if (overview === undefined) return [...head, errorCell(record), ...noCounts()];
  const type = (record['@odata.type'] ?? '').replace(/^#microsoft\.graph\./, '');
  return [...head, { text: type, tone: 'dim' }, ...countCells(overview, true)];
}

/** The counts beside the name; below it the id and the shares, on one line where a whole id fits. */
function rowsOf(record: Listed, idUnderName: boolean): Cell[][] {
  const { overview } = record;
  if (overview === undefined) {
    return [[nameCell(record), ...noCounts()], [errorCell(record)], [idCell(record)]];
  }
  const counts = [nameCell(record), ...countCells(overview, false)];
  const shares = shareCells(overview);
  if (idUnderName || record.id === '') return [counts, [idCell(record), ...shares]];
  return [counts, [{ text: '' }, ...shares], [idCell(record)]];
}

function stacked(record: Listed, room: number): Block[] {
  const { overview } = record;
  const head: Block[] = [
    { kind: 'heading', text: nameCell(record).text },
    { kind: 'line', cells: [idCell(record)] },
  ];
  if (overview === undefined) return [...head, { kind: 'line', cells: [errorCell(record)] }];
  const devices = devicesOf(overview);
  const parts = COUNTS.filter(({ name }) => (countOf(overview, name) ?? 0) > 0).map(({ name }): Cell => {
    const { symbol, tone, short } = lookOf(name);
    const count = countOf(overview, name);
    return { text: `${symbol} ${short} ${countText(count)} (${shareText(count, devices)})`, tone };
  });
  if (parts.length === 0) return [...head, { kind: 'line', cells: [{ text: 'no devices', tone: 'dim' }] }];
  return [...head, ...pairs(parts, room).map((cells): Block => ({ kind: 'line', cells }))];
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
  for (const { name } of COUNTS) {
    for (const { overview } of records) {
      const count = overview && countOf(overview, name);
      if (count !== undefined) sums[name] = (sums[name] ?? 0) + count;
    }
  }
  return { id: '', displayName: 'Total', '@odata.type': null, overview: sums };
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

function summaryOf(records: readonly Listed[]): string {
  const devices = records.reduce((sum, { overview }) => sum + (overview ? devicesOf(overview) : 0), 0);
  const noun = records.length === 1 ? 'configuration' : 'configurations';
  return `${countText(records.length)} ${noun}, ${countText(devices)} device states`;
}
