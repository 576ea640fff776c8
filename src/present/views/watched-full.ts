import type { Block, Cell, Column, LiveRoom, Tone } from '../../outcome/result.ts';
import { allDevicesOf, COUNTS, countOf } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import { lookOf } from './count-look.ts';
import { NARROW } from './overview.ts';
import { sparkline } from './spark.ts';
import { devicesText, heldText, shareText } from './status.ts';
import { changeText, titleHeight, titleRows } from './watched-parts.ts';
import type { Watched } from './watching.ts';

/** One row of the table: a count, or the total. */
interface Line {
  readonly label: string;
  readonly tone: Tone;
  readonly count: (overview: Overview) => number | undefined;
  readonly text: (overview: Overview) => string;
  readonly isTotal: boolean;
}

/** Terminal columns between two cells. */
const GAP = 2;

/** The width of a sparkline in terminal columns. If there is less room than `least`, there is none. */
const SPARK = { most: 60, least: 4 };

/** The height of one overview in rows. @param emptyBefore whether an empty row precedes it */
export function heightOfFull(watched: Watched, width: number, emptyBefore: boolean): number {
  const room = { width, height: 1, now: 0 };
  return titleHeight(watched, room) + COUNTS.length + 1 + (emptyBefore ? 1 : 0);
}

/** Each count in its own row, with its share, its changes and its sparkline, as far as they fit. */
export function fullTable(watched: readonly Watched[], room: LiveRoom, hidden: string | undefined): Block {
  const width = room.width ?? Number.POSITIVE_INFINITY;
  const narrow = width < NARROW;
  const columns = columnsFor(watched, narrow, width);
  const spark = sparkWidth(columns, watched, narrow, width);
  const rows = watched.flatMap((one, place) => [
    ...(place === 0 ? [] : [[{ text: '' }]]),
    ...titleRows(one, room),
    ...linesFor(narrow).map((line) => [
      ...columns.map(({ cell }) => cell(one, line)),
      ...(spark === 0 ? [] : [sparkCell(one, line, spark)]),
    ]),
  ]);
  return {
    kind: 'table',
    columns: [...columns, ...(spark === 0 ? [] : [{ title: '' }])],
    rows: hidden === undefined ? rows : [...rows, [{ text: hidden, tone: 'dim' }]],
  };
}

function linesFor(narrow: boolean): Line[] {
  const counts = COUNTS.map(({ name, label }): Line => {
    const { symbol, tone, short } = lookOf(name);
    const count = (overview: Overview): number | undefined => countOf(overview, name);
    return {
      label: `${symbol} ${narrow ? short : label}`,
      tone,
      count,
      text: (overview) => heldText(overview, name),
      isTotal: false,
    };
  });
  return [
    ...counts,
    { label: '  All devices', tone: 'strong', count: allDevicesOf, text: devicesText, isTotal: true },
  ];
}

interface FullColumn extends Column {
  cell(watched: Watched, line: Line): Cell;
}

/** The columns that fit. Omitted first: the share, then the change since the last check, then the change since the start. */
function columnsFor(watched: readonly Watched[], narrow: boolean, width: number): readonly FullColumn[] {
  const status: FullColumn = {
    title: 'Status',
    whole: true,
    cell: (_, { label, tone }) => ({ text: label, tone }),
  };
  const devices = numbers('Devices', (one, { count, text, isTotal }) => {
    const held = one.overview && count(one.overview);
    return {
      text: one.overview === undefined ? '–' : text(one.overview),
      tone: isTotal ? 'strong' : held === 0 ? 'dim' : 'plain',
    };
  });
  const share = numbers('Share', ({ overview }, { count, isTotal }) => {
    const text = overview === undefined || isTotal ? '' : shareText(count(overview), allDevicesOf(overview));
    return { text, tone: 'dim' };
  });
  const check = numbers(narrow ? 'Check' : 'Last check', (one, line) =>
    // After a failed check, the change since the previous one is unknown.
    changeCell(one.problem === undefined ? one.before : undefined, one, line),
  );
  const start = numbers(narrow ? 'Start' : 'Since start', (one, line) => changeCell(one.first, one, line));
  const forms = [
    [status, devices, share, check, start],
    [status, devices, check, start],
    [status, devices, start],
    [status, devices],
  ];
  const least = narrow ? GAP + SPARK.least : GAP + 2 * SPARK.least;
  const fits = forms.find((form) => tableWidth(form, watched, narrow) + least <= width);
  return fits ?? [status, devices];
}

function numbers(title: string, cell: FullColumn['cell']): FullColumn {
  return { title, align: 'right', cell };
}

function changeCell(from: Overview | undefined, { overview }: Watched, { count, tone }: Line): Cell {
  if (from === undefined || overview === undefined) return { text: '' };
  return { text: changeText(count(from), count(overview)), tone };
}

/** Padded to the full width, so that the width of the table does not change with the history. */
function sparkCell({ history }: Watched, { count, tone }: Line, width: number): Cell {
  const counts = history.map((overview) => overview && count(overview));
  return { text: sparkline(counts, width).padEnd(width), tone };
}

function sparkWidth(
  columns: readonly FullColumn[],
  watched: readonly Watched[],
  narrow: boolean,
  width: number,
): number {
  const left = Math.min(SPARK.most, width - tableWidth(columns, watched, narrow) - GAP);
  return left < SPARK.least ? 0 : left;
}

/** The width of the columns without truncation, in terminal columns. */
function tableWidth(columns: readonly FullColumn[], watched: readonly Watched[], narrow: boolean): number {
  const widths = columns.map(({ title, cell }) =>
    linesFor(narrow).reduce(
      (most, line) => watched.reduce((more, one) => Math.max(more, cell(one, line).text.length), most),
      title.length,
    ),
  );
  return widths.reduce((sum, one) => sum + one, GAP * (columns.length - 1));
}
