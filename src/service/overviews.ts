import { PROPERTIES } from '../catalog/properties.ts';
import { OVERVIEW_SEGMENT } from '../catalog/routes.ts';
import type { GraphAnswer, GraphClient, GraphRequest } from '../graph/client.ts';
import { Failure } from '../outcome/errors.ts';
import { COUNTS } from '../overview/devices.ts';
import type { Overview } from '../overview/difference.ts';
import { payloadOf, type Values } from '../overview/payload.ts';
import { configurationPath, overviewPath, type Route } from '../overview/route.ts';
import { isObject } from '../text/is-object.ts';

/** Which overview is meant: a configuration, and the way from it. */
export interface Place {
  readonly configurationId: string;
  readonly route: Route;
  /** Of the configuration; undefined where it was not read. */
  readonly displayName?: string | null;
}

/** The request that reads an overview. */
export function readRequest({ configurationId, route }: Place): GraphRequest {
  return { method: 'GET', path: overviewPath(configurationId, route) };
}

/**
 * The request that reads the overview of a configuration itself together with its name.
 * @returns undefined for any other route: what it leads to has another name
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
 * @throws a Failure; `graph` where the service answers without one
 */
export async function readOverview(graph: GraphClient, place: Place): Promise<Overview> {
  return overviewRead(await graph.send(readRequest(place)));
}

/**
 * The overview in the answer to a read.
 * @throws a `graph` Failure where there is none, or what there is has none of its properties
 */
export function overviewRead(answer: GraphAnswer): Overview {
  const overview = overviewOf(answer);
  if (overview === undefined || !hasProperties(overview)) throw noOverview(answer);
  return overview;
}

/** An overview, and the name of the configuration where it came with it. */
export interface NamedOverview {
  readonly overview: Overview;
  readonly displayName?: string | undefined;
}

/**
 * The overview in the answer to a named read; undefined where the service left it out. One that answers with the overview
 * itself knows of no names.
 */
export function namedOverviewRead({ json }: GraphAnswer): NamedOverview | undefined {
  if (!isObject(json)) return undefined;
  const { displayName, deviceStatusOverview: overview } = json;
  if (isObject(overview) && hasProperties(overview))
    return { overview, displayName: typeof displayName === 'string' ? displayName : undefined };
  return COUNTS.some(({ name }) => Object.hasOwn(json, name)) ? { overview: json } : undefined;
}

/** The overview in an answer, taken out of `value` where Graph wraps it; undefined where there was no body. */
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
