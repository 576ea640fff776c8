import { distance } from 'fastest-levenshtein';
import { NAMESPACE } from '../catalog/navigation.ts';
import type { ApiVersion } from '../catalog/properties.ts';
import { ROUTES, type RouteRow } from '../catalog/routes.ts';
import { metadataPaths } from './metadata.ts';

const GUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** What a segment costs that only the right route has, in edits: a forgotten cast is a small mistake. */
const EXTRA_SEGMENT = 3;

/** Characters from which a part of a name says which one is meant. */
const LEAST_PART = 3;

/** Several times what the longest right route has: comparing takes the product of both. */
const MOST_SEGMENTS = 50;
const LONGEST_ROUTE = 2_000;

/** A right route, as it is suggested. */
interface Candidate {
  readonly via: string;
  /** Edits between it and the wrong one. */
  readonly far: number;
}

/**
 * The right routes nearest to a wrong one, best first: names alone for what looks like one, else paths of the metadata
 * as well, and the name of a path that has one but no cast.
 * @param segments the wrong route, split; none is near one that is far longer than any right one
 */
export function nearestRoutes(segments: readonly string[], apiVersion: ApiVersion, howMany = 3): string[] {
  if (segments.length > MOST_SEGMENTS || segments.join('/').length > LONGEST_ROUTE) return [];
  const wrong = segments.map(comparable);
  const looksLikeName = !/[/.A-Z]/.test(segments.join('/'));
  const names = ROUTES.filter((row) => row.apiVersions.includes(apiVersion)).map(
    (row): Candidate => ({
      via: row.name,
      far: Math.min(farFromName(wrong, row), farFromPath(segments, row)),
    }),
  );
  const paths = looksLikeName || apiVersion !== 'beta' ? [] : metadataPaths().filter((path) => path !== '');
  return [
    ...names,
    ...paths.map((path): Candidate => ({ via: path.slice(1), far: farness(wrong, split(path.slice(1))) })),
  ]
    .sort((one, other) => one.far - other.far)
    .slice(0, howMany)
    .map(({ via }) => via);
}

/** A name has no parts: whoever typed several meant a path. What a part of the name is, such as `vpn`, is nearer. */
function farFromName(wrong: readonly string[], { name }: RouteRow): number {
  const [only = '', ...more] = wrong;
  if (more.length > 0) return Number.POSITIVE_INFINITY;
  const edits = distance(only, name);
  return only.length >= LEAST_PART && name.includes(only) ? edits / 4 : edits;
}

/** The documented paths without a cast are none of the metadata: their names stand for them. */
function farFromPath(segments: readonly string[], { path }: RouteRow): number {
  const cast = [path, ...segments].some((text) => text.includes('.'));
  return path === '' || cast
    ? Number.POSITIVE_INFINITY
    : farness(segments.map(comparable), split(path.slice(1)));
}

function split(path: string): string[] {
  return path.split('/').map(comparable);
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
