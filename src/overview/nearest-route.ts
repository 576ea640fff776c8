import { distance } from 'fastest-levenshtein';
import { NAMESPACE } from '../catalog/navigation.ts';
import type { ApiVersion } from '../catalog/properties.ts';
import { ROUTES } from '../catalog/routes.ts';
import { metadataPaths } from './metadata.ts';

const GUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** What a segment costs that only the right route has, in edits: a forgotten cast is a small mistake. */
const EXTRA_SEGMENT = 3;

/**
 * The right routes nearest to a wrong one, best first: names for what looks like a name, else paths of the metadata.
 * @param segments the wrong route, split
 */
export function nearestRoutes(segments: readonly string[], apiVersion: ApiVersion, howMany = 3): string[] {
  const looksLikeName = !/[/.A-Z]/.test(segments.join('/'));
  const named = ROUTES.filter((row) => row.apiVersions.includes(apiVersion)).map((row) => row.name);
  const paths = apiVersion === 'beta' ? metadataPaths().filter((path) => path !== '') : [];
  const candidates = looksLikeName || paths.length === 0 ? named : paths.map((path) => path.slice(1));
  const wrong = segments.map(comparable);
  return candidates
    .map((candidate) => ({ candidate, far: farness(wrong, candidate.split('/').map(comparable)) }))
    .sort((one, other) => one.far - other.far)
    .slice(0, howMany)
    .map(({ candidate }) => candidate);
}

/** Edits that lead from the wrong segments to the nearest right ones, wherever those stand in the path. */
function farness(wrong: readonly string[], right: readonly string[]): number {
  const edits = wrong.map((segment) => Math.min(...right.map((candidate) => distance(segment, candidate))));
  const extra = Math.max(0, right.length - wrong.length) * EXTRA_SEGMENT;
  return edits.reduce((sum, edit) => sum + edit, extra);
}

function comparable(segment: string): string {
  if (GUID.test(segment)) return '{id}';
  return segment.replace(`${NAMESPACE}.`, '').toLowerCase();
}
