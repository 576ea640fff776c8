/** The script of the page: reads the data in the page and shows the table of configurations. */
import { numberText } from '../number-text.ts';
import type { PageData } from '../page-data.ts';
import { columnsOf } from './columns.ts';
import { byId, element } from './element.ts';
import { entriesOf, matching } from './entry.ts';
import { kindsOf } from './kinds.ts';
import { sorted } from './order.ts';
import { choicesOf, type SortChoice, sortsOf } from './sorts.ts';
import { type Sort, Table } from './table.ts';

/** Milliseconds after the last input until a screen reader announces the number of matches, so that it is not for each key. */
const ANNOUNCE_DELAY = 250;

function start(): void {
  const data = JSON.parse(byId('data').textContent ?? '') as PageData;
  const entries = entriesOf(data);
  const sorts = sortsOf(data);
  const choices = choicesOf(sorts);
  const kinds = kindsOf(data);
  const filter = byId('filter') as HTMLInputElement;
  const kind = byId('show') as HTMLSelectElement;
  const sortBy = byId('sort') as HTMLSelectElement;
  const direction = byId('direction');
  kind.append(...kinds.map(({ label }, index) => element('option', { value: String(index) }, label)));
  sortBy.append(...choices.map(({ label }, index) => element('option', { value: String(index) }, label)));
  let sort = by(choices[0] ?? sorts.name);
  byId('listing').hidden = false;

  const resort = (choice: SortChoice): void => {
    sort = choice === sort.choice ? turned(sort) : by(choice);
    show();
  };
  const table = new Table(columnsOf(data, sorts), entries, resort);
  const show = (): void => {
    const found = matching(entries, filter.value, kinds[Number(kind.value)]?.shows ?? (() => true));
    sortBy.value = String(choices.indexOf(sort.choice));
    direction.textContent = sort.direction === 'ascending' ? '↑ ascending' : '↓ descending';
    table.show(sorted(found, sort.choice.key, sort.direction), sort);
    announce(found.length, entries.length, sort);
  };
  filter.addEventListener('input', show);
  filter.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    filter.value = '';
    show();
  });
  kind.addEventListener('change', show);
  sortBy.addEventListener('change', () => resort(choices[Number(sortBy.value)] ?? sort.choice));
  direction.addEventListener('click', () => resort(sort.choice));
  show();
}

function by(choice: SortChoice): Sort {
  return { choice, direction: choice.first };
}

function turned({ choice, direction }: Sort): Sort {
  return { choice, direction: direction === 'ascending' ? 'descending' : 'ascending' };
}

let announcement: ReturnType<typeof setTimeout> | undefined;

/** Announces the number of matching rows and their order to a screen reader. */
function announce(found: number, all: number, { choice, direction }: Sort): void {
  const text = `${numberText(found)} of ${numberText(all)} rows, sorted by ${choice.label}, ${direction}`;
  clearTimeout(announcement);
  announcement = setTimeout(() => {
    byId('matches').textContent = text;
  }, ANNOUNCE_DELAY);
}

start();
