import {
  CONFIGURATION_TYPE,
  ENTITY_TYPES,
  type EntityTypeRow,
  NAMESPACE,
  type NavigationRow,
} from '../catalog/navigation.ts';
import type { ApiVersion } from '../catalog/properties.ts';

const BY_NAME: ReadonlyMap<string, EntityTypeRow> = new Map(ENTITY_TYPES.map((row) => [row.name, row]));

/** The row of a type and those of its base types, nearest first. Empty for an unknown type. */
function lineage(type: string): EntityTypeRow[] {
  const row = BY_NAME.get(type);
  return row === undefined ? [] : [row, ...lineage(row.base)];
}

/** Whether `type` is `base` or inherits from it. */
export function isA(type: string, base: string): boolean {
  return lineage(type).some((row) => row.name === base);
}

/** A navigation property with the type that declares it. */
export interface Navigation extends NavigationRow {
  readonly declaredOn: string;
}

/** The navigation property `name` of a type or its base types. */
export function navigationOf(type: string, name: string): Navigation | undefined {
  return navigationsOf(type).find((row) => row.name === name);
}

/** All navigation properties of a type and its base types. */
export function navigationsOf(type: string): Navigation[] {
  return lineage(type).flatMap((row) => row.navigation.map((nav) => ({ ...nav, declaredOn: row.name })));
}

/** `microsoft.graph.x` or `#microsoft.graph.x` → `x`; undefined for any other text. */
export function typeNameOf(text: string): string | undefined {
  const name = text.replace(/^#/, '');
  return name.startsWith(`${NAMESPACE}.`) ? name.slice(NAMESPACE.length + 1) : undefined;
}

/** The result of following a path through the metadata. `ids` are the indexes of the segments that are ids. */
export type Walk =
  | { readonly found: true; readonly ids: readonly number[]; readonly type: string }
  | { readonly found: false; readonly problem: string };

/**
 * Follows a path from a device configuration, segment by segment, as a strict OData service does.
 * @param segments the path between the configuration and `deviceStatusOverview`, ids in place
 */
export function walk(segments: readonly string[], apiVersion: ApiVersion): Walk {
  let type = CONFIGURATION_TYPE;
  const ids: number[] = [];
  for (let index = 0; index < segments.length; index += 1) {
    const segment = segments[index] as string;
    // A cast in a path has no `#`, unlike `@odata.type`.
    const cast = segment.startsWith('#') ? undefined : typeNameOf(segment);
    if (cast !== undefined) {
      const problem = castError(type, cast, apiVersion);
      if (problem !== undefined) return { found: false, problem };
      type = cast;
      continue;
    }
    const navigation = apiVersion === 'beta' ? navigationOf(type, segment) : undefined;
    if (navigation === undefined)
      return { found: false, problem: `${type} has no navigation property ${JSON.stringify(segment)}` };
    type = navigation.target;
    if (!navigation.collection) continue;
    index += 1;
    if (segments[index] === undefined)
      return { found: false, problem: `${segment} is a collection: an id must follow` };
    ids.push(index);
  }
  if (isA(type, CONFIGURATION_TYPE)) return { found: true, ids, type };
  return { found: false, problem: `the path ends at a ${type}, which has no device status overview` };
}

function castError(type: string, cast: string, apiVersion: ApiVersion): string | undefined {
  const row = BY_NAME.get(cast);
  if (row === undefined || (apiVersion === 'v1.0' && !row.v1)) {
    return `${apiVersion} has no device configuration type ${NAMESPACE}.${cast}`;
  }
  return isA(cast, type) ? undefined : `${cast} is not derived from ${type}`;
}

/**
 * Every path of the beta metadata without a cycle, 88 in all, with the cast to the declaring type and `{id}` for the id
 * in a collection. The configuration itself is the empty path.
 */
export function metadataPaths(): string[] {
  return pathsFrom(CONFIGURATION_TYPE);
}

function pathsFrom(type: string): string[] {
  const steps = ENTITY_TYPES.filter((row) => isA(row.name, type)).flatMap((row) =>
    row.navigation
      .filter((nav) => !isCycle(nav))
      .map((nav) => ({ cast: row.name === type ? [] : [row.name], nav })),
  );
  const further = steps.flatMap(({ cast, nav }) => {
    const step = [
      ...cast.map((name) => `${NAMESPACE}.${name}`),
      nav.name,
      ...(nav.collection ? ['{id}'] : []),
    ];
    return pathsFrom(nav.target).map((rest) => `/${step.join('/')}${rest}`);
  });
  return ['', ...further];
}

/** Whether a navigation property leads to any configuration or to another kind of entity, which would make a cycle. */
function isCycle(navigation: NavigationRow): boolean {
  return navigation.target === CONFIGURATION_TYPE || !isA(navigation.target, CONFIGURATION_TYPE);
}
