import type { GraphClient } from '../../graph/client.ts';
import { Failure } from '../../outcome/errors.ts';
import type { Emit } from '../../outcome/events.ts';
import { labelOf } from '../../overview/label.ts';
import type { Place } from '../../service/overviews.ts';
import { explainRefusal, resolvePlace } from '../../service/resolve.ts';
import type { Track } from '../../service/track.ts';
import { findPlaces } from '../connection/find-place.ts';
import type { PlaceReference } from '../options/place.ts';

/** Maximum number of routes that are resolved concurrently. */
const MAX_CONCURRENT = 8;

/** Finds the places, each once, and resolves their routes with `--resolve`. @throws a Failure if one is not found */
export async function resolvePlaces(
  graph: GraphClient,
  asked: readonly PlaceReference[],
  resolve: boolean,
  emit: Emit,
): Promise<readonly Place[]> {
  const places = await findPlaces(graph, asked, emit);
  if (!resolve) return places;
  const resolved: Place[] = [];
  for (let first = 0; first < places.length; first += MAX_CONCURRENT) {
    const some = places.slice(first, first + MAX_CONCURRENT);
    resolved.push(...(await Promise.all(some.map((place) => resolvePlace(graph, place, emit)))));
  }
  return resolved;
}

/**
 * The failure of a check as the failure of the command: with a hint, and with the configuration if there are several.
 * @param count the number of configurations
 */
export async function commandFailure(graph: GraphClient, track: Track, count: number): Promise<Failure> {
  const { place, failure } = track;
  const explained = await explainRefusal(graph, place, failure);
  const known = explained instanceof Failure ? explained : new Failure('unexpected', String(explained));
  if (count === 1) return known;
  return new Failure(
    known.kind,
    `${labelOf(place.configurationId, place.displayName)}: ${known.message}`,
    known.details,
  );
}
