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
 * Turns a route without a cast into the one that the types of the configurations on the way ask for; one read for
 * each step. Any other route is returned as it is.
 * @throws a `not-found` Failure where a configuration's type has no such navigation property
 */
export async function resolveRoute(graph: GraphClient, { configurationId, route }: Place): Promise<Route> {
  if (!route.uncast) return route;
  const segments: string[] = [];
  let declared = CONFIGURATION_TYPE;
  for (const name of route.segments) {
    const actual = await readType(graph, configurationId, segments);
    const step = castStep(declared, actual, name);
    if (step === undefined) {
      throw new Failure('not-found', `a ${actual} has no ${name}, so the route ${route.via} leads nowhere`, {
        hint:
          segments.length === 0
            ? fittingHint(graph, configurationId, actual)
            : 'name a route that fits the type with `--via`; `graph-overview routes` lists them',
      });
    }
    segments.push(...step.segments);
    declared = step.target;
  }
  return { via: segments.join('/'), segments, certificateId: undefined, uncast: false };
}

/**
 * Adds to the refusal of a route what would work: for an uncast one the `--via` with its casts, for one that does not
 * fit the type of the configuration those that do, where the types can be read. A 400 with an unknown message may be
 * about the route too, but need not.
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
      const [name = ''] = route.segments;
      const leads = route.uncast
        ? castStep(CONFIGURATION_TYPE, type, name) !== undefined
        : fits(route.segments, type);
      if (!leads) return error.with({ hint: fittingHint(graph, configurationId, type) });
      if (status !== 404) return error;
      const linked =
        route.certificateId === undefined ? 'nothing is linked there' : 'check `--certificate-id`';
      return error.with({ hint: `the route fits the configuration, which is of type ${type}: ${linked}` });
    } catch {
      // What cannot be read, such as a configuration that is not there, explains nothing.
      return error;
    }
  }
  const wants = error.kind === 'not-found' ? 'this service wants' : 'a strict service wants';
  const general = `${wants} a type in the path: add \`--resolve\``;
  try {
    const { via } = await resolveRoute(graph, place);
    return error.with({ hint: `${general}, or give \`--via ${via}\`` });
  } catch (failure) {
    return error.with({ hint: leadsNowhere(failure) ?? general });
  }
}

/** Which routes fit the type of a configuration. */
function fittingHint(graph: GraphClient, configurationId: string, type: string): string {
  const [, ...others] = fittingRoutes(type, graph.target.apiVersion).filter(({ short }) => short);
  const own = `the configuration is of type ${type}`;
  if (others.length === 0) return `${own}, which has only its own overview: remove \`--via\``;
  const vias = others.map(({ via }) => `\`--via ${via}\``).join(', ');
  return `${own}, which these fit: ${vias}; \`graph-overview routes --for ${idReference(configurationId)}\` lists them`;
}

/** Why no cast would help, where that is what resolving found out. */
function leadsNowhere(failure: unknown): string | undefined {
  if (!(failure instanceof Failure) || failure.kind !== 'not-found') return undefined;
  const { status, hint } = failure.details;
  return status === undefined ? `${failure.message}: ${hint}` : undefined;
}

/** The same place with its route resolved; says which route that is. */
export async function resolvePlace(graph: GraphClient, place: Place, emit: Emit): Promise<Place> {
  const route = await resolveRoute(graph, place);
  if (route !== place.route)
    emit({ kind: 'detail', text: `${place.route.via} is resolved to --via ${route.via}` });
  return { ...place, route };
}
