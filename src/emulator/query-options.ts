import { badRequest } from './problem.ts';

/** Configurations on a page where the client does not say. */
const PAGE = 50;
/** The largest page. */
const MAX_PAGE = 1000;

/** The query options of a list, read. */
export interface ListOptions {
  readonly top: number;
  readonly skip: number;
  readonly count: boolean;
  readonly select: readonly string[] | undefined;
  readonly expand: boolean;
}

/**
 * Reads the options of a request on configurations.
 * @param selectable what `$select` may name
 * @param expandable whether this service expands the overview
 * @throws a Problem for an option or value that the service does not know
 */
export function readListOptions(
  query: URLSearchParams,
  selectable: readonly string[],
  expandable: boolean,
): ListOptions {
  allowOnly(query, ['$top', '$skiptoken', '$count', '$select', '$expand']);
  return {
    top: Math.min(MAX_PAGE, readWhole(query, '$top', PAGE, 1)),
    skip: readWhole(query, '$skiptoken', 0, 0),
    count: query.get('$count') === 'true',
    select: readSelect(query, selectable),
    expand: readExpand(query, expandable),
  };
}

/** The names of `$select`; undefined where all is wanted. */
export function readSelect(
  query: URLSearchParams,
  selectable: readonly string[],
): readonly string[] | undefined {
  const text = query.get('$select');
  if (text === null) return undefined;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => name !== '*' && !selectable.includes(name));
  if (unknown !== undefined) {
    throw badRequest(
      `Could not find a property named '${unknown}' on type 'microsoft.graph.deviceConfiguration'.`,
    );
  }
  return names.includes('*') ? undefined : names;
}

export function readExpand(query: URLSearchParams, expandable: boolean): boolean {
  const text = query.get('$expand');
  if (text === null) return false;
  if (!/^deviceStatusOverview(\(.*\))?$/.test(text.trim())) {
    throw badRequest(`Could not find a property named '${text}' to expand.`);
  }
  if (!expandable)
    throw badRequest(
      "The query specified in the URI is not valid. Property 'deviceStatusOverview' cannot be expanded.",
    );
  return true;
}

/** @throws a Problem for any system query option that is not allowed here */
export function allowOnly(query: URLSearchParams, allowed: readonly string[]): void {
  const unknown = [...query.keys()].find((name) => name.startsWith('$') && !allowed.includes(name));
  if (unknown !== undefined) throw badRequest(`The query option '${unknown}' is not supported here.`);
}

function readWhole(query: URLSearchParams, name: string, otherwise: number, least: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw badRequest(`Invalid value '${text}' for the query option '${name}'.`);
}
