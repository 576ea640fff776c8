import type { ApiVersion } from '../catalog/properties.ts';
import { ROUTES } from '../catalog/routes.ts';
import { isA, metadataPaths, typeNameOf } from './metadata.ts';

/** A route that fits the type of a configuration. */
export interface FittingRoute {
  /** The value for `--via`: a name of the catalog, else the path. */
  readonly via: string;
  /** In the form of the catalog: empty for the configuration itself, else with a leading slash. */
  readonly path: string;
  /** Whether it has one link at most. Whether a longer one exists depends on the linked configuration. */
  readonly short: boolean;
}

/**
 * The routes that fit a configuration of a type: `direct` first, then in the order of the metadata. Documented routes
 * without a cast are not in the metadata, so they are not included.
 * @param type without `microsoft.graph.`; for an unknown type the result is `direct` alone
 */
export function fittingRoutes(type: string, apiVersion: ApiVersion): FittingRoute[] {
  if (apiVersion === 'v1.0') return fitting(['']);
  return fitting(metadataPaths().filter((path) => fits(path.split('/').slice(1), type)));
}

/** Whether a route can start from a configuration of this type. */
export function fits([first]: readonly string[], type: string): boolean {
  if (first === undefined) return true;
  const cast = typeNameOf(first);
  return cast !== undefined && isA(type, cast);
}

function fitting(paths: readonly string[]): FittingRoute[] {
  return paths.map((path) => {
    const named = ROUTES.find((row) => row.path === path);
    const links = path.split('/').filter((segment) => segment !== '' && !/[.{]/.test(segment));
    return { via: named?.name ?? path.slice(1), path, short: links.length < 2 };
  });
}
