import { CONFIGURATION_TYPE, ENTITY_TYPES, NAMESPACE } from '../catalog/navigation.ts';
import type { ApiVersion } from '../catalog/properties.ts';
import { isA, type Navigation, navigationsOf, typeNameOf } from './metadata.ts';

/** One segment that may come next in a path of the metadata. */
export interface RouteStep {
  readonly segment: string;
  /** What it leads to, in words. */
  readonly description: string;
  /** The path may end with it. */
  readonly ends: boolean;
  /** The path may go on after it. */
  readonly goesOn: boolean;
}

/**
 * The segments that may follow a path from a device configuration and lead on to another configuration. Where an id
 * must follow it is `{id}`. Empty after a wrong path, and for v1.0, which has no way from one configuration to another.
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
    const navigation = waysOf(type).find(({ name }) => name === segment);
    if (navigation === undefined) return [];
    type = navigation.target;
    if (navigation.collection) collection = navigation;
  }
  return collection === undefined ? [...properties(type), ...casts(type)] : [idOf(collection)];
}

function properties(type: string): RouteStep[] {
  return waysOf(type).map(({ name, target, collection }) => ({
    segment: name,
    description: collection ? `one of several: ${target}` : target,
    ends: !collection,
    goesOn: collection || leadsOn(target),
  }));
}

function casts(type: string): RouteStep[] {
  return ENTITY_TYPES.filter(({ name }) => name !== type && isA(name, type) && waysOf(name).length > 0).map(
    ({ name }) => ({
      segment: `${NAMESPACE}.${name}`,
      description: waysOf(name)
        .map((way) => way.name)
        .join(', '),
      ends: false,
      goesOn: true,
    }),
  );
}

function idOf({ target }: Navigation): RouteStep {
  return {
    segment: '{id}',
    description: `id of a ${target}, or {id} with --certificate-id`,
    ends: true,
    goesOn: leadsOn(target),
  };
}

/** The navigation properties of a type that lead to a configuration. */
function waysOf(type: string): Navigation[] {
  return navigationsOf(type).filter(({ target }) => isA(target, CONFIGURATION_TYPE));
}

function leadsOn(type: string): boolean {
  return ENTITY_TYPES.some(({ name }) => isA(name, type) && waysOf(name).length > 0);
}
