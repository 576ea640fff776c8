import type { Column } from './columns.ts';
import { byId, element } from './element.ts';
import type { Entry } from './entry.ts';
import type { Direction } from './order.ts';
import type { SortChoice } from './sorts.ts';
import { RowWindow } from './window.ts';

/** The sort criterion and direction of the rows. */
export interface Sort {
  readonly choice: SortChoice;
  readonly direction: Direction;
}

/** The table: a header with a button for each column, and the rows. If it is too wide, each row is shown as a card. */
export class Table {
  readonly #table = byId('table');
  readonly #columns: readonly Column[];
  readonly #window: RowWindow;
  readonly #heads = new Map<Column, HTMLTableCellElement>();
  readonly #cols: readonly HTMLTableColElement[];
  /** A row with the longest lines of each column of numbers, to measure column widths. */
  readonly #probe: HTMLTableSectionElement;
  #entries: readonly Entry[] = [];

  constructor(columns: readonly Column[], all: readonly Entry[], onSort: (choice: SortChoice) => void) {
    this.#columns = columns;
    const [above, below] = [...this.#table.querySelectorAll('tbody.space')].map(spaceIn);
    if (above === undefined || below === undefined)
      throw new Error('the page has no tbody.space above and below the rows');
    above.colSpan = columns.length;
    below.colSpan = columns.length;
    this.#cols = columns.map(() => element('col'));
    this.#table.prepend(...this.#table.querySelectorAll('caption'), element('colgroup', {}, ...this.#cols));
    this.#table.querySelector('thead')?.append(this.#head(onSort));
    this.#table.setAttribute('aria-colcount', String(columns.length));
    this.#probe = probeOf(columns, all);
    this.#window = new RowWindow({
      body: byId('rows'),
      above,
      below,
      draw: (index) => this.#row(index),
    });
    this.#fit();
    addEventListener('resize', () => {
      this.#fit();
      this.#window.remeasure();
    });
    onPrint((isPrinting) => this.#window.showAll(isPrinting));
  }

  /** Shows these rows, in this order. */
  show(entries: readonly Entry[], { choice, direction }: Sort): void {
    this.#entries = entries;
    this.#table.setAttribute('aria-rowcount', String(entries.length + 1));
    for (const [{ sort }, head] of this.#heads) {
      if (sort === choice) head.setAttribute('aria-sort', direction);
      else head.removeAttribute('aria-sort');
    }
    this.#window.reset(entries.length);
    // If the page was scrolled down, return to the first row.
    if (this.#table.getBoundingClientRect().top < 0) this.#table.scrollIntoView({ behavior: 'instant' });
  }

  /** Sets the width of each column to that of its widest number, or shows cards if the columns do not fit. */
  #fit(): void {
    const heads = [...this.#heads.values()];
    for (const col of this.#cols) col.style.removeProperty('--width');
    this.#table.classList.remove('cards');
    this.#table.classList.add('measured');
    this.#table.append(this.#probe);
    const widths = heads.map((head) => Math.ceil(head.getBoundingClientRect().width));
    this.#probe.remove();
    this.#table.classList.remove('measured');
    const needed = widths.reduce((sum, width) => sum + width, 0);
    // The first column, the names, takes the remaining width.
    this.#cols.forEach((col, place) => {
      if (place > 0) col.style.setProperty('--width', `${widths[place]}px`);
    });
    this.#table.classList.toggle('cards', needed > byId('listing').clientWidth);
  }

  #head(onSort: (choice: SortChoice) => void): HTMLTableRowElement {
    const row = element('tr', { 'aria-rowindex': '1', role: 'row' });
    for (const column of this.#columns) {
      const button = element(
        'button',
        { type: 'button', class: 'sort' },
        column.title,
        element('span', { class: 'arrow', 'aria-hidden': 'true' }),
      );
      button.addEventListener('click', () => onSort(column.sort));
      const head = element(
        'th',
        { scope: 'col', class: `head is-${column.kind}`, role: 'columnheader' },
        button,
      );
      this.#heads.set(column, head);
      row.append(head);
    }
    return row;
  }

  #row(index: number): HTMLElement {
    const entry = this.#entries[index];
    if (entry === undefined) throw new Error(`there is no row ${index}`);
    const row = element('tr', { class: 'row', 'aria-rowindex': String(index + 2), role: 'row' });
    const { error } = entry.row;
    for (const column of this.#columns) {
      if (error === undefined || !column.counted) row.append(cellOf(column, entry));
    }
    if (error !== undefined)
      row.append(errorCell(error, this.#columns.filter(({ counted }) => counted).length));
    return row;
  }
}

function cellOf(column: Column, entry: Entry): HTMLTableCellElement {
  const cell = column.cell(entry);
  cell.classList.add('cell', `is-${column.kind}`);
  // The CSS of cards removes the table semantics, which screen readers need.
  cell.setAttribute('role', cell.tagName === 'TH' ? 'rowheader' : 'cell');
  cell.dataset.label = column.title;
  return cell;
}

/** Replaces the cells with counts if a configuration could not be read. */
function errorCell(error: string, columns: number): HTMLTableCellElement {
  const sign = element('span', { 'aria-hidden': 'true' }, '✗ ');
  const message = element('bdi', {}, error);
  return element(
    'td',
    { class: 'cell is-error', colspan: String(columns), role: 'cell' },
    sign,
    'Could not be read: ',
    message,
  );
}

/** A row with the longest lines of each column of numbers. */
function probeOf(columns: readonly Column[], entries: readonly Entry[]): HTMLTableSectionElement {
  const row = element('tr', { class: 'row' });
  for (const column of columns) {
    let [now, change] = ['', ''];
    for (const entry of column.lines === undefined ? [] : entries) {
      const [line, below = ''] = column.lines?.(entry) ?? [''];
      if (line.length > now.length) now = line;
      if (below.length > change.length) change = below;
    }
    const second = element('span', { class: 'line change' }, change);
    row.append(element('td', { class: `cell is-${column.kind}` }, now, second));
  }
  return element('tbody', {}, row);
}

function spaceIn(body: Element): HTMLTableCellElement {
  const cell = element('td', { class: 'space-cell' });
  body.append(element('tr', {}, cell));
  return cell;
}

/** Calls `onChange` with true before the page is printed, and with false afterwards. */
function onPrint(onChange: (isPrinting: boolean) => void): void {
  addEventListener('beforeprint', () => onChange(true));
  addEventListener('afterprint', () => onChange(false));
  matchMedia('print').addEventListener('change', ({ matches }) => onChange(matches));
}
