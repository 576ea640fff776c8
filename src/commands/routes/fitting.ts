import { ROUTES } from '../../catalog/routes.ts';
import { InputErrors } from '../../outcome/errors.ts';
import { fittingRoutes } from '../../overview/fitting-routes.ts';
import type { ListedRoute } from '../../present/views/routes.ts';
import { readType } from '../../service/configurations.ts';
import type { Invocation } from '../command.ts';
import { connect } from '../connection/connect.ts';
import { findPlace } from '../connection/find-place.ts';
import { readPlace } from '../options/place.ts';
import { readGraphSettings } from '../options/settings.ts';
import type { RoutesOptions } from './options.ts';

/** Reads the type of a configuration, and lists the routes that fit it. @throws a Failure if it cannot be read */
export async function readFitting(
  given: string,
  invocation: Invocation<RoutesOptions>,
): Promise<{ readonly type: string; readonly records: readonly ListedRoute[] }> {
  const { options, runtime } = invocation;
  const errors = new InputErrors();
  const settings = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const asked = await errors.collectAsync(() =>
    readPlace(given, {}, settings?.apiVersion ?? 'beta', '--for'),
  );
  if (settings === undefined || asked === undefined) throw errors.failure();
  const { graph } = await connect(settings, 'read', invocation);
  const place = await findPlace(graph, asked, { beginning: true }, invocation.emit);
  const type = await readType(graph, place.configurationId);
  const records = fittingRoutes(type, settings.apiVersion).map(({ via, path }): ListedRoute => {
    const named = ROUTES.find(({ name }) => name === via);
    return {
      name: via,
      path,
      apiVersions: named?.apiVersions ?? ['beta'],
      certificateId: path.includes('{'),
      documented: named?.documented ?? null,
    };
  });
  return { type, records };
}
