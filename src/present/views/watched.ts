import type { Block, LiveRoom } from '../../outcome/result.ts';
import { fullTable, heightOfFull } from './watched-full.ts';
import { watchedLines } from './watched-lines.ts';
import { hiddenText } from './watched-parts.ts';
import { SHORT_HEIGHT, shortTable, shortWidth } from './watched-short.ts';
import type { Watched, Watching } from './watching.ts';
import { headBlocks, TITLES } from './watching-head.ts';

/**
 * Several overviews with their counts, the changes since the last check and since the start, and a sparkline for each
 * count. The first form in which all of them fit is used: the full table, the short table, one line for each. The last line
 * has the number of overviews that do not fit.
 */
export function watchedView(watching: Watching, room: LiveRoom): Block[] {
  const { watched } = watching;
  const width = room.width ?? Number.POSITIVE_INFINITY;
  const head = headBlocks(watching, room);
  const height = (room.height ?? Number.POSITIVE_INFINITY) - head.length - TITLES;
  const isFinal = room.height === undefined;
  const full = isFinal ? watched.length : fullFit(watched, width, height);
  const all = watched.length * SHORT_HEIGHT <= height;
  if (!isFinal && !all && full < watched.length) return watchedLines(watching, room);
  const readsWell = isFinal ? watched.length <= MAX_FULL : full >= watched.length;
  if (readsWell || shortWidth(watched) > width)
    return [...head, fullTable(watched.slice(0, full), room, hiddenText(watched.slice(full), room))];
  return [...head, shortTable(watched, room)];
}

/** The final state shows up to this many overviews in the full table, even if the short one would be enough. */
const MAX_FULL = 3;

/** How many overviews fit in the full table; at least one. */
function fullFit(watched: readonly Watched[], width: number, height: number): number {
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
