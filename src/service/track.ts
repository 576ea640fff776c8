import { Failure } from '../outcome/errors.ts';
import { changedProperties, type Overview } from '../overview/difference.ts';
import type { Place } from './overviews.ts';

/** The results of the checks of one overview so far. */
export interface Track {
  readonly place: Place;
  /** The type of the configuration, if it was read with the overview. */
  readonly type?: string | null;
  /** The overview at the first successful check. */
  readonly first: Overview | undefined;
  /** The overview at the successful check before the last one. */
  readonly before: Overview | undefined;
  /** The overview at the last successful check. */
  readonly overview: Overview | undefined;
  /** The time of that check, in milliseconds since the epoch. */
  readonly readAt: number | undefined;
  /** The failure of the last check; undefined if it was successful. */
  readonly failure: Failure | undefined;
  /** The properties that changed at the last check, in the order of the reference page. */
  readonly changed: readonly string[];
  /** The last change: its time in milliseconds since the epoch, and its properties. */
  readonly lastChange: { readonly at: number; readonly names: readonly string[] } | undefined;
  /** The last checks, oldest first; undefined for a failed one. */
  readonly history: readonly (Overview | undefined)[];
}

/** Maximum length of the history: no terminal is wider. */
const MAX_HISTORY = 240;

export function newTrack(place: Place): Track {
  return {
    place,
    first: undefined,
    before: undefined,
    overview: undefined,
    readAt: undefined,
    failure: undefined,
    changed: [],
    lastChange: undefined,
    history: [],
  };
}

/**
 * Adds the result of one check.
 * @param at the time of the check, in milliseconds since the epoch
 */
export function addCheck(track: Track, read: Overview | Failure, at: number): Track {
  const { overview: before, history } = track;
  if (read instanceof Failure) {
    return { ...track, failure: read, changed: [], history: [...history, undefined].slice(-MAX_HISTORY) };
  }
  const changed = before === undefined ? [] : changedProperties(before, read);
  // Equal overviews share one object, so that the history needs little memory.
  const held = changed.length === 0 ? (history.findLast((one) => one !== undefined) ?? read) : read;
  return {
    ...track,
    first: track.first ?? read,
    before,
    overview: read,
    readAt: at,
    failure: undefined,
    changed,
    lastChange: changed.length === 0 ? track.lastChange : { at, names: changed },
    history: [...history, held].slice(-MAX_HISTORY),
  };
}
