import { ancestry, entityType, navigation, type Version } from './metadata.ts';
import { badRequest, notFound, unknownSegment } from './problem.ts';
import type { Configuration, Tenant } from './tenant.ts';

/** What a path leads to below a configuration. */
export type Destination =
  | { readonly kind: 'configuration'; readonly configuration: Configuration }
  | { readonly kind: 'overview'; readonly configuration: Configuration }
  | { readonly kind: 'collection'; readonly configurations: readonly Configuration[] };

export interface Ways {
  readonly tenant: Tenant;
  readonly version: Version;
  /** Refuse what the metadata does not have, though the configuration itself would. */
  readonly strict: boolean;
}

const CAST = 'microsoft.graph.';

/** An assignment of a group stands between a configuration and itself. */
const ASSIGNMENTS = 'groupAssignments';

/**
 * Follows the decoded segments after the id of a configuration, as OData does: casts, navigation properties, ids.
 * @throws a Problem as Graph words it
 */
export function navigate(start: Configuration, segments: readonly string[], ways: Ways): Destination {
  let configuration = start;
  let declared = 'deviceConfiguration';
  const rest = [...segments];
  for (let segment = rest.shift(); segment !== undefined; segment = rest.shift()) {
    if (segment === 'deviceStatusOverview') {
      if (rest.length > 0) throw unknownSegment(rest[0] ?? '');
      return { kind: 'overview', configuration };
    }
    if (segment.startsWith(CAST)) {
      declared = castTo(segment.slice(CAST.length), declared, configuration, ways);
      continue;
    }
    const property = propertyOf(segment, declared, configuration, ways);
    const linked = linksOf(configuration, segment, ways.tenant);
    declared = property.target;
    if (!property.collection) {
      configuration = linked[0] ?? missing(segment);
      continue;
    }
    const id = rest.shift();
    if (id === undefined) return { kind: 'collection', configurations: linked };
    if (segment === ASSIGNMENTS) {
      // The only thing to reach from an assignment is the configuration it is of.
      if (rest[0] !== 'deviceConfiguration') throw unknownSegment(rest[0] ?? '');
      rest.shift();
      declared = 'deviceConfiguration';
      configuration = linked.length > 0 ? configuration : missing(segment);
      continue;
    }
    configuration = linked.find((one) => one.id === id) ?? missing(id);
  }
  return { kind: 'configuration', configuration };
}

function castTo(type: string, declared: string, configuration: Configuration, { version }: Ways): string {
  if (entityType(type, version) === undefined || !ancestry(type).includes(declared)) {
    throw badRequest(
      `The type 'microsoft.graph.${type}' is no type of this service that derives from '${declared}'.`,
    );
  }
  if (!ancestry(configuration.type).includes(type)) {
    throw notFound(`The configuration is not of type 'microsoft.graph.${type}'.`);
  }
  return type;
}

function propertyOf(name: string, declared: string, configuration: Configuration, { version, strict }: Ways) {
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
