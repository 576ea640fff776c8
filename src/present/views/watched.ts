import type { Block, LiveRoom } from '../../outcome/result.ts';
import { fullTable, heightOfFull } from './watched-full.ts';
import { watchedLines } from './watched-lines.ts';
import { hiddenText } from './watched-parts.ts';
import { SHORT_HEIGHT, shortTable, shortWidth } from './watched-short.ts';
import type { Watched, Watching } from './watching.ts';
import { headBlocks, TITLES } from './watching-head.ts';

/**
 * Several overviews with their counts, the changes since the last check and since the start, and a sparkline for each
 * count. All of them whole where the screen has the height for it; else in a shorter form, where it has the width; else in
 * a line each. What still does not fit is counted in the last line.
 */
export function watchedView(watching: Watching, room: LiveRoom): Block[] {
  const { watched } = watching;
  const width = room.width ?? Number.POSITIVE_INFINITY;
  const head = headBlocks(watching, room);
  const height = (room.height ?? Number.POSITIVE_INFINITY) - head.length - TITLES;
  const forGood = room.height === undefined;
  const whole = forGood ? watched.length : wholeFit(watched, width, height);
  const all = watched.length * SHORT_HEIGHT <= height;
  if (!forGood && !all && whole < watched.length) return watchedLines(watching, room);
  const short = watched.length;
  const inShort = watched.slice(0, short);
  const readsWell = forGood ? watched.length <= MOST_WHOLE : whole >= short;
  if (readsWell || shortWidth(inShort) > width)
    return [...head, fullTable(watched.slice(0, whole), room, hiddenText(watched.slice(whole), room))];
  return [...head, shortTable(inShort, room, hiddenText(watched.slice(short), room))];
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
