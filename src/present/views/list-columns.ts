import { columnOf, PROPERTIES, type PropertyFlag, type PropertyRow } from '../../catalog/properties.ts';
import type { Cell, Column } from '../../outcome/result.ts';
import { instantOf } from '../../overview/instant.ts';
import { allText, devicesIn, groupText, shareOf, sumOf } from './count-columns.ts';
import { type CountGroup, lookOf } from './count-look.ts';
import { countedOf, type Listed } from './listed.ts';
import { SHORT_LABELS } from './overview.ts';
import { shownText } from './shown.ts';
import { stackedBar } from './stacked-bar.ts';

/** How a cell of a list is drawn. */
export interface CellRoom {
  /** Columns of the terminal that a bar takes. */
  readonly bar: number;
  /** A count has its share of all devices beside it. */
  readonly share: boolean;
  /** The id has a column of its own. */
  readonly id: boolean;
}

/** One column of a list. */
export interface ListColumn extends Column {
  /** What `--columns` and `--sort` call it. */
  readonly word: ListWord;
  /** Its name in the flat formats; undefined where it is only drawn. */
  readonly flat: string | undefined;
  /** It has a total. */
  readonly sums?: boolean;
  cell(listed: Listed, room: CellRoom): Cell;
}

export type ListWord = 'name' | 'id' | 'type' | 'devices' | PropertyFlag | 'bar';

const MISSING: Cell = { text: '–', tone: 'dim' };

/** A configuration without a name goes by its id, where that is not shown as well. */
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

/** In files it is a note, which `apply` ignores, since a sum cannot be written. */
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

/** A bar of what is not all would show the wrong shares. */
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

/** The counts that mean much the same, in one column. */
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

/** One property by itself. */
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

/** A date to the minute, in UTC; anything else as it is. */
function dayText(value: unknown): string {
  const instant = typeof value === 'string' ? instantOf(value) : undefined;
  if (instant === undefined) return shownText(value);
  return `${new Date(Number(instant / 10_000n)).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
