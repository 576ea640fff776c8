import { columnOf, PROPERTIES, type PropertyFlag, type PropertyRow } from '../../catalog/properties.ts';
import type { Cell, Column } from '../../outcome/result.ts';
import { instantOf } from '../../overview/instant.ts';
import { allText, devicesIn, groupText, shareOf, sumOf } from './count-columns.ts';
import { type CountGroup, lookOf } from './count-look.ts';
import { countedOf, type Listed } from './listed.ts';
import { SHORT_LABELS } from './overview.ts';
import { shownText } from './shown.ts';
import { stackedBar } from './stacked-bar.ts';

/** The layout of a cell of a list. */
export interface CellRoom {
  /** The width of the bar in terminal columns. */
  readonly bar: number;
  /** Whether a count has its share of all devices next to it. */
  readonly share: boolean;
  /** Whether the id has its own column. */
  readonly id: boolean;
}

/** One column of a list. */
export interface ListColumn extends Column {
  /** Its name in `--columns` and `--sort`. */
  readonly word: ListWord;
  /** Its name in the flat formats; undefined if it is only in tables. */
  readonly flat: string | undefined;
  /** Whether it has a total. */
  readonly sums?: boolean;
  cell(listed: Listed, room: CellRoom): Cell;
}

export type ListWord = 'name' | 'id' | 'type' | 'devices' | PropertyFlag | 'bar';

const MISSING: Cell = { text: '–', tone: 'dim' };

/** The display name. A configuration without one shows its id, unless the id has its own column. */
export const NAME: ListColumn = {
  word: 'name',
  flat: 'displayName',
  title: 'Name',
  cell: ({ displayName, deviceConfigurationId }, { id }) => ({
    text: displayName ?? (id ? '(no name)' : deviceConfigurationId),
    tone: displayName === null ? 'dim' : 'strong',
  }),
};

export const ID: ListColumn = {
  word: 'id',
  flat: 'deviceConfigurationId',
  title: 'Id',
  whole: true,
  cell: ({ deviceConfigurationId }) => ({ text: deviceConfigurationId, tone: 'dim' }),
};

export const TYPE: ListColumn = {
  word: 'type',
  flat: '@odata.type',
  title: 'Type',
  cell: ({ '@odata.type': type }) => ({
    text: (type ?? '').replace(/^#microsoft\.graph\./, ''),
    tone: 'dim',
  }),
};

/** All devices. The flat name starts with `_`, so that `apply` ignores the column: a sum cannot be written. */
export const DEVICES: ListColumn = {
  word: 'devices',
  flat: '_devices',
  title: 'Devices',
  align: 'right',
  sums: true,
  cell(listed) {
    const counted = countedOf(listed);
    return counted === undefined ? MISSING : { text: allText(counted) };
  },
};

/** The bar of all devices. It is empty if a count is unknown, since the shares would be wrong. */
export const BAR: ListColumn = {
  word: 'bar',
  flat: undefined,
  title: '',
  whole: true,
  sums: true,
  cell(listed, { bar }) {
    const counted = countedOf(listed);
    return counted === undefined || devicesIn(counted) === undefined
      ? { text: '' }
      : stackedBar(counted.overview, bar);
  },
};

/** The column of a group of counts. */
export function groupColumn({
  names,
  tone,
  title,
}: CountGroup): ListColumn & { readonly word: PropertyFlag } {
  const [first] = names;
  const { flag: word } = PROPERTIES.find(({ name }) => name === first) as PropertyRow;
  return {
    word,
    flat: first,
    title,
    align: 'right',
    sums: true,
    cell(listed, { share }) {
      const counted = countedOf(listed);
      if (counted === undefined) return MISSING;
      const count = sumOf(counted.overview, names);
      const part = share ? shareOf(counted, names) : '–';
      const held = groupText(counted, names);
      return {
        text: part === '–' ? held : `${held} (${part})`,
        tone: count === 0 || count === undefined ? 'dim' : tone,
      };
    },
  };
}

/** The column of a single property. */
function propertyColumn(property: PropertyRow): ListColumn {
  const { name, flag: word, label, type, counts } = property;
  const flat = columnOf(name);
  if (counts) {
    const { tone, short: title, symbol } = lookOf(name);
    return { ...groupColumn({ names: [name], tone, title, symbol, word: title, fill: '' }), word, flat };
  }
  return {
    word,
    flat,
    title: SHORT_LABELS[name] ?? label,
    align: type === 'Edm.Int32' ? 'right' : 'left',
    whole: true,
    cell({ overview }) {
      const value = overview?.[name];
      if (value === undefined || value === null) return MISSING;
      return { text: type === 'Edm.DateTimeOffset' ? dayText(value) : shownText(value) };
    },
  };
}

/** Every column that `--columns` can name, in the order of the help. */
export const LIST_COLUMNS: readonly ListColumn[] = [
  NAME,
  ID,
  TYPE,
  DEVICES,
  ...PROPERTIES.filter(({ counts }) => counts).map(propertyColumn),
  ...PROPERTIES.filter(({ counts }) => !counts).map(propertyColumn),
  BAR,
];

/** A date to the minute, in UTC; any other value unchanged. */
function dayText(value: unknown): string {
  const instant = typeof value === 'string' ? instantOf(value) : undefined;
  if (instant === undefined) return shownText(value);
  return `${new Date(Number(instant / 10_000n)).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
