import { describe, expect, test } from '@jest/globals';
import { CONFIGURATION_TYPE, ENTITY_TYPES } from '../../src/catalog/navigation.ts';
import { ROUTES, type RouteName } from '../../src/catalog/routes.ts';
import { castStep } from '../../src/overview/cast.ts';
import { isA, walk } from '../../src/overview/metadata.ts';

/** Documented without a type, so the metadata has them only after they are resolved. */
const UNCAST: readonly RouteName[] = ['root', 'identity', 'identity-root'];

/** The segments of a route's path, with an id in place of `{id}`. */
function segmentsOf(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((segment) => (segment === '{id}' ? '7' : segment));
}

/** All paths with types for a path without types, by the possible types of each step. */
function resolutions(declared: string, [name, ...rest]: readonly string[]): string[][] {
  if (name === undefined) return [[]];
  return ENTITY_TYPES.filter((row) => isA(row.name, declared)).flatMap((row) => {
    const step = castStep(declared, row.name, name);
    if (step === undefined) return [];
    return resolutions(step.target, rest).map((more) => [...step.segments, ...more]);
  });
}

const withCast = ROUTES.filter(({ name }) => !UNCAST.includes(name));

describe('the row of a named route in src/catalog/routes.ts has a path that src/catalog/navigation.ts has', () => {
  test.each(
    withCast.flatMap((row) => row.apiVersions.map((version) => [row.name, version, row.path] as const)),
  )('%s in %s', (_, version, path) => {
    expect(walk(segmentsOf(path), version)).toEqual(expect.objectContaining({ found: true }));
  });

  test.each(UNCAST)('%s, with any types', (name) => {
    const row = ROUTES.find((candidate) => candidate.name === name);
    const resolved = resolutions(CONFIGURATION_TYPE, segmentsOf(row?.path ?? ''));
    expect(resolved.length).toBeGreaterThan(0);
    expect(resolved.filter((segments) => !walk(segments, 'beta').found)).toEqual([]);
    expect(row?.apiVersions).toEqual(['beta']);
  });
});

test('names and paths of named routes are unique', () => {
  expect(new Set(ROUTES.map(({ name }) => name)).size).toBe(ROUTES.length);
  expect(new Set(ROUTES.map(({ path }) => path)).size).toBe(ROUTES.length);
});
