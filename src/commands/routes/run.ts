import { ROUTES } from '../../catalog/routes.ts';
import { usage } from '../../outcome/errors.ts';
import { type ListedRoute, routesView } from '../../present/views/routes.ts';
import type { Action } from '../command.ts';
import { membersFlat } from '../records/columns.ts';
import type { RoutesOptions } from './options.ts';

const FLAT = membersFlat([
  'name',
  'path',
  'apiVersions',
  'certificateId',
  'documented.since',
  'documented.until',
]);

export const run: Action<RoutesOptions> = async (invocation) => {
  const { options } = invocation;
  if (options.for === undefined) {
    if (options.local === true || options.endpoint !== undefined)
      throw usage(
        'without --for no Graph is asked: --local and --endpoint are about that',
        'name a configuration with `--for <configuration>`',
      );
    const records = ROUTES.map(
      ({ name, path, apiVersions, documented }): ListedRoute => ({
        name,
        path,
        apiVersions,
        certificateId: path.endsWith('}'),
        documented,
      }),
    );
    return { data: { value: records }, flat: FLAT, view: (_, room) => routesView(records, room) };
  }
  // The client is not loaded for the table that every version has in itself.
  const { readFitting } = await import('./fitting.ts');
  const { type, records } = await readFitting(options.for, invocation);
  return { data: { value: records }, flat: FLAT, view: (_, room) => routesView(records, room, type) };
};
