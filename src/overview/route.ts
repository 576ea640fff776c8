import type { ApiVersion } from '../catalog/properties.ts';
import { CONFIGURATIONS_PATH, OVERVIEW_SEGMENT, ROUTES, type RouteRow } from '../catalog/routes.ts';
import { InputErrors, usage } from '../outcome/errors.ts';
import { checkId, escapeSegment } from './id.ts';

/** The path from a device configuration to an overview: its own, or that of a configuration it links to. */
export interface Route {
  /** The value for `--via`: the name if it has one, else the path. */
  readonly via: string;
  /** The unescaped segments between the configuration and `deviceStatusOverview`, with their ids. */
  readonly segments: readonly string[];
  /** The id from `--certificate-id`; `via` has a placeholder for it. */
  readonly certificateId: string | undefined;
  /**
   * Whether it is a documented route without a cast. It is not in the metadata, so a strict service refuses it; it can be
   * resolved to a route with casts.
   */
  readonly uncast: boolean;
}

export interface RouteOptions {
  readonly certificateId?: string | undefined;
  readonly apiVersion: ApiVersion;
}

/** A placeholder for an id, in the notation of the reference page. */
const PLACEHOLDER = /^\{[^{}]*\}$/;

/**
 * Reads `--via`: a name of the catalog, or a path of Graph's metadata with its ids. A path may start with a slash and end
 * with `/deviceStatusOverview`.
 * @throws a `usage` Failure; for an unknown route its hint has the nearest valid ones
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

/** The path of a route's overview below the API version, with every id escaped. */
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
      `--via ${JSON.stringify(via)} is not a route in ${options.apiVersion}: ${walked.problem}`,
      inBeta ? 'use `--api-version beta`' : nearestHint(nearestRoutes(segments, options.apiVersion)),
    );
  }
  const filled = fill(`--via ${via}`, segments, options.certificateId, walked.ids);
  return { via: segments.join('/'), segments: filled, certificateId: options.certificateId, uncast: false };
}

function nearestHint(nearest: readonly string[]): string {
  if (nearest.length === 0) return '`graph-overview routes` lists the named routes';
  return `did you mean ${nearest.join(' or ')}? \`graph-overview routes\` lists the named routes`;
}

/** Replaces the placeholder of a route with `--certificate-id`, and checks every id in the route. */
function fill(
  what: string,
  segments: readonly string[],
  certificateId: string | undefined,
  ids: readonly number[] = [],
): string[] {
  const open = segments.filter((segment) => PLACEHOLDER.test(segment)).length;
  if (open === 0 && certificateId !== undefined) {
    throw usage(
      `${what} takes no certificate id, but --certificate-id is ${JSON.stringify(certificateId)}`,
      'remove --certificate-id',
    );
  }
  if (open > 0 && certificateId === undefined) {
    throw usage(
      `${what} is a route through a collection and needs the id of the certificate profile`,
      'give it with `--certificate-id <id>`',
    );
  }
  if (open > 1)
    throw usage(
      `${what} has ${open} placeholders, but --certificate-id is one id`,
      'replace the placeholders with ids',
    );
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
      '`graph-overview routes` lists the named routes',
    );
  }
  return segments;
}
