import { changeText, heldText, numberText, sumText } from '../number-text.ts';
import type { PageData, PageRow, RowState } from '../page-data.ts';
import { piecesOf, wordsOf } from '../words.ts';
import { barCell } from './bar.ts';
import { element } from './element.ts';
import type { Entry } from './entry.ts';
import { type SortChoice, type Sorts, sortsOf } from './sorts.ts';

/** One column of the table. */
export interface Column {
  readonly title: string;
  /** Determines its width and alignment. */
  readonly kind: 'name' | 'bar' | 'state' | 'number' | 'time';
  /** What the button in its header sorts by. */
  readonly sort: SortChoice;
  cell(entry: Entry): HTMLTableCellElement;
  /** For a column of numbers: the lines of its cell, which must not be truncated. */
  lines?(entry: Entry): readonly [now: string, change?: string];
  /** Whether it is empty for a configuration without counts, whose error is shown in its place. */
  readonly counted: boolean;
}

/** The columns of the table. A comparison also has a column for the change of each configuration. */
export function columnsOf(data: PageData, sorts: Sorts = sortsOf(data)): readonly Column[] {
  const { series, compared } = data;
  const counts = series.map(({ label }, index): Column => {
    const sort = sorts.countChanges[index] ?? sorts.counts[index];
    if (sort === undefined) throw new Error(`no sort criterion for ${label}`);
    return countColumn(label, sort, compared, {
      now: ({ row }) => heldText(row.counts?.[index] ?? null),
      change: ({ changes }) => changes[index] ?? null,
    });
  });
  const devices = countColumn('Devices', sorts.devices, compared, {
    now: (entry) => sumText(entry.devices, entry.lacking),
    change: (entry) => entry.devicesChange,
  });
  return [
    nameColumn(sorts.name),
    ...(sorts.change === undefined ? [] : [stateColumn(sorts.change)]),
    {
      title: 'Share of success',
      kind: 'bar',
      sort: sorts.success,
      counted: true,
      cell: (entry) => barCell(entry, series),
    },
    devices,
    ...counts,
    updatedColumn(sorts.updated),
    versionColumn(sorts.version),
  ];
}

function nameColumn(sort: SortChoice): Column {
  return {
    title: 'Name',
    kind: 'name',
    sort,
    counted: false,
    cell({ row }) {
      const { name, formerName, type, id } = row;
      const lines = [element('bdi', { class: 'line strong' }, name)];
      if (formerName !== undefined) lines.push(element('bdi', { class: 'line dim' }, `was ${formerName}`));
      if (type !== '') lines.push(element('bdi', { class: 'line dim type' }, ...breakable(wordsOf(type))));
      lines.push(element('bdi', { class: 'line id' }, ...breakable(piecesOf(id))));
      return element('th', { scope: 'row' }, ...lines);
    },
  };
}

/** Inserts line break opportunities between parts. */
function breakable(parts: readonly string[]): (Node | string)[] {
  return parts.flatMap((part, place) => (place === 0 ? [part] : [element('wbr'), part]));
}

const STATE_TEXTS: Readonly<Record<RowState, { readonly symbol: string; readonly label: string }>> = {
  changed: { symbol: '≠', label: 'changed' },
  added: { symbol: '+', label: 'added' },
  removed: { symbol: '−', label: 'removed' },
  same: { symbol: '=', label: 'unchanged' },
  unknown: { symbol: '?', label: 'not comparable' },
};

function stateColumn(sort: SortChoice): Column {
  return {
    title: 'Change',
    kind: 'state',
    sort,
    counted: false,
    cell({ row, changed }) {
      const { symbol, label } = STATE_TEXTS[row.state ?? 'unknown'];
      const sign = element('span', { 'aria-hidden': 'true' }, `${symbol} `);
      const size = changed === 0 ? [] : [element('span', { class: 'line dim' }, `by ${numberText(changed)}`)];
      return element('td', {}, element('span', { class: 'line' }, sign, label), ...size);
    },
  };
}

interface Count {
  now(entry: Entry): string;
  change(entry: Entry): number | null;
}

function countColumn(title: string, sort: SortChoice, compared: boolean, { now, change }: Count): Column {
  return {
    title,
    kind: 'number',
    sort,
    counted: true,
    lines: (entry) => (compared ? [now(entry), changeText(change(entry))] : [now(entry)]),
    cell(entry) {
      const text = now(entry);
      const cell = element('td', text === '0' ? { class: 'zero' } : {}, text);
      // In a row that is marked as unchanged, the changes would all be 0.
      if (compared && entry.row.state !== 'same') cell.append(changeLine(change(entry)));
      return cell;
    },
  };
}

/** The change of a count, shown below it. */
function changeLine(change: number | null): HTMLElement {
  if (change === null || change === 0)
    return element('span', { class: 'line dim' }, change === 0 ? '±0' : '');
  return element('span', { class: 'line change' }, changeText(change));
}

function updatedColumn(sort: SortChoice): Column {
  return {
    title: 'Last update',
    kind: 'time',
    sort,
    counted: true,
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
}

function versionText({ version }: PageRow): string {
  return version === undefined ? '–' : String(version);
}

function versionColumn(sort: SortChoice): Column {
  return {
    title: 'Version',
    kind: 'number',
    sort,
    counted: true,
    lines: ({ row }) => [versionText(row)],
    cell: ({ row }) => element('td', {}, versionText(row)),
  };
}
