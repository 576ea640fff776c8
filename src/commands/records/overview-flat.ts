import type { Flat } from '../../outcome/result.ts';
import type { Overview } from '../../overview/difference.ts';
import type { Place } from '../../service/overviews.ts';
import { CONFIGURATION_COLUMNS, overviewCells } from './columns.ts';

/** Graph's own object as a row of `list`: what only the configuration says is empty. */
export function overviewFlat({ configurationId, route }: Place): Flat {
  return {
    columns: CONFIGURATION_COLUMNS,
    row: (overview) => ({
      deviceConfigurationId: configurationId,
      via: route.via,
      ...overviewCells(overview as Overview),
    }),
  };
}
