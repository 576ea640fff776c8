import { changeText, numberText } from '../number-text.ts';
import type { PageData, RowState } from '../page-data.ts';
import { barCell } from './bar.ts';
import { element } from './element.ts';
import type { Entry } from './entry.ts';
import type { Direction, SortKey } from './order.ts';

/** One column of the table. */
export interface Column {
  readonly title: string;
  /** Decides how wide it is, and which way its cells are aligned. */
  readonly kind: 'name' | 'text' | 'bar' | 'state' | 'number' | 'time';
  /** The way it is sorted at first. */
  readonly first: Direction;
  /** @param byChange counts are sorted by their change since the earlier listing */
  key(entry: Entry, byChange: boolean): SortKey;
  cell(entry: Entry): HTMLTableCellElement;
  /** Has nothing to show for a configuration without counts, whose error takes its place. */
  readonly counted: boolean;
}

/** The columns of the page; those of a comparison say what became of each configuration. */
export function columnsOf(data: PageData): readonly Column[] {
  const { series, compared } = data;
  const counts = series.map(({ label }, index) =>
    countColumn(label, compared, {
      now: ({ row }) => row.counts?.[index] ?? null,
      change: ({ changes }) => changes[index] ?? null,
    }),
  );
  const devices = countColumn('Devices', compared, {
    now: (entry) => entry.devices,
    change: (entry) => entry.devicesChange,
  });
  return [
    NAME,
    TYPE,
    ...(compared ? [STATE] : []),
    successColumn(data),
    devices,
    ...counts,
    UPDATED,
    VERSION,
  ];
}

const NAME: Column = {
  title: 'Name',
  kind: 'name',
  first: 'ascending',
  counted: false,
  key: ({ row }) => row.name,
  cell({ row }) {
    const name = element('bdi', { class: 'line strong', title: row.name }, row.name);
    const former =
      row.formerName === undefined ? [] : [element('bdi', { class: 'line dim' }, `was ${row.formerName}`)];
    return element('th', { scope: 'row' }, name, element('bdi', { class: 'line id' }, row.id), ...former);
  },
};

const TYPE: Column = {
  title: 'Type',
  kind: 'text',
  first: 'ascending',
  counted: false,
  key: ({ row }) => (row.type === '' ? null : row.type),
  cell: ({ row }) => element('td', {}, element('bdi', { class: 'type', title: row.type }, row.type)),
};

const STATE_TEXTS: Readonly<Record<RowState, { readonly symbol: string; readonly label: string }>> = {
  changed: { symbol: '≠', label: 'changed' },
  added: { symbol: '+', label: 'added' },
  removed: { symbol: '−', label: 'removed' },
  same: { symbol: '=', label: 'unchanged' },
  unknown: { symbol: '?', label: 'not comparable' },
};

/** In the order in which they are worth a look; more than all devices of a tenant lie between two of them. */
const RANKS: readonly RowState[] = ['same', 'unknown', 'removed', 'added', 'changed'];
const RANK = 1e12;

/** Sorted by what became of the configuration, then by how far its counts moved. */
const STATE: Column = {
  title: 'Moved',
  kind: 'state',
  first: 'descending',
  counted: false,
  key: ({ row, moved }) => RANKS.indexOf(row.state ?? 'unknown') * RANK + moved,
  cell({ row, moved }) {
    const { symbol, label } = STATE_TEXTS[row.state ?? 'unknown'];
    const sign = element('span', { 'aria-hidden': 'true' }, `${symbol} `);
    const size = element('span', { class: 'dim line' }, moved === 0 ? '' : `${numberText(moved)} moved`);
    return element('td', {}, element('span', { class: 'line' }, sign, label), size);
  },
};

function successColumn({ series }: PageData): Column {
  return {
    title: 'Share of success',
    kind: 'bar',
    first: 'ascending',
    counted: true,
    key: ({ success }) => success,
    cell: (entry) => barCell(entry, series),
  };
}

interface Count {
  now(entry: Entry): number | null;
  change(entry: Entry): number | null;
}

function countColumn(title: string, compared: boolean, { now, change }: Count): Column {
  return {
    title,
    kind: 'number',
    first: 'descending',
    counted: true,
    key: (entry, byChange) => (byChange ? change(entry) : now(entry)),
    cell(entry) {
      const count = now(entry);
      const cell = element('td', count === 0 ? { class: 'nought' } : {}, numberText(count));
      if (compared) cell.append(changeLine(change(entry)));
      return cell;
    },
  };
}

/** The change of a count below it: a sign and an arrow say which way it went. */
function changeLine(change: number | null): HTMLElement {
  if (change === null || change === 0)
    return element('span', { class: 'line dim' }, change === 0 ? '±0' : '');
  const arrow = element('span', { 'aria-hidden': 'true' }, change > 0 ? '▲ ' : '▼ ');
  return element('span', { class: 'line change' }, arrow, changeText(change));
}

const UPDATED: Column = {
  title: 'Last update',
  kind: 'time',
  first: 'descending',
  counted: true,
  key: ({ row }) => row.updatedAt ?? null,
  cell({ row }) {
    if (row.updated === undefined) return element('td', {}, '–');
    if (row.updatedAt === undefined) return element('td', {}, element('bdi', {}, row.updated));
    const time = new Date(row.updatedAt).toISOString();
    const clock = element('span', { class: 'line dim' }, `${time.slice(11, 16)} UTC`);
    return element(
      'td',
      { title: row.updated },
      element('span', { class: 'line' }, time.slice(0, 10)),
      clock,
    );
  },
};

const VERSION: Column = {
  title: 'Version',
  kind: 'number',
  first: 'descending',
  counted: true,
  key: ({ row }) => row.version ?? null,
  cell: ({ row }) => element('td', {}, row.version === undefined ? '–' : String(row.version)),
};
