import type { ApiVersion } from '../../catalog/properties.ts';
import { InputErrors } from '../../outcome/errors.ts';
import { readRoute } from '../../overview/route.ts';
import type { Place } from '../../service/overviews.ts';
import { readConfigurationId } from './configuration.ts';
import type { PlaceOptions } from './place-options.ts';

/**
 * Reads which overview is meant from the argument and the options of `place-options.ts`.
 * @throws a `usage` Failure that holds every fault
 */
export async function readPlace(id: string, options: PlaceOptions, apiVersion: ApiVersion): Promise<Place> {
  const errors = new InputErrors();
  const configurationId = errors.collect(() => readConfigurationId(id, 'deviceConfigurationId'));
  const route = await errors.collectAsync(() =>
    readRoute(options.via, {
      certificateId: options.certificateId,
      apiVersion,
    }),
  );
  if (configurationId !== undefined && route !== undefined) return { configurationId, route };
  throw errors.failure();
}
