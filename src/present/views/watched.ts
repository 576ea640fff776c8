import type { Block, Cell, LiveRoom } from '../../outcome/result.ts';
import { agoText, spanText } from './span.ts';
import { fullTable, heightOfFull } from './watched-full.ts';
import { SHORT_HEIGHT, shortTable, shortWidth } from './watched-short.ts';
import type { Watched, Watching } from './watching.ts';

/** Lines of a table's titles and the rule under them, and the empty line before it. */
const TITLES = 3;

/**
 * Several overviews with their counts, what changed since the last look and since the start, and a sparkline for each
 * count. All of them whole where the screen has the height for it; else in a shorter form, where it has the width; what
 * still does not fit is counted in the last line.
 */
export function watchedView(watching: Watching, room: LiveRoom): Block[] {
  const { watched } = watching;
  const width = room.width ?? Number.POSITIVE_INFINITY;
  const head = headBlocks(watching, room);
  const height = (room.height ?? Number.POSITIVE_INFINITY) - head.length - TITLES;
  const forGood = room.height === undefined;
  const whole = forGood ? watched.length : wholeFit(watched, width, height);
  // The last line is needed for what does not fit.
  const all = watched.length * SHORT_HEIGHT <= height;
  const short = all ? watched.length : Math.max(1, Math.floor((height - 1) / SHORT_HEIGHT));
  const inShort = watched.slice(0, short);
  const readsWell = forGood ? watched.length <= MOST_WHOLE : whole >= short;
  if (readsWell || shortWidth(inShort) > width)
    return [...head, fullTable(watched.slice(0, whole), room, hidden(watched.slice(whole)))];
  return [...head, shortTable(inShort, room, hidden(watched.slice(short)))];
}

/** Printed for good, so many are shown whole even though the short form would do. */
const MOST_WHOLE = 3;

/** How many fit whole, one at least. */
function wholeFit(watched: readonly Watched[], width: number, height: number): number {
  let left = height;
  let fit = 0;
  for (const one of watched) {
    left -= heightOfFull(one, width, fit > 0);
    const last = fit + 1 === watched.length;
    if (left < (last ? 0 : 1)) break;
    fit += 1;
  }
  return Math.max(1, fit);
}

function hidden(rest: readonly Watched[]): string | undefined {
  if (rest.length === 0) return undefined;
  const changed = rest.filter(({ lastChange }) => lastChange !== undefined).length;
  const unread = rest.filter(({ trouble }) => trouble !== undefined).length;
  const parts = [
    `${changed === 0 ? 'none' : changed} changed`,
    ...(unread === 0 ? [] : [`${unread} cannot be read`]),
  ];
  return `… ${rest.length} more ${rest.length === 1 ? 'does' : 'do'} not fit: ${parts.join(', ')}`;
}

function headBlocks(watching: Watching, room: LiveRoom): Block[] {
  const { until, said } = watching;
  const lines: Cell[] = [
    { text: clockLine(watching, room), tone: 'dim' },
    ...(until === undefined ? [] : [{ text: until }]),
    ...(said === undefined || room.height === undefined
      ? []
      : [{ text: `! ${said}`, tone: 'error' } as const]),
  ];
  return lines.map((cell): Block => ({ kind: 'line', cells: [cell] }));
}

/** When it was read, and when it will be; the parts that matter least are left out where there is no room. */
function clockLine(watching: Watching, { width, height, now }: LiveRoom): string {
  const { interval, stretched, lookedAt, nextLook, end } = watching;
  if (height === undefined) return `last look at ${new Date(lookedAt).toISOString()}`;
  const next = nextLook <= now ? 'reading now' : `next look in ${spanText(nextLook - now)}`;
  const read = `read ${agoText(now - lookedAt)}`;
  const every = `every ${spanText(interval)}${stretched ? ' (the quota allows no faster)' : ''}`;
  const forms = [[read, next, every, end], [read, next, end], [read, next], [next]].map((parts) =>
    parts.join(' · '),
  );
  return forms.find((form) => form.length <= (width ?? Number.POSITIVE_INFINITY)) ?? next;
}
