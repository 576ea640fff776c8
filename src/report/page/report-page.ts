/** The page's own script: it reads the data that the page holds and shows the table of configurations. */
import type { PageData } from '../page-data.ts';
import { type Column, columnsOf } from './columns.ts';
import { byId, element } from './element.ts';
import { entriesOf, matching } from './entry.ts';
import { kindsOf } from './kinds.ts';
import { sorted } from './order.ts';
import { type Sort, Table } from './table.ts';

/** Milliseconds without a key before the number of matches is said, so that nobody hears one for each letter. */
const PAUSE = 250;

function start(): void {
  const data = JSON.parse(byId('data').textContent ?? '') as PageData;
  const entries = entriesOf(data);
  const columns = columnsOf(data);
  const kinds = kindsOf(data);
  const filter = byId('filter') as HTMLInputElement;
  const kind = byId('show') as HTMLSelectElement;
  kind.append(...kinds.map(({ label }, index) => element('option', { value: String(index) }, label)));
  const byChange = data.compared ? addChangeChoice() : undefined;
  let sort = firstSort(columns, data);

  const table = new Table(columns, (column) => {
    sort = { column, direction: nextDirection(column, sort) };
    show();
  });
  const show = (): void => {
    const found = matching(entries, filter.value, kinds[Number(kind.value)]?.shows ?? (() => true));
    const keyed = (entry: (typeof found)[number]) => sort.column.key(entry, byChange?.value === 'change');
    table.show(sorted(found, keyed, sort.direction), sort);
    say(found.length, entries.length, sort);
  };
  filter.addEventListener('input', show);
  filter.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    filter.value = '';
    show();
  });
  kind.addEventListener('change', show);
  byChange?.addEventListener('change', show);
  byId('listing').hidden = false;
  show();
}

/** A comparison starts with what moved most; a listing stays as it came. */
function firstSort(columns: readonly Column[], { compared }: PageData): Sort {
  const title = compared ? 'Moved' : 'Name';
  const column = columns.find((one) => one.title === title);
  if (column === undefined) throw new Error(`there is no column ${title}`);
  return { column, direction: column.first };
}

function nextDirection(column: Column, { column: last, direction }: Sort): Sort['direction'] {
  if (column !== last) return column.first;
  return direction === 'ascending' ? 'descending' : 'ascending';
}

/** In a comparison a count has two numbers that it can be sorted by. */
function addChangeChoice(): HTMLSelectElement {
  const choice = element(
    'select',
    { id: 'sort-by' },
    element('option', { value: 'change' }, 'their change'),
    element('option', { value: 'now' }, 'the count now'),
  );
  const label = element('label', { for: 'sort-by' }, 'Sort counts by');
  document.querySelector('.controls')?.append(element('p', {}, label, choice));
  return choice;
}

let saying: ReturnType<typeof setTimeout> | undefined;

/** Says how many rows match, and how they are sorted, where a screen reader hears it. */
function say(found: number, all: number, { column, direction }: Sort): void {
  const number = (count: number): string => count.toLocaleString('en-US');
  const how = `sorted by ${column.title}, ${direction}`;
  const text = `${number(found)} of ${number(all)} rows, ${how}`;
  clearTimeout(saying);
  saying = setTimeout(() => {
    byId('matches').textContent = text;
  }, PAUSE);
}

start();
