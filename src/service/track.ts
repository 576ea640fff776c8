import { Failure } from '../outcome/errors.ts';
import { changedProperties, type Overview } from '../overview/difference.ts';
import type { Place } from './overviews.ts';

/** What is known of one overview after some looks at it. */
export interface Track {
  readonly place: Place;
  /** The type of the configuration, where it was read with the overview. */
  readonly type?: string | null;
  /** As it was when it was first read. */
  readonly first: Overview | undefined;
  /** As it was read before the last time. */
  readonly before: Overview | undefined;
  /** As it was last read; older than the last check if that failed. */
  readonly overview: Overview | undefined;
  /** When `overview` was read, in milliseconds since the epoch. */
  readonly readAt: number | undefined;
  /** Why the last check could not read it. */
  readonly failure: Failure | undefined;
  /** The properties changed at the last check, in the order of the reference page. */
  readonly changed: readonly string[];
  /** When a change was last found, and in which properties. */
  readonly lastChange: { readonly at: number; readonly names: readonly string[] } | undefined;
  /** The last checks, oldest first; undefined for a failed one. */
  readonly history: readonly (Overview | undefined)[];
}

/** More looks than this no screen has columns for. */
const LOOKS = 240;

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
 * What is known after one more look.
 * @param at when it was read, in milliseconds since the epoch
 */
export function follow(track: Track, read: Overview | Failure, at: number): Track {
  const { overview: before, history } = track;
  if (read instanceof Failure) {
    return { ...track, failure: read, changed: [], history: [...history, undefined].slice(-LOOKS) };
  }
  const changed = before === undefined ? [] : changedProperties(before, read);
  // What is the same is held once, however often it was seen.
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
    history: [...history, held].slice(-LOOKS),
  };
}
