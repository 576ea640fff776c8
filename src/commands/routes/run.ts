import { ROUTES } from '../../catalog/routes.ts';
import { routesView } from '../../present/views/routes.ts';
import type { Action } from '../command.ts';
import { membersFlat } from '../records/columns.ts';

const FLAT = membersFlat([
  'name',
  'path',
  'apiVersions',
  'certificateId',
  'documented.since',
  'documented.until',
]);

export const run: Action = async () => {
  const records = ROUTES.map(({ name, path, apiVersions, documented }) => ({
    name,
    path,
    apiVersions,
    certificateId: path.endsWith('}'),
    documented,
  }));
  return { data: { value: records }, flat: FLAT, view: (_, room) => routesView(records, room) };
};
