import type { Block, Cell, LiveRoom } from '../../outcome/result.ts';
import { agoText, spanText } from './span.ts';
import type { Watching } from './watching.ts';

/** Lines of a table's titles and the rule under them, and the empty line before it. */
export const TITLES = 3;

/** The lines above what is watched. */
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

/** When it was read, and when it will be; the parts that matter least are left out where there is no room. */
function clockLine(watching: Watching, { width, height, now }: LiveRoom): string {
  const { interval, stretched, lookedAt, nextLook, end } = watching;
  if (height === undefined) return `last check at ${new Date(lookedAt).toISOString()}`;
  const next = nextLook <= now ? 'reading now' : `next check in ${spanText(nextLook - now)}`;
  const read = `read ${agoText(now - lookedAt)}`;
  const every = `every ${spanText(interval)}${stretched ? ' (the quota allows no faster)' : ''}`;
  const forms = [[read, next, every, end], [read, next, end], [read, next], [next]].map((parts) =>
    parts.join(' · '),
  );
  return forms.find((form) => form.length <= (width ?? Number.POSITIVE_INFINITY)) ?? next;
}
