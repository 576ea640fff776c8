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
        'without --for, --local and --endpoint have no effect',
        'add `--for <configuration>`, or remove them',
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
  // Imported only if needed, since the table of routes needs no client.
  const { readFitting } = await import('./fitting.ts');
  const { type, records } = await readFitting(options.for, invocation);
  return { data: { value: records }, flat: FLAT, view: (_, room) => routesView(records, room, type) };
};
