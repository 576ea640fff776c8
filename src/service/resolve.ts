import { CONFIGURATION_TYPE } from '../catalog/navigation.ts';
import type { GraphClient } from '../graph/client.ts';
import { Failure } from '../outcome/errors.ts';
import type { Emit } from '../outcome/events.ts';
import { castStep } from '../overview/cast.ts';
import { fits, fittingRoutes } from '../overview/fitting-routes.ts';
import { idReference } from '../overview/reference.ts';
import type { Route } from '../overview/route.ts';
import { readType } from './configurations.ts';
import type { Place } from './overviews.ts';

/**
 * Adds the type casts to a route that was given without them: reads the type of each configuration on the route, with one
 * request for each navigation property. Any other route is returned unchanged.
 * @throws a `not-found` Failure if the type of a configuration has no such navigation property
 */
export async function resolveRoute(graph: GraphClient, { configurationId, route }: Place): Promise<Route> {
  if (!route.uncast) return route;
  const segments: string[] = [];
  let declared = CONFIGURATION_TYPE;
  for (const name of route.segments) {
    const actual = await readType(graph, configurationId, segments);
    const step = castStep(declared, actual, name);
    if (step === undefined) {
      throw new Failure(
        'not-found',
        `type ${actual} has no ${name}, so the route ${route.via} does not exist`,
        {
          hint:
            segments.length === 0
              ? fittingHint(graph, configurationId, actual)
              : 'give a route that fits the type with `--via`; `graph-overview routes` lists the routes',
        },
      );
    }
    segments.push(...step.segments);
    declared = step.target;
  }
  return { via: segments.join('/'), segments, certificateId: undefined, uncast: false };
}

/**
 * Adds a hint to the failure of a route, if the types can be read: for a route without casts its `--via` with casts, for a
 * route that does not fit the type of the configuration the routes that do. A 400 with an unknown message may have another
 * cause than the route.
 * @returns the failure to throw
 */
export async function explainRefusal(graph: GraphClient, place: Place, error: unknown): Promise<unknown> {
  const { configurationId, route } = place;
  if (!(error instanceof Failure) || route.segments.length === 0) return error;
  const { status } = error.details;
  if (status !== 400 && status !== 404) return error;
  if (!route.uncast || status === 404) {
    try {
      const type = await readType(graph, configurationId);
      const leads = route.uncast
        ? castStep(CONFIGURATION_TYPE, type, route.segments[0] as string) !== undefined
        : fits(route.segments, type);
      if (!leads) return error.with({ hint: fittingHint(graph, configurationId, type) });
      if (status !== 404) return error;
      const linked =
        route.certificateId === undefined ? 'no configuration is linked there' : 'check `--certificate-id`';
      return error.with({ hint: `the route fits the configuration, which is of type ${type}: ${linked}` });
    } catch {
      // If the type cannot be read, such as of a missing configuration, there is no hint.
      return error;
    }
  }
  const requires = error.kind === 'not-found' ? 'this service requires' : 'a strict service requires';
  const general = `${requires} a type in the path: add \`--resolve\``;
  try {
    const { via } = await resolveRoute(graph, place);
    return error.with({ hint: `${general}, or give \`--via ${via}\`` });
  } catch (failure) {
    return error.with({ hint: missingRouteHint(failure) ?? general });
  }
}

/** A hint with the routes that fit the type of a configuration. */
function fittingHint(graph: GraphClient, configurationId: string, type: string): string {
  const [, ...others] = fittingRoutes(type, graph.target.apiVersion).filter(({ short }) => short);
  const own = `the configuration is of type ${type}`;
  if (others.length === 0) return `${own}, which has only its own overview: remove \`--via\``;
  const vias = others.map(({ via }) => `\`--via ${via}\``).join(', ');
  return `${own}; routes that fit it: ${vias}; \`graph-overview routes --for ${idReference(configurationId)}\` lists them`;
}

/** The hint for a route that does not exist with any cast; undefined for any other failure. */
function missingRouteHint(failure: unknown): string | undefined {
  if (!(failure instanceof Failure) || failure.kind !== 'not-found') return undefined;
  const { status, hint } = failure.details;
  return status === undefined ? `${failure.message}: ${hint}` : undefined;
}

/** Resolves the route of a place, and reports the resolved route. @throws as `resolveRoute` */
export async function resolvePlace(graph: GraphClient, place: Place, emit: Emit): Promise<Place> {
  const route = await resolveRoute(graph, place);
  if (route !== place.route)
    emit({ kind: 'detail', text: `${place.route.via} is resolved to --via ${route.via}` });
  return { ...place, route };
}
