import { columnOf, PROPERTIES, type PropertyRow } from '../catalog/properties.ts';

/** What a column of a bulk file holds. */
export type Column =
  | {
      readonly kind: 'deviceConfigurationId' | 'displayName' | 'via' | 'certificateId' | 'ignored';
      readonly name: string;
    }
  | { readonly kind: 'property'; readonly name: string; readonly property: PropertyRow };

/** A column that `list` prints for people; nothing is read from it, nor from notes. */
const IGNORED = '@odata.type';

/**
 * What a column is, by its name: a property's name in Graph or its flag without dashes in front, in any letter case.
 * An overview's own key is `overviewId`: a column `id` could be taken for the configuration's. A name that starts with
 * `#` or `_` makes a note.
 * @returns undefined for any other column
 */
export function columnNamed(title: string): Column | undefined {
  const name = title.trim();
  const plain = comparable(name);
  for (const kind of ['deviceConfigurationId', 'displayName', 'via', 'certificateId'] as const) {
    if (plain === comparable(kind)) return { kind, name };
  }
  if (/^[#_]/.test(name) || plain === comparable(IGNORED)) return { kind: 'ignored', name };
  const property = PROPERTIES.find(
    (row) => plain === comparable(row.flag) || plain === comparable(columnOf(row.name)),
  );
  return property === undefined ? undefined : { kind: 'property', name, property };
}

/** Every name a column may have, for messages. */
export function columnNames(): string {
  const properties = PROPERTIES.map(({ name }) => columnOf(name));
  return ['deviceConfigurationId', 'displayName', 'via', 'certificateId', ...properties].join(', ');
}

function comparable(name: string): string {
  return name.toLowerCase().replaceAll('-', '');
}
