import { distance } from 'fastest-levenshtein';
import { NAMESPACE } from '../catalog/navigation.ts';
import type { ApiVersion } from '../catalog/properties.ts';
import { ROUTES, type RouteRow } from '../catalog/routes.ts';
import { isGuid } from './id.ts';
import { metadataPaths } from './metadata.ts';

/** The cost of a missing segment, in edits. It is low, since a cast is easily forgotten. */
const EXTRA_SEGMENT = 3;

/** The minimum length of a part of a name that identifies it. */
const MIN_PART_LENGTH = 3;

/** Several times the longest valid route. The time of a comparison is the product of both lengths. */
const MAX_SEGMENTS = 50;
const MAX_ROUTE_LENGTH = 2_000;

/** A valid route that can be suggested. */
interface Candidate {
  readonly via: string;
  /** Edit distance from the typed route. */
  readonly edits: number;
}

/**
 * The valid routes nearest to an invalid one, best first. For input that looks like a name these are names only; else
 * paths of the metadata as well, and the names of documented paths without a cast.
 * @param segments the invalid route, split; the result is empty if it is much longer than any valid route
 */
export function nearestRoutes(segments: readonly string[], apiVersion: ApiVersion, howMany = 3): string[] {
  if (segments.length > MAX_SEGMENTS || segments.join('/').length > MAX_ROUTE_LENGTH) return [];
  const typed = segments.map(comparable);
  const looksLikeName = !/[/.A-Z]/.test(segments.join('/'));
  const names = ROUTES.filter((row) => row.apiVersions.includes(apiVersion)).map(
    (row): Candidate => ({
      via: row.name,
      edits: Math.min(distanceFromName(typed, row), distanceFromPath(segments, row)),
    }),
  );
  const paths = looksLikeName || apiVersion !== 'beta' ? [] : metadataPaths().filter((path) => path !== '');
  return [
    ...names,
    ...paths.map((path): Candidate => ({ via: path.slice(1), edits: editsTo(typed, split(path.slice(1))) })),
  ]
    .sort((one, other) => one.edits - other.edits)
    .slice(0, howMany)
    .map(({ via }) => via);
}

/** Input with several segments is not a name. Input that is a part of the name, such as `vpn`, is nearer. */
function distanceFromName(typed: readonly string[], { name }: RouteRow): number {
  const [only = '', ...more] = typed;
  if (more.length > 0) return Number.POSITIVE_INFINITY;
  const edits = distance(only, name);
  return only.length >= MIN_PART_LENGTH && name.includes(only) ? edits / 4 : edits;
}

/** Documented paths without a cast are not in the metadata, so their names are suggested. */
function distanceFromPath(segments: readonly string[], { path }: RouteRow): number {
  const cast = [path, ...segments].some((text) => text.includes('.'));
  return path === '' || cast
    ? Number.POSITIVE_INFINITY
    : editsTo(segments.map(comparable), split(path.slice(1)));
}

function split(path: string): string[] {
  return path.split('/').map(comparable);
}

/** The edits from the typed segments to the nearest valid ones, in any order. */
function editsTo(typed: readonly string[], right: readonly string[]): number {
  const edits = typed.map((segment) => Math.min(...right.map((candidate) => distance(segment, candidate))));
  const extra = Math.max(0, right.length - typed.length) * EXTRA_SEGMENT;
  return edits.reduce((sum, edit) => sum + edit, extra);
}

function comparable(segment: string): string {
  if (isGuid(segment)) return '{id}';
  return segment.replace(`${NAMESPACE}.`, '').toLowerCase();
}
