import type { Column } from './columns.ts';
import { byId, element } from './element.ts';
import type { Entry } from './entry.ts';
import type { Direction } from './order.ts';
import { RowWindow } from './window.ts';

/** Which column the rows are sorted by, and which way. */
export interface Sort {
  readonly column: Column;
  readonly direction: Direction;
}

/** The table: its head with a button for each column, and the rows that can be seen. */
export class Table {
  readonly #table = byId('table');
  readonly #columns: readonly Column[];
  readonly #window: RowWindow;
  readonly #heads = new Map<Column, HTMLTableCellElement>();
  #entries: readonly Entry[] = [];

  constructor(columns: readonly Column[], onSort: (column: Column) => void) {
    this.#columns = columns;
    const [above, below] = [...this.#table.querySelectorAll('tbody.space')].map(spaceIn);
    if (above === undefined || below === undefined) throw new Error('the page has no room above and below');
    above.colSpan = columns.length;
    below.colSpan = columns.length;
    this.#table.prepend(
      ...this.#table.querySelectorAll('caption'),
      element('colgroup', {}, ...columns.map(({ kind }) => element('col', { class: `col-${kind}` }))),
    );
    this.#table.querySelector('thead')?.append(this.#head(onSort));
    this.#table.setAttribute('aria-colcount', String(columns.length));
    this.#window = new RowWindow({
      scroller: byId('scroller'),
      body: byId('rows'),
      above,
      below,
      draw: (index) => this.#row(index),
    });
    printWhole((whole) => this.#window.showWhole(whole));
  }

  /** Shows these rows, in this order. */
  show(entries: readonly Entry[], { column, direction }: Sort): void {
    this.#entries = entries;
    this.#table.setAttribute('aria-rowcount', String(entries.length + 1));
    for (const [one, head] of this.#heads) {
      if (one === column) head.setAttribute('aria-sort', direction);
      else head.removeAttribute('aria-sort');
    }
    this.#window.reset(entries.length);
  }

  #head(onSort: (column: Column) => void): HTMLTableRowElement {
    const row = element('tr', { 'aria-rowindex': '1' });
    for (const column of this.#columns) {
      const button = element(
        'button',
        { type: 'button', class: 'sort' },
        column.title,
        element('span', { class: 'arrow', 'aria-hidden': 'true' }),
      );
      button.addEventListener('click', () => onSort(column));
      const head = element('th', { scope: 'col', class: `head is-${column.kind}` }, button);
      this.#heads.set(column, head);
      row.append(head);
    }
    return row;
  }

  #row(index: number): HTMLElement {
    const entry = this.#entries[index];
    if (entry === undefined) throw new Error(`there is no row ${index}`);
    const row = element('tr', { class: 'row', 'aria-rowindex': String(index + 2) });
    const { error } = entry.row;
    for (const column of this.#columns) {
      if (error !== undefined && column.counted) continue;
      const cell = column.cell(entry);
      cell.classList.add('cell', `is-${column.kind}`);
      row.append(cell);
    }
    if (error !== undefined)
      row.append(errorCell(error, this.#columns.filter(({ counted }) => counted).length));
    return row;
  }
}

/** Stands in for the counts of a configuration that could not be read. */
function errorCell(error: string, columns: number): HTMLTableCellElement {
  const sign = element('span', { 'aria-hidden': 'true' }, '✗ ');
  const message = element('bdi', {}, error);
  return element(
    'td',
    { class: 'cell is-error', colspan: String(columns), title: error },
    sign,
    'Could not be read: ',
    message,
  );
}

function spaceIn(body: Element): HTMLTableCellElement {
  const cell = element('td', { class: 'space-cell' });
  body.append(element('tr', {}, cell));
  return cell;
}

/** Says when the page is printed, and when that is over. */
function printWhole(tell: (whole: boolean) => void): void {
  addEventListener('beforeprint', () => tell(true));
  addEventListener('afterprint', () => tell(false));
  matchMedia('print').addEventListener('change', ({ matches }) => tell(matches));
}
