import { ancestry, entityType, navigation } from './metadata.ts';
import { badRequest, notFound, notServed, unknownSegment } from './problem.ts';
import {
  type ContainedCollection,
  type ContainedEntity,
  containedIn,
  NOT_SERVED,
  type Version,
} from './schema.ts';
import { type Configuration, groupAssignmentsOf, type Tenant } from './tenant.ts';

/** The target of a path below a configuration. */
export type Destination =
  | { readonly kind: 'configuration'; readonly configuration: Configuration }
  | {
      readonly kind: 'collection';
      readonly configurations: readonly Configuration[];
      readonly count: boolean;
    }
  /** A contained entity, such as the overview. */
  | { readonly kind: 'contained'; readonly configuration: Configuration; readonly name: ContainedEntity }
  /** A contained collection, such as the assignments; or one of its entities, or their number. */
  | {
      readonly kind: 'members';
      readonly configuration: Configuration;
      readonly name: ContainedCollection;
      readonly id: string | undefined;
      readonly count: boolean;
    };

export interface NavigationContext {
  readonly tenant: Tenant;
  readonly version: Version;
  /** Refuses a navigation property without a cast, even if the type of the configuration has it. */
  readonly strict: boolean;
}

const CAST = 'microsoft.graph.';

/** The segment after a collection that returns the number of entities. */
const COUNT = '$count';

/**
 * Resolves the decoded segments after the id of a configuration by the rules of OData: casts, navigation properties, ids.
 * @throws a Problem with Graph's message
 */
export function navigate(
  start: Configuration,
  segments: readonly string[],
  context: NavigationContext,
): Destination {
  let configuration = start;
  let declared = 'deviceConfiguration';
  const rest = [...segments];
  for (let segment = rest.shift(); segment !== undefined; segment = rest.shift()) {
    const name = segment;
    const contained = containedIn(context.version).find((row) => row.name === name);
    if (contained?.collection === false) {
      nothingAfter(rest);
      return { kind: 'contained', configuration, name: contained.name };
    }
    if (contained !== undefined) {
      const [id, property] = rest;
      if (id === undefined || id === COUNT || property === undefined) {
        nothingAfter(rest.slice(1));
        return {
          kind: 'members',
          configuration,
          name: contained.name,
          id: id === COUNT ? undefined : id,
          count: id === COUNT,
        };
      }
      // An assignment only has a link to its configuration.
      if (name !== 'groupAssignments' || property !== 'deviceConfiguration') throw unknownSegment(property);
      if (!groupAssignmentsOf(configuration).some((one) => sameId(one.id, id))) missing(id);
      rest.splice(0, 2);
      declared = 'deviceConfiguration';
      continue;
    }
    if (NOT_SERVED.includes(name)) throw notServed(name);
    if (name.startsWith(CAST)) {
      declared = castTo(name.slice(CAST.length), declared, configuration, context);
      continue;
    }
    const property = propertyOf(name, declared, configuration, context);
    const linked = linksOf(configuration, name, context.tenant);
    declared = property.target;
    if (!property.collection) {
      configuration = linked[0] ?? missing(name);
      continue;
    }
    const id = rest.shift();
    if (id === undefined || id === COUNT) {
      nothingAfter(rest);
      return { kind: 'collection', configurations: linked, count: id === COUNT };
    }
    configuration = linked.find((one) => sameId(one.id, id)) ?? missing(id);
  }
  return { kind: 'configuration', configuration };
}

function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function nothingAfter([segment]: readonly string[]): void {
  if (segment !== undefined) throw unknownSegment(segment);
}

function castTo(
  type: string,
  declared: string,
  configuration: Configuration,
  { version }: NavigationContext,
): string {
  if (entityType(type, version) === undefined || !ancestry(type).includes(declared)) {
    throw badRequest(
      `The type 'microsoft.graph.${type}' is not a type of this service that derives from '${declared}'.`,
    );
  }
  if (!ancestry(configuration.type).includes(type)) {
    throw notFound(`The configuration is not of type 'microsoft.graph.${type}'.`);
  }
  return type;
}

function propertyOf(
  name: string,
  declared: string,
  configuration: Configuration,
  { version, strict }: NavigationContext,
) {
  const property =
    navigation(declared, name, version) ??
    (strict ? undefined : navigation(configuration.type, name, version));
  if (property === undefined) throw unknownSegment(name);
  return property;
}

function linksOf(configuration: Configuration, name: string, tenant: Tenant): Configuration[] {
  const ids = configuration.links[name] ?? [];
  return ids.map((id) => tenant.withId(id)).filter((linked) => linked !== undefined);
}

function missing(what: string): never {
  throw notFound(`Nothing is linked under '${what}'.`);
}
