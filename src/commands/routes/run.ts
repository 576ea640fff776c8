import { ROUTES } from '../../catalog/routes.ts';
import { routesView } from '../../present/views/routes.ts';
import type { Action } from '../command.ts';

export const run: Action = async () => {
  const records = ROUTES.map(({ name, path, apiVersions, documented }) => ({
    name,
    path,
    apiVersions,
    certificateId: path.endsWith('}'),
    documented,
  }));
  return { data: { value: records }, view: (_, room) => routesView(records, room) };
};
