import { columnOf, PROPERTIES, type PropertyRow } from '../catalog/properties.ts';

/** The meaning of a column of a bulk file. */
export type Column =
  | {
      readonly kind: 'deviceConfigurationId' | 'displayName' | 'via' | 'certificateId' | 'ignored';
      readonly name: string;
    }
  | { readonly kind: 'property'; readonly name: string; readonly property: PropertyRow };

/** A column that `list` prints for information. It is ignored, as notes are. */
const IGNORED = '@odata.type';

/**
 * The meaning of a column by its name: a property's name in Graph or its flag without the leading dashes, in any letter
 * case. The id of an overview is `overviewId`, since `id` could be mistaken for the configuration's. A name that starts
 * with `#` or `_` marks a note.
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

/** The valid column names, for messages. */
export function columnNames(): string {
  const properties = PROPERTIES.map(({ name }) => columnOf(name));
  return ['deviceConfigurationId', 'displayName', 'via', 'certificateId', ...properties].join(', ');
}

/** The form in which column names are compared: in lower case, without dashes. */
export function comparable(name: string): string {
  return name.toLowerCase().replaceAll('-', '');
}
