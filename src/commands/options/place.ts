import type { ApiVersion } from '../../catalog/properties.ts';
import { InputErrors } from '../../outcome/errors.ts';
import { type Reference, readReference } from '../../overview/reference.ts';
import { type Route, readRoute } from '../../overview/route.ts';
import type { PlaceOptions } from './place-options.ts';

/** Which overview is asked for: a configuration, whose id may have to be found, and the way from it. */
export interface AskedPlace {
  readonly reference: Reference;
  readonly route: Route;
}

/**
 * Reads which overview is meant from the argument and the options of `place-options.ts`.
 * @param what how messages name the argument
 * @throws a `usage` Failure that holds every error
 */
export async function readPlace(
  text: string,
  options: PlaceOptions,
  apiVersion: ApiVersion,
  what = 'deviceConfigurationId',
): Promise<AskedPlace> {
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
