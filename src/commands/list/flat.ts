import type { Flat } from '../../outcome/result.ts';
import type { Configuration } from '../../service/configurations.ts';
import { CONFIGURATION_COLUMNS, overviewCells } from '../records/columns.ts';

/** A row that a spreadsheet can edit and that names its overview again: what bulk work reads. */
export const LIST_FLAT: Flat = {
  columns: CONFIGURATION_COLUMNS,
  row(record) {
    const { overview, ...configuration } = record as Configuration;
    return { ...configuration, via: 'direct', ...overviewCells(overview) };
  },
};
