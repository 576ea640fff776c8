import type { Flat } from '../../outcome/result.ts';
import type { Overview } from '../../overview/difference.ts';
import type { Title } from '../../present/views/overview.ts';
import type { Place } from '../../service/overviews.ts';
import { CONFIGURATION_COLUMNS, overviewCells } from './columns.ts';

/** An overview in the columns of `list`. Columns of the configuration are empty, except for its id and a known name. */
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

/** The title of the view of an overview. */
export function titleOf({ configurationId, displayName = null, route: { via } }: Place): Title {
  return { configurationId, displayName, via };
}
