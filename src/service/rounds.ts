import type { Limit } from '../graph/quota/limit.ts';
import type { Failure } from '../outcome/errors.ts';
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

/** Reads the same overviews round after round. What cannot be read is part of the round, not its end. */
export async function* readRounds(places: readonly Place[], options: RoundOptions): AsyncGenerator<Round> {
  const { clock, signal, interval, until = Number.POSITIVE_INFINITY } = options;
  for (let tracks = places.map(newTrack); ; ) {
    signal.throwIfAborted();
    const began = clock.now();
    const reads = await readOnce(places, options);
    const ended = clock.now();
    tracks = tracks.map((track, index) => follow(track, reads[index] as Overview | Failure, ended));
    const next = Math.max(ended, Math.min(began + interval, until));
    yield { tracks, ended, next };
    if (began >= until) return;
    await clock.sleep(Math.max(0, next - clock.now()), signal);
  }
}

async function readOnce(
  places: readonly Place[],
  options: ReadManyOptions,
): Promise<readonly (Overview | Failure | undefined)[]> {
  const reads: (Overview | Failure | undefined)[] = places.map(() => undefined);
  await readByBatches(places, options, (index, read) => {
    reads[index] = read;
  });
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
