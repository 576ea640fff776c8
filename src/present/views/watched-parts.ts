import type { Cell, LiveRoom } from '../../outcome/result.ts';
import { labelOf } from '../../overview/label.ts';
import { agoText } from './span.ts';
import { countText } from './status.ts';
import type { Watched } from './watching.ts';

/** `+3`, `−20`; empty if nothing changed or if it is unknown. */
export function changeText(from: number | undefined, to: number | undefined): string {
  if (from === undefined || to === undefined || from === to) return '';
  return `${to > from ? '+' : '−'}${countText(Math.abs(to - from))}`;
}

/** The rows above the counts of one overview: its configuration, its last change, and why the last check failed. */
export function titleRows(watched: Watched, { width, now, height }: LiveRoom): Cell[][] {
  const { id, displayName, via, problem, readAt } = watched;
  const whole = labelOf(id, displayName);
  // A truncated name is more useful than a truncated id.
  const label = whole.length <= (width ?? Number.POSITIVE_INFINITY) ? whole : (displayName ?? id);
  const name = via === 'direct' ? label : `${label} via ${via}`;
  const isFinal = height === undefined;
  const state = stateText(watched, now, isFinal);
  const joined = `${name} · ${state}`;
  const fits = joined.length <= (width ?? Number.POSITIVE_INFINITY);
  const title: Cell[][] = fits
    ? [[{ text: joined, tone: 'strong' }]]
    : [[{ text: name, tone: 'strong' }], [{ text: state, tone: 'dim' }]];
  if (problem === undefined) return title;
  const old = readAt === undefined || isFinal ? '' : `; values from ${agoText(now - readAt)}`;
  return [...title, [{ text: `! cannot be read${old}: ${problem}`, tone: 'error' }]];
}

/** The number of these rows. */
export function titleHeight(watched: Watched, room: LiveRoom): number {
  return titleRows(watched, room).length;
}

function stateText({ lastChange, overview }: Watched, now: number, isFinal: boolean): string {
  if (overview === undefined) return 'not read yet';
  if (lastChange === undefined) return 'no change since the start';
  const when = isFinal ? `at ${new Date(lastChange.at).toISOString()}` : agoText(now - lastChange.at);
  return `changed ${when}: ${lastChange.what}`;
}

/** A summary of the overviews that do not fit, on one line; undefined if all of them fit. */
export function hiddenText(rest: readonly Watched[], { height }: LiveRoom): string | undefined {
  if (rest.length === 0) return undefined;
  const changed = rest.filter(({ lastChange }) => lastChange !== undefined).length;
  const unread = rest.filter(({ problem }) => problem !== undefined).length;
  const parts = [
    `${changed === 0 ? 'none' : changed} changed`,
    ...(unread === 0 ? [] : [`${unread} cannot be read`]),
  ];
  const more = height === undefined ? 'more' : `more ${rest.length === 1 ? 'does' : 'do'} not fit`;
  return `… ${rest.length} ${more}: ${parts.join(', ')}`;
}
