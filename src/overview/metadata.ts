import {
  CONFIGURATION_TYPE,
  ENTITY_TYPES,
  type EntityTypeRow,
  NAMESPACE,
  type NavigationRow,
} from '../catalog/navigation.ts';
import type { ApiVersion } from '../catalog/properties.ts';

const BY_NAME: ReadonlyMap<string, EntityTypeRow> = new Map(ENTITY_TYPES.map((row) => [row.name, row]));

/** A type's own row and those of its base types, nearest first. Empty for a type the metadata does not have. */
function lineage(type: string): EntityTypeRow[] {
  const row = BY_NAME.get(type);
  return row === undefined ? [] : [row, ...lineage(row.base)];
}

/** Whether `type` is `base` or inherits from it. */
export function isA(type: string, base: string): boolean {
  return lineage(type).some((row) => row.name === base);
}

/** A navigation property as it is reached from `type`, with the type that declares it. */
export interface Navigation extends NavigationRow {
  readonly declaredOn: string;
}

/** The navigation property `name` of a type, its base types included. */
export function navigationOf(type: string, name: string): Navigation | undefined {
  return navigationsOf(type).find((row) => row.name === name);
}

/** All navigation properties of a type, those of its base types included. */
export function navigationsOf(type: string): Navigation[] {
  return lineage(type).flatMap((row) => row.navigation.map((nav) => ({ ...nav, declaredOn: row.name })));
}

/** `microsoft.graph.x` or `#microsoft.graph.x` → `x`; undefined where it is no such name. */
export function typeNameOf(text: string): string | undefined {
  const name = text.replace(/^#/, '');
  return name.startsWith(`${NAMESPACE}.`) ? name.slice(NAMESPACE.length + 1) : undefined;
}

/** What a path of the metadata was found to be; an id in a path stands where `ids` says. */
export type Walk =
  | { readonly found: true; readonly ids: readonly number[]; readonly type: string }
  | { readonly found: false; readonly fault: string };

/**
 * Follows a path from a device configuration, segment by segment, as a strict OData service does.
 * @param segments the path between the configuration and `deviceStatusOverview`, ids in place
 */
export function walk(segments: readonly string[], apiVersion: ApiVersion): Walk {
  let type = CONFIGURATION_TYPE;
  const ids: number[] = [];
  for (let index = 0; index < segments.length; index += 1) {
    const segment = segments[index] as string;
    // In a path a cast stands without the # that `@odata.type` has.
    const cast = segment.startsWith('#') ? undefined : typeNameOf(segment);
    if (cast !== undefined) {
      const fault = castFault(type, cast, apiVersion);
      if (fault !== undefined) return { found: false, fault };
      type = cast;
      continue;
    }
    const navigation = apiVersion === 'beta' ? navigationOf(type, segment) : undefined;
    if (navigation === undefined) return { found: false, fault: `${type} has no ${JSON.stringify(segment)}` };
    type = navigation.target;
    if (!navigation.collection) continue;
    index += 1;
    if (segments[index] === undefined)
      return { found: false, fault: `${segment} is a collection: an id must follow it` };
    ids.push(index);
  }
  if (isA(type, CONFIGURATION_TYPE)) return { found: true, ids, type };
  return { found: false, fault: `the path ends at a ${type}, which has no device status overview` };
}

function castFault(type: string, cast: string, apiVersion: ApiVersion): string | undefined {
  const row = BY_NAME.get(cast);
  if (row === undefined || (apiVersion === 'v1.0' && !row.v1)) {
    return `${apiVersion} has no type ${NAMESPACE}.${cast} among the device configurations`;
  }
  return isA(cast, type) ? undefined : `${cast} is no ${type}`;
}

/**
 * Every path of the beta metadata that does not run through a cycle, with the cast that names the declaring type
 * and `{id}` for the id of a collection; the configuration itself is the empty path. 88 in all.
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

/** A navigation property back to any configuration, or to what is none, goes round for ever. */
function isCycle(navigation: NavigationRow): boolean {
  return navigation.target === CONFIGURATION_TYPE || !isA(navigation.target, CONFIGURATION_TYPE);
}
