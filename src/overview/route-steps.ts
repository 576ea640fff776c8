import { CONFIGURATION_TYPE, ENTITY_TYPES, NAMESPACE } from '../catalog/navigation.ts';
import type { ApiVersion } from '../catalog/properties.ts';
import { isA, type Navigation, navigationsOf, typeNameOf } from './metadata.ts';

/** One segment that can come next in a path of the metadata. */
export interface RouteStep {
  readonly segment: string;
  /** Its target, for the description of a completion. */
  readonly description: string;
  /** Whether the path can end with it. */
  readonly ends: boolean;
  /** Whether the path can continue after it. */
  readonly continues: boolean;
}

/**
 * The segments that can follow a path from a device configuration and lead to another configuration; `{id}` if an id must
 * follow. Empty after an invalid path, and for v1.0, which has no navigation between configurations.
 */
export function nextSteps(segments: readonly string[], apiVersion: ApiVersion): RouteStep[] {
  if (apiVersion !== 'beta') return [];
  let type = CONFIGURATION_TYPE;
  let collection: Navigation | undefined;
  for (const segment of segments) {
    if (collection !== undefined) {
      collection = undefined;
      continue;
    }
    const cast = typeNameOf(segment);
    if (cast !== undefined) {
      if (!isA(cast, type)) return [];
      type = cast;
      continue;
    }
    const navigation = configurationLinks(type).find(({ name }) => name === segment);
    if (navigation === undefined) return [];
    type = navigation.target;
    if (navigation.collection) collection = navigation;
  }
  return collection === undefined ? [...properties(type), ...casts(type)] : [idOf(collection)];
}

function properties(type: string): RouteStep[] {
  return configurationLinks(type).map(({ name, target, collection }) => ({
    segment: name,
    description: collection ? `Collection of ${target}` : target,
    ends: !collection,
    continues: collection || hasNextSteps(target),
  }));
}

function casts(type: string): RouteStep[] {
  return ENTITY_TYPES.filter(
    ({ name }) => name !== type && isA(name, type) && configurationLinks(name).length > 0,
  ).map(({ name }) => ({
    segment: `${NAMESPACE}.${name}`,
    description: configurationLinks(name)
      .map((link) => link.name)
      .join(', '),
    ends: false,
    continues: true,
  }));
}

function idOf({ target }: Navigation): RouteStep {
  return {
    segment: '{id}',
    description: `Id of a ${target}, or {id} with --certificate-id`,
    ends: true,
    continues: hasNextSteps(target),
  };
}

/** The navigation properties of a type that lead to a configuration. */
function configurationLinks(type: string): Navigation[] {
  return navigationsOf(type).filter(({ target }) => isA(target, CONFIGURATION_TYPE));
}

function hasNextSteps(type: string): boolean {
  return ENTITY_TYPES.some(({ name }) => isA(name, type) && configurationLinks(name).length > 0);
}
