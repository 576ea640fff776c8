import type { Block, Cell, LiveRoom } from '../../outcome/result.ts';
import { labelOf } from '../../overview/label.ts';
import { groupText, sumOf } from './count-columns.ts';
import { COUNT_GROUPS, type CountGroup } from './count-look.ts';
import { sparkline } from './spark.ts';
import { changeText, titleRows } from './watched-parts.ts';
import type { Watched } from './watching.ts';

/** Rows of one overview: its title, the counts, two kinds of change, the sparklines. */
export const SHORT_HEIGHT = 5;

/** Terminal columns between two cells. */
const GAP = 2;

/** The names of the rows under a title. */
const ROWS = ['now', 'last check', 'start', ''] as const;
const ROW_NAME = Math.max(...ROWS.map((name) => name.length));

/** The width of a sparkline in terminal columns. */
const SPARK = { most: 14, least: 5 };

/** The minimum width of the table in terminal columns. */
export function shortWidth(watched: readonly Watched[]): number {
  return widthWith(columnWidths(watched), SPARK.least);
}

/** Each group of counts in a column, with the changes and the sparklines below. */
export function shortTable(watched: readonly Watched[], room: LiveRoom): Block {
  const spark = sparkWidth(watched, room.width ?? Number.POSITIVE_INFINITY);
  return {
    kind: 'table',
    columns: [
      { title: '', whole: true },
      ...COUNT_GROUPS.map((group) => ({ title: titleOf(group), align: 'right' as const })),
    ],
    rows: watched.flatMap((one) => rowsOf(one, room, spark)),
  };
}

function rowsOf(watched: Watched, room: LiveRoom, spark: number): Cell[][] {
  // The title has only one row, which is shortened if it does not fit: an error takes precedence over the last change.
  const [title = [], problem] = titleRows(watched, { ...room, width: undefined });
  const [error] = problem ?? [];
  const whose =
    error === undefined
      ? title
      : [{ ...error, text: `${labelOf(watched.id, watched.displayName)} ${error.text}` }];
  const [now, check, start, last] = ROWS;
  return [whose, ...[now, check, start].map((name) => rowOf(name, watched)), sparkRow(last, watched, spark)];
}

function rowOf(name: (typeof ROWS)[number], watched: Watched): Cell[] {
  const { overview, before, first, problem } = watched;
  const cells = COUNT_GROUPS.map(({ names, tone }): Cell => {
    const held = overview && sumOf(overview, names);
    if (name === 'now')
      return {
        text: overview === undefined ? '–' : groupText({ overview }, names),
        tone: held === 0 ? 'dim' : tone,
      };
    // After a failed check, the change since the previous one is unknown.
    const from = name === 'start' ? first : problem === undefined ? before : undefined;
    return { text: changeText(from && sumOf(from, names), held), tone };
  });
  return [{ text: name, tone: 'dim' }, ...cells];
}

function sparkRow(name: string, { history }: Watched, width: number): Cell[] {
  const cells = COUNT_GROUPS.map(({ names, tone }): Cell => {
    const counts = history.map((overview) => overview && sumOf(overview, names));
    return { text: sparkline(counts, width).padStart(width), tone };
  });
  return [{ text: name }, ...cells];
}

/** The largest width of a sparkline that fits. */
function sparkWidth(watched: readonly Watched[], width: number): number {
  const columns = columnWidths(watched);
  let spark = SPARK.most;
  while (spark > SPARK.least && widthWith(columns, spark) > width) spark -= 1;
  return spark;
}

function widthWith(columns: readonly number[], spark: number): number {
  return columns.reduce((sum, column) => sum + GAP + Math.max(column, spark), ROW_NAME);
}

/** The widths of the count columns without the sparklines. */
function columnWidths(watched: readonly Watched[]): readonly number[] {
  const widths = COUNT_GROUPS.map((group) => titleOf(group).length);
  for (const one of watched) {
    for (const name of ROWS.slice(0, 3)) {
      const [, ...cells] = rowOf(name, one);
      cells.forEach(({ text }, column) => {
        widths[column] = Math.max(widths[column] ?? 0, text.length);
      });
    }
  }
  return widths;
}

function titleOf({ title, symbol }: CountGroup): string {
  return `${symbol} ${title}`;
}
