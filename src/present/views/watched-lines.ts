import type { Block, Cell, Column, LiveRoom } from '../../outcome/result.ts';
import { type Candidate, chooseColumns } from '../choose-columns.ts';
import { allText, groupText, sumOf } from './count-columns.ts';
import { COUNT_GROUPS, type CountGroup } from './count-look.ts';
import { agoText } from './span.ts';
import { changeText, hiddenText } from './watched-parts.ts';
import type { Watched, Watching } from './watching.ts';
import { headBlocks, TITLES } from './watching-head.ts';

/** Terminal columns between two cells. */
const GAP = 2;

/** The widths to which a name may be shortened: in general, and to make room for a less important column. */
const NAME_WIDTH = { least: 16, comfortable: 24 };

/** The final state shows this many lines, or all configurations that changed if they are more. */
const MAX_FINAL = 20;

interface LineColumn extends Column, Pick<Candidate, 'rank' | 'extra'> {
  cell(watched: Watched, now: LiveRoom): Cell;
}

/** The order in which groups of counts are chosen while they fit, by tone. Other groups leave more room to names. */
const COUNT_RANKS: Readonly<Record<string, number>> = { failed: 0, error: 2, conflict: 3, pending: 4 };

const NAME: LineColumn = {
  title: 'Name',
  rank: 0,
  cell: ({ id, displayName, via }) => ({
    text: `${displayName ?? id}${via === 'direct' ? '' : ` via ${via}`}`,
    tone: 'strong',
  }),
};

const ID: LineColumn = {
  title: 'Id',
  whole: true,
  rank: 7,
  extra: true,
  cell: ({ id }) => ({ text: id, tone: 'dim' }),
};

const DEVICES: LineColumn = {
  title: 'Devices',
  align: 'right',
  rank: 5,
  cell: ({ overview }) => ({ text: overview === undefined ? '–' : allText({ overview }) }),
};

/** When it last changed, or that the last check failed. */
const CHANGED: LineColumn = {
  title: 'Changed',
  align: 'right',
  rank: 1,
  cell({ lastChange, problem }, { now, height }) {
    if (problem !== undefined) return { text: '! not read', tone: 'error' };
    if (lastChange === undefined) return { text: '' };
    const text =
      height === undefined
        ? `${new Date(lastChange.at).toISOString().slice(0, 19)}Z`
        : agoText(now - lastChange.at);
    return { text, tone: now - lastChange.at < RECENT ? 'strong' : 'dim' };
  },
};

/** A change is highlighted for this time, in milliseconds. */
const RECENT = 60_000;

/** The present counts of a group, preceded by the change since the start: `+3 198`. */
function countColumn({ names, tone, title }: CountGroup): LineColumn {
  return {
    title,
    align: 'right',
    rank: COUNT_RANKS[tone] ?? 6,
    ...(COUNT_RANKS[tone] === undefined ? { extra: true } : {}),
    cell({ overview, first }) {
      if (overview === undefined) return { text: '–', tone: 'dim' };
      const held = sumOf(overview, names);
      const count: Cell = { text: groupText({ overview }, names), tone: held === 0 ? 'dim' : tone };
      const change = changeText(first && sumOf(first, names), held);
      if (change === '') return count;
      const parts: Cell[] = [{ text: `${change} `, tone: 'strong' }, count];
      return { text: parts.map(({ text }) => text).join(''), parts };
    },
  };
}

const COLUMNS: readonly LineColumn[] = [NAME, ID, DEVICES, ...COUNT_GROUPS.map(countColumn), CHANGED];

/**
 * A line for each overview: its counts, their change since the start, and the time of the last change. The last line has
 * the number of overviews that do not fit on the screen. The final state has all overviews that changed.
 */
export function watchedLines(watching: Watching, room: LiveRoom): Block[] {
  const { watched } = watching;
  const head = [...headBlocks(watching, room), countLine(watching)];
  if (watched.length === 0) return head;
  const height = room.height ?? Number.POSITIVE_INFINITY;
  const left = height - head.length - TITLES;
  // If they do not all fit, the last line has the number of the others.
  const fit = watched.length <= left ? left : Math.max(1, left - 1);
  const most = room.height === undefined ? Math.max(MAX_FINAL, watched.filter(isChanged).length) : fit;
  const shown = watched.slice(0, most);
  const columns = columnsFor(shown, room);
  const rows = shown.map((one) => columns.map(({ cell }) => cell(one, room)));
  const hidden = hiddenText(watched.slice(shown.length), room);
  return [
    ...head,
    {
      kind: 'table',
      columns,
      rows: hidden === undefined ? rows : [...rows, [{ text: hidden, tone: 'dim' }]],
    },
  ];
}

function isChanged({ lastChange }: Watched): boolean {
  return lastChange !== undefined;
}

function countLine({ watched, read = watched.length }: Watching): Block {
  const changed = watched.filter(isChanged).length;
  const of = read === watched.length ? '' : ` of ${read}`;
  const noun = read === 1 ? 'configuration' : 'configurations';
  const text = `${watched.length}${of} ${noun}, ${changed === 0 ? 'none' : changed} changed`;
  return { kind: 'line', cells: [{ text, tone: 'dim' }] };
}

function columnsFor(shown: readonly Watched[], room: LiveRoom): readonly LineColumn[] {
  const candidates = COLUMNS.map((column) => {
    const natural = shown.reduce(
      (most, one) => Math.max(most, column.cell(one, room).text.length),
      column.title.length,
    );
    const { rank, extra = false } = column;
    return { column, rank, extra, natural, ...(column === NAME ? NAME_WIDTH : {}) };
  });
  return chooseColumns(candidates, GAP, room.width).map(({ column }) => column);
}
