import type { Limit } from '../graph/quota/limit.ts';
import { Failure } from '../outcome/errors.ts';
import type { Overview } from '../overview/difference.ts';
import type { Place } from './overviews.ts';
import { type ReadManyOptions, readByBatches } from './read-many.ts';
import { addCheck, newTrack, type Track } from './track.ts';

export interface RoundOptions extends ReadManyOptions {
  /** The time from the start of one round to the start of the next, in milliseconds. */
  readonly interval: number;
  /** The start of the last round, in milliseconds since the epoch; undefined for rounds without end. */
  readonly until?: number;
}

/** The state after all overviews have been read once more. */
export interface Round {
  /** In the order of the places. */
  readonly tracks: readonly Track[];
  /** The end of the round, in milliseconds since the epoch. */
  readonly ended: number;
  /** The start of the next round, in milliseconds since the epoch. */
  readonly next: number;
  /** The number of configurations that were read, if only a selection of them is in the round. */
  readonly read?: number;
}

/** The shortest interval, in milliseconds, at which this number of overviews can be read within a limit. */
export function shortestInterval(places: number, { requests, window }: Limit): number {
  return Math.ceil((places * window) / requests);
}

/**
 * Reads the same overviews in rounds. A failed read is part of its round and does not end the rounds. Unknown display names
 * are read once, together with the overviews.
 */
export async function* readRounds(places: readonly Place[], options: RoundOptions): AsyncGenerator<Round> {
  const named = places.map(({ displayName }) => displayName !== undefined);
  let tracks = places.map(newTrack);
  yield* roundsOf(options, async () => {
    const reads = await readOnce(places, named, options);
    const at = options.clock.now();
    tracks = tracks.map((track, index) => {
      const { read, displayName } = reads[index] as PlaceRead;
      if (!(read instanceof Failure)) named[index] = true;
      const place = displayName === undefined ? track.place : { ...track.place, displayName };
      return addCheck({ ...track, place }, read, at);
    });
    return tracks;
  });
}

/**
 * Repeats a read in rounds. Each round starts one interval after the start of the previous one, or at once if that took
 * longer.
 * @param readAll reads everything once, and returns the updated tracks
 */
export async function* roundsOf(
  { clock, signal, interval, until = Number.POSITIVE_INFINITY }: RoundOptions,
  readAll: () => Promise<readonly Track[]>,
): AsyncGenerator<Round> {
  for (;;) {
    signal.throwIfAborted();
    const began = clock.now();
    const tracks = await readAll();
    const ended = clock.now();
    const next = Math.max(ended, Math.min(began + interval, until));
    yield { tracks, ended, next };
    if (began >= until) return;
    await clock.sleep(Math.max(0, next - clock.now()), signal);
  }
}

/** The result for one place in a round. */
interface PlaceRead {
  readonly read: Overview | Failure;
  readonly displayName: string | undefined;
}

/** @param named for each place, whether its name is known and is not read */
async function readOnce(
  places: readonly Place[],
  named: readonly boolean[],
  options: ReadManyOptions,
): Promise<readonly (PlaceRead | undefined)[]> {
  const reads: (PlaceRead | undefined)[] = places.map(() => undefined);
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

/** Whether the same read may succeed later without intervention. */
export function mayRecover({ kind, details }: Failure): boolean {
  return (
    kind === 'network' || kind === 'throttled' || details.transient === true || (details.status ?? 0) >= 500
  );
}
