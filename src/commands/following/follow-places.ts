import type { GraphClient } from '../../graph/client.ts';
import { Failure } from '../../outcome/errors.ts';
import type { Emit } from '../../outcome/events.ts';
import { labelOf } from '../../overview/label.ts';
import type { Place } from '../../service/overviews.ts';
import { explainRefusal, resolvePlace } from '../../service/resolve.ts';
import type { Track } from '../../service/track.ts';
import { findPlaces } from '../connection/find-place.ts';
import type { AskedPlace } from '../options/place.ts';

/** How many routes are resolved at once. */
const AT_ONCE = 8;

/** The places that are meant, each once, with their routes resolved where `--resolve` asks for it. */
export async function resolvePlaces(
  graph: GraphClient,
  asked: readonly AskedPlace[],
  resolve: boolean,
  emit: Emit,
): Promise<readonly Place[]> {
  const places = await findPlaces(graph, asked, emit);
  if (!resolve) return places;
  const resolved: Place[] = [];
  for (let first = 0; first < places.length; first += AT_ONCE) {
    const some = places.slice(first, first + AT_ONCE);
    resolved.push(...(await Promise.all(some.map((place) => resolvePlace(graph, place, emit)))));
  }
  return resolved;
}

/**
 * The failure of a look as the one that ends the command: it names the configuration where there are several, and the
 * way out where there is one.
 */
export async function fatal(graph: GraphClient, track: Track, among: number): Promise<Failure> {
  const { place, failure } = track;
  const explained = await explainRefusal(graph, place, failure);
  const known = explained instanceof Failure ? explained : new Failure('unexpected', String(explained));
  if (among === 1) return known;
  return new Failure(
    known.kind,
    `${labelOf(place.configurationId, place.displayName)}: ${known.message}`,
    known.details,
  );
}
