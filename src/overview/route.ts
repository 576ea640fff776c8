import type { ApiVersion } from '../catalog/properties.ts';
import { CONFIGURATIONS_PATH, OVERVIEW_SEGMENT, ROUTES, type RouteRow } from '../catalog/routes.ts';
import { InputErrors, usage } from '../outcome/errors.ts';
import { checkId, escapeSegment } from './id.ts';

/** The way from a device configuration to an overview: its own, or that of a configuration it links to. */
export interface Route {
  /** As `--via` takes it: a name where it has one, else the path. */
  readonly via: string;
  /** The unescaped segments between the configuration and `deviceStatusOverview`, ids in place. */
  readonly segments: readonly string[];
  /** The id that `--certificate-id` put into the route; `via` leaves its place open. */
  readonly certificateId: string | undefined;
  /**
   * A documented route that names no type. The metadata does not have it, so a strict service refuses it; it can be
   * resolved to one with casts.
   */
  readonly uncast: boolean;
}

export interface RouteOptions {
  readonly certificateId?: string | undefined;
  readonly apiVersion: ApiVersion;
}

/** Stands for an id in the path of a route, as in the reference page. */
const PLACEHOLDER = /^\{[^{}]*\}$/;

/**
 * Reads `--via`: a name of the catalog, or a path of Graph's metadata with its ids in place. A path may start with a
 * slash and end in `/deviceStatusOverview`.
 * @throws a `usage` Failure; a wrong route is answered with the nearest right ones
 */
export async function readRoute(via: string | undefined, options: RouteOptions): Promise<Route> {
  const wanted = via ?? 'direct';
  const named = ROUTES.find(({ name }) => name === wanted);
  if (named !== undefined) return namedRoute(named, options);
  const segments = splitPath(wanted);
  const asPath = segments.map((segment) => `/${segment}`).join('');
  const documented = ROUTES.find(({ path }) => path === asPath);
  if (documented !== undefined) return namedRoute(documented, options);
  return metadataRoute(wanted, segments, options);
}

/** The path of a route's overview below the API version, every id escaped so that none can change it. */
export function overviewPath(configurationId: string, route: Route): string {
  return configurationPath(configurationId, [...route.segments, OVERVIEW_SEGMENT]);
}

/** The path of a configuration below the API version, followed by further segments. */
export function configurationPath(configurationId: string, segments: readonly string[] = []): string {
  const escaped = [configurationId, ...segments].map(escapeSegment);
  return `${CONFIGURATIONS_PATH}/${escaped.join('/')}`;
}

function namedRoute(row: RouteRow, { certificateId, apiVersion }: RouteOptions): Route {
  const errors = new InputErrors();
  if (!row.apiVersions.includes(apiVersion)) {
    errors.add(
      `the route ${row.name} does not exist in ${apiVersion}, only in beta`,
      'use `--api-version beta`',
    );
  }
  const segments = row.path.split('/').slice(1);
  const filled = errors.collect(() => fill(row.name, segments, certificateId));
  errors.throwIfAny();
  const uncast = segments.length > 0 && !segments.some((segment) => segment.includes('.'));
  return { via: row.name, segments: filled ?? segments, certificateId, uncast };
}

async function metadataRoute(
  via: string,
  segments: readonly string[],
  options: RouteOptions,
): Promise<Route> {
  const { walk } = await import('./metadata.ts');
  const walked = walk(segments, options.apiVersion);
  if (!walked.found) {
    const { nearestRoutes } = await import('./nearest-route.ts');
    const inBeta = walk(segments, 'beta').found;
    throw usage(
      `--via ${JSON.stringify(via)} is no route of ${options.apiVersion}: ${walked.fault}`,
      inBeta ? 'use `--api-version beta`' : nearestHint(nearestRoutes(segments, options.apiVersion)),
    );
  }
  const filled = fill(`--via ${via}`, segments, options.certificateId, walked.ids);
  return { via: segments.join('/'), segments: filled, certificateId: options.certificateId, uncast: false };
}

function nearestHint(nearest: readonly string[]): string {
  if (nearest.length === 0) return '`graph-overview routes` lists the named ones';
  return `did you mean ${nearest.join(' or ')}? \`graph-overview routes\` lists the named ones`;
}

/** Puts `--certificate-id` where the route has a placeholder, and checks every id that stands in it. */
function fill(
  what: string,
  segments: readonly string[],
  certificateId: string | undefined,
  ids: readonly number[] = [],
): string[] {
  const open = segments.filter((segment) => PLACEHOLDER.test(segment)).length;
  if (open === 0 && certificateId !== undefined) {
    throw usage(`${what} has no place for --certificate-id ${JSON.stringify(certificateId)}`, 'leave it out');
  }
  if (open > 0 && certificateId === undefined) {
    throw usage(
      `${what} leads through a collection and needs the id of the certificate profile`,
      'give it with `--certificate-id <id>`',
    );
  }
  if (open > 1)
    throw usage(`${what} has ${open} open ids, and --certificate-id is only one`, 'put the ids in place');
  return segments.map((segment, index) => {
    if (PLACEHOLDER.test(segment)) return checkId(certificateId as string, '--certificate-id');
    return ids.includes(index) ? checkId(segment, `the id in ${what}:`) : segment;
  });
}

function splitPath(via: string): string[] {
  const path = via.startsWith('/') ? via.slice(1) : via;
  const segments = path.split('/');
  if (segments.at(-1) === OVERVIEW_SEGMENT) segments.pop();
  if (segments.some((segment) => segment === '')) {
    throw usage(
      `--via ${JSON.stringify(via)} has an empty segment`,
      '`graph-overview routes` lists what it takes',
    );
  }
  return segments;
}
