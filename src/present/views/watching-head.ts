import type { Block, Cell, LiveRoom } from '../../outcome/result.ts';
import { agoText, spanText } from './span.ts';
import type { Watching } from './watching.ts';

/** The height of the titles of a table: the empty line before them, the titles, and the rule below them. */
export const TITLES = 3;

/** The lines above the overviews. */
export function headBlocks(watching: Watching, room: LiveRoom): Block[] {
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

/** The times of the last and the next check. Less important parts are omitted if they do not fit. */
function clockLine(watching: Watching, { width, height, now }: LiveRoom): string {
  const { interval, stretched, checkedAt, nextCheck, end } = watching;
  if (height === undefined) return `last check at ${new Date(checkedAt).toISOString()}`;
  const next = nextCheck <= now ? 'reading now' : `next check in ${spanText(nextCheck - now)}`;
  const read = `read ${agoText(now - checkedAt)}`;
  const every = `every ${spanText(interval)}${stretched ? ' (limited by the quota)' : ''}`;
  const forms = [[read, next, every, end], [read, next, end], [read, next], [next]].map((parts) =>
    parts.join(' · '),
  );
  return forms.find((form) => form.length <= (width ?? Number.POSITIVE_INFINITY)) ?? next;
}
