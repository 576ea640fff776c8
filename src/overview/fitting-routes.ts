import type { ApiVersion } from '../catalog/properties.ts';
import { ROUTES } from '../catalog/routes.ts';
import { isA, metadataPaths, typeNameOf } from './metadata.ts';

/** A route that starts from a type. */
export interface FittingRoute {
  /** What `--via` takes: a name of the catalog, else the path. */
  readonly via: string;
  /** As the catalog has it: empty for the configuration itself, else with a slash in front. */
  readonly path: string;
  /** It leads to what the configuration itself links to. Where a longer one leads depends on what is linked. */
  readonly short: boolean;
}

/**
 * The routes that fit a configuration of a type, its own overview first, then as the metadata has them. Those without a
 * cast are none of the metadata.
 * @param type without `microsoft.graph.`; one that the metadata does not have leads to its own overview alone
 */
export function fittingRoutes(type: string, apiVersion: ApiVersion): FittingRoute[] {
  if (apiVersion === 'v1.0') return fitting(['']);
  return fitting(metadataPaths().filter((path) => fits(path.split('/').slice(1), type)));
}

/** Whether a route may start from a configuration of this type. */
export function fits([first]: readonly string[], type: string): boolean {
  const cast = first === undefined ? undefined : typeNameOf(first);
  return first === undefined || (cast !== undefined && isA(type, cast));
}

function fitting(paths: readonly string[]): FittingRoute[] {
  return paths.map((path) => {
    const named = ROUTES.find((row) => row.path === path);
    const links = path.split('/').filter((segment) => segment !== '' && !/[.{]/.test(segment));
    return { via: named?.name ?? path.slice(1), path, short: links.length < 2 };
  });
}
