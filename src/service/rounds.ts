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
  /** How many configurations were read, where only some of them are in the round. */
  readonly read?: number;
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
  const named = places.map(({ displayName }) => displayName !== undefined);
  let tracks = places.map(newTrack);
  yield* roundsOf(options, async () => {
    const reads = await readOnce(places, named, options);
    const at = options.clock.now();
    tracks = tracks.map((track, index) => {
      const { read, displayName } = reads[index] as Once;
      if (!(read instanceof Failure)) named[index] = true;
      const place = displayName === undefined ? track.place : { ...track.place, displayName };
      return follow({ ...track, place }, read, at);
    });
    return tracks;
  });
}

/**
 * Round after round, each at its interval after the beginning of the one before, or at once where that took longer.
 * @param look reads everything once, and returns what is known then
 */
export async function* roundsOf(
  { clock, signal, interval, until = Number.POSITIVE_INFINITY }: RoundOptions,
  look: () => Promise<readonly Track[]>,
): AsyncGenerator<Round> {
  for (;;) {
    signal.throwIfAborted();
    const began = clock.now();
    const tracks = await look();
    const ended = clock.now();
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
