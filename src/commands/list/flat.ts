import { columnOf, PROPERTIES } from '../../catalog/properties.ts';
import type { Flat } from '../../result.ts';
import type { Configuration } from '../../service/configurations.ts';

/** A row that a spreadsheet can edit and that names its overview again: what bulk work reads. */
export const FLAT: Flat = {
  columns: [
    'deviceConfigurationId',
    'displayName',
    '@odata.type',
    'via',
    ...PROPERTIES.map(({ name }) => columnOf(name)),
  ],
  row(record) {
    const { id, displayName, '@odata.type': type, overview } = record as Configuration;
    const values = PROPERTIES.map(({ name }) => [columnOf(name), overview?.[name]] as const);
    return {
      deviceConfigurationId: id,
      displayName,
      '@odata.type': type,
      via: 'direct',
      ...Object.fromEntries(values),
    };
  },
};
