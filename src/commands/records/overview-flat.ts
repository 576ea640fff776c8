import type { Flat } from '../../outcome/result.ts';
import type { Overview } from '../../overview/difference.ts';
import type { Title } from '../../present/views/overview.ts';
import type { Place } from '../../service/overviews.ts';
import { CONFIGURATION_COLUMNS, overviewCells } from './columns.ts';

/** Graph's own object as a row of `list`: what only the configuration says is empty, but for a name that is known. */
export function overviewFlat({ configurationId, displayName, route }: Place): Flat {
  return {
    columns: CONFIGURATION_COLUMNS,
    row: (overview) => ({
      deviceConfigurationId: configurationId,
      displayName,
      via: route.via,
      ...overviewCells(overview as Overview),
    }),
  };
}

/** How the overview is named above a view of it. */
export function titleOf({ configurationId, displayName = null, route: { via } }: Place): Title {
  return { configurationId, displayName, via };
}
