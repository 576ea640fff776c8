import type { Flat } from '../../outcome/result.ts';
import { allDevicesOf } from '../../overview/devices.ts';
import { DEVICES, type ListColumn } from '../../present/views/list-columns.ts';
import type { Configuration } from '../../service/configurations.ts';
import { CONFIGURATION_COLUMNS, overviewCells } from '../records/columns.ts';

/** A row that can be edited in a spreadsheet and read by `apply`. */
export const LIST_FLAT: Flat = {
  columns: CONFIGURATION_COLUMNS,
  row(record) {
    const { overview, ...configuration } = record as Configuration;
    return { ...configuration, via: 'direct', ...overviewCells(overview) };
  },
};

/** Only the selected columns. */
export function flatWith(columns: readonly ListColumn[]): Flat {
  return {
    columns: columns.flatMap(({ flat }) => (flat === undefined ? [] : [flat])),
    row(record) {
      const { overview } = record as Configuration;
      const devices = overview && allDevicesOf(overview);
      return { ...LIST_FLAT.row(record), [String(DEVICES.flat)]: devices };
    },
  };
}
