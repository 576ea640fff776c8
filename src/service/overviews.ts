import { PROPERTIES } from '../catalog/properties.ts';
import { OVERVIEW_SEGMENT } from '../catalog/routes.ts';
import type { GraphAnswer, GraphClient, GraphRequest } from '../graph/client.ts';
import { Failure } from '../outcome/errors.ts';
import { COUNTS } from '../overview/devices.ts';
import type { Overview } from '../overview/difference.ts';
import { payloadOf, type Values } from '../overview/payload.ts';
import { configurationPath, overviewPath, type Route } from '../overview/route.ts';
import { isObject } from '../text/is-object.ts';

/** Identifies an overview: a configuration, and the route from it. */
export interface Place {
  readonly configurationId: string;
  readonly route: Route;
  /** Display name of the configuration; undefined if it was not read. */
  readonly displayName?: string | null;
}

/** The request that reads an overview. */
export function readRequest({ configurationId, route }: Place): GraphRequest {
  return { method: 'GET', path: overviewPath(configurationId, route) };
}

/**
 * The request that reads the overview of a configuration itself together with its display name.
 * @returns undefined for a route to a linked configuration, which has another name
 */
export function namedReadRequest({ configurationId, route }: Place): GraphRequest | undefined {
  if (route.segments.length > 0) return undefined;
  const path = configurationPath(configurationId);
  return { method: 'GET', path: `${path}?$select=id,displayName&$expand=${OVERVIEW_SEGMENT}` };
}

/** The request that writes an overview. */
export function writeRequest({ configurationId, route }: Place, values: Values): GraphRequest {
  return { method: 'PATCH', path: overviewPath(configurationId, route), body: payloadOf(values) };
}

/**
 * Reads one overview.
 * @throws a Failure; of kind `graph` if the answer has no overview
 */
export async function readOverview(graph: GraphClient, place: Place): Promise<Overview> {
  return overviewRead(await graph.send(readRequest(place)));
}

/**
 * The overview in the answer to a read.
 * @throws a `graph` Failure if there is none, or if it has none of the known properties
 */
export function overviewRead(answer: GraphAnswer): Overview {
  const overview = overviewOf(answer);
  if (overview === undefined || !hasProperties(overview)) throw noOverview(answer);
  return overview;
}

/** An overview, with the display name of its configuration if the answer has it. */
export interface NamedOverview {
  readonly overview: Overview;
  readonly displayName?: string | undefined;
}

/**
 * The overview in the answer to a named read; undefined if the service ignored `$expand`. A service that answers with the
 * overview itself does not return the name.
 */
export function namedOverviewRead({ json }: GraphAnswer): NamedOverview | undefined {
  if (!isObject(json)) return undefined;
  const { displayName, deviceStatusOverview: overview } = json;
  if (isObject(overview) && hasProperties(overview))
    return { overview, displayName: typeof displayName === 'string' ? displayName : undefined };
  return COUNTS.some(({ name }) => Object.hasOwn(json, name)) ? { overview: json } : undefined;
}

/**
 * The overview in an answer, unwrapped from `value` if Graph wraps it; undefined if there is no body.
 * @throws a `graph` Failure if the body is not an object
 */
export function overviewOf(answer: GraphAnswer): Overview | undefined {
  const { json } = answer;
  if (json === undefined || json === null) return undefined;
  const wrapped =
    isObject(json) && !hasProperties(json) && Object.hasOwn(json, 'value') ? unwrap(json.value) : json;
  if (!isObject(wrapped)) throw noOverview(answer);
  return wrapped;
}

function noOverview({ status, requestId, clientRequestId }: GraphAnswer): Failure {
  return new Failure('graph', `the service answered ${status} without an overview`, {
    status,
    requestId,
    clientRequestId,
    hint: 'check that the endpoint is Microsoft Graph, and that `--via` fits the configuration',
  });
}

function unwrap(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function hasProperties(json: Overview): boolean {
  return PROPERTIES.some(({ name }) => Object.hasOwn(json, name));
}
