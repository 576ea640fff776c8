import type { ApiVersion } from '../../catalog/properties.ts';
import { InputErrors } from '../../outcome/errors.ts';
import { type Reference, readReference } from '../../overview/reference.ts';
import { type Route, readRoute } from '../../overview/route.ts';
import type { PlaceOptions } from './place-options.ts';

/** A reference to an overview: a configuration, whose id may still have to be found, and the route from it. */
export interface PlaceReference {
  readonly reference: Reference;
  readonly route: Route;
}

/**
 * Reads a reference to an overview from the argument and the options of `place-options.ts`.
 * @param what the name of the argument in messages
 * @throws a `usage` Failure with all errors
 */
export async function readPlace(
  text: string,
  options: PlaceOptions,
  apiVersion: ApiVersion,
  what = 'deviceConfigurationId',
): Promise<PlaceReference> {
  const errors = new InputErrors();
  const reference = errors.collect(() => readReference(text, what));
  const route = await errors.collectAsync(() =>
    readRoute(options.via, {
      certificateId: options.certificateId,
      apiVersion,
    }),
  );
  if (reference !== undefined && route !== undefined) return { reference, route };
  throw errors.failure();
}
