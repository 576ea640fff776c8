import type { Limit } from '../graph/quota/limit.ts';
import { Failure } from '../outcome/errors.ts';
import type { Overview } from '../overview/difference.ts';
import type { Place } from './overviews.ts';
import { type ReadManyOptions, readByBatches } from './read-many.ts';
import { follow, newTrack, type Track } from './track.ts';

export interface RoundOptions extends ReadManyOptions {
  /** From the beginning of one round to that of the next, in milliseconds. */
  readonly interval: number;
  /** When the last round begins, in milliseconds since the epoch; without it there is no last one. */
  readonly until?: number;
}

/** All overviews, looked at once more. */
export interface Round {
  /** In the order of the places. */
  readonly tracks: readonly Track[];
  /** When it was over, in milliseconds since the epoch. */
  readonly ended: number;
  /** When the next one begins. */
  readonly next: number;
}

/** The shortest interval at which so many overviews can be read round after round within a limit, in milliseconds. */
export function shortestInterval(places: number, { requests, window }: Limit): number {
  return Math.ceil((places * window) / requests);
}

/**
 * Reads the same overviews round after round. What cannot be read is part of the round, not its end. Names that are not
 * known are read once, together with the overviews.
 */
export async function* readRounds(places: readonly Place[], options: RoundOptions): AsyncGenerator<Round> {
  const { clock, signal, interval, until = Number.POSITIVE_INFINITY } = options;
  const named = places.map(({ displayName }) => displayName !== undefined);
  for (let tracks = places.map(newTrack); ; ) {
    signal.throwIfAborted();
    const began = clock.now();
    const reads = await readOnce(places, named, options);
    const ended = clock.now();
    tracks = tracks.map((track, index) => {
      const { read, displayName } = reads[index] as Once;
      if (!(read instanceof Failure)) named[index] = true;
      const place = displayName === undefined ? track.place : { ...track.place, displayName };
      return follow({ ...track, place }, read, ended);
    });
    const next = Math.max(ended, Math.min(began + interval, until));
    yield { tracks, ended, next };
    if (began >= until) return;
    await clock.sleep(Math.max(0, next - clock.now()), signal);
  }
}

/** What was read of one place in a round. */
interface Once {
  readonly read: Overview | Failure;
  readonly displayName: string | undefined;
}

/** @param named whose names are not asked for */
async function readOnce(
  places: readonly Place[],
  named: readonly boolean[],
  options: ReadManyOptions,
): Promise<readonly (Once | undefined)[]> {
  const reads: (Once | undefined)[] = places.map(() => undefined);
  await readByBatches(
    places,
    options,
    (index, read, displayName) => {
      reads[index] = { read, displayName };
    },
    (index) => named[index] !== true,
  );
  return reads;
}

/** Whether the same read may succeed later, without anyone doing anything about it. */
export function mayPass({ kind, details }: Failure): boolean {
  return (
    kind === 'network' ||
    kind === 'throttled' ||
    details.transient === true ||
    (details.status !== undefined && details.status >= 500)
  );
}
