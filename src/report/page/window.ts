/** Up to this many rows are always rendered, so that the browser can search and print them. */
const MAX_UNWINDOWED = 500;

/** Rows within this distance of the viewport, in pixels, are rendered, too, so that scrolling shows no gap. */
const MARGIN = 600;

/** The number of rows that are rendered to estimate the height of a row. */
const SAMPLE = 20;

/** The elements of the rows, and the function that renders a row. */
export interface WindowParts {
  readonly body: HTMLElement;
  /** Placeholders for the rows above and below that are not rendered. */
  readonly above: HTMLElement;
  readonly below: HTMLElement;
  /** Renders the row with this index, from 0. */
  draw(index: number): HTMLElement;
}

/**
 * Renders only the visible rows of a long table while the page is scrolled. Rows may differ in height: rendered rows are
 * measured, the others are estimated from the average of the first rows. For printing, all rows are rendered.
 */
export class RowWindow {
  readonly #parts: WindowParts;
  #count = 0;
  /** The height of a row that has not been rendered, in pixels; 0 if there is no estimate yet. */
  #estimate = 0;
  #heights: number[] = [];
  #drawn = new Map<number, HTMLElement>();
  #all = false;
  #scheduled = false;

  constructor(parts: WindowParts) {
    this.#parts = parts;
    addEventListener('scroll', () => this.#soon(), { passive: true });
  }

  /** Replaces the rows. @param count the number of the new rows */
  reset(count: number): void {
    this.#count = count;
    this.#drawn.clear();
    this.#parts.body.replaceChildren();
    this.remeasure();
  }

  /** Renders all rows, or only the visible ones. */
  showAll(all: boolean): void {
    if (this.#all === all) return;
    this.#all = all;
    this.#draw();
  }

  /** Discards the measured heights, after a change of the layout. */
  remeasure(): void {
    this.#heights = [];
    this.#estimate = 0;
    this.#draw();
  }

  #soon(): void {
    if (this.#scheduled || this.#showsAll()) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  #showsAll(): boolean {
    return this.#all || this.#count <= MAX_UNWINDOWED;
  }

  #draw(): void {
    if (this.#showsAll()) {
      this.#show(0, this.#count);
      return;
    }
    if (this.#estimate === 0) this.#estimate = this.#averageHeight();
    const anchor = this.#anchor();
    const [start, end] = this.#range();
    this.#show(start, end);
    this.#measure();
    // Errors in the estimated heights of rows above must not move the visible rows.
    const moved = anchor?.row.isConnected ? anchor.row.getBoundingClientRect().top - anchor.top : 0;
    if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: 'instant' });
    const last = this.#drawn.get(end - 1);
    if (end < this.#count && last !== undefined && last.getBoundingClientRect().bottom < innerHeight)
      this.#soon();
  }

  /** The first visible row and its position. */
  #anchor(): { readonly row: HTMLElement; readonly top: number } | undefined {
    for (const index of [...this.#drawn.keys()].sort((one, other) => one - other)) {
      const row = this.#drawn.get(index);
      const { top = 0, bottom = 0 } = row?.getBoundingClientRect() ?? {};
      if (row !== undefined && bottom > 0) return { row, top };
    }
    return undefined;
  }

  /** The index of the first row to render, and that after the last. */
  #range(): readonly [start: number, end: number] {
    const { top } = this.#parts.above.getBoundingClientRect();
    const [from, to] = [-top - MARGIN, innerHeight - top + MARGIN];
    let [start, end, at] = [0, 0, 0];
    for (let index = 0; index < this.#count; index += 1) {
      if (at < from && index < this.#count - 1) start = index;
      if (at <= to || index <= start) end = index + 1;
      at += this.#heightOf(index);
    }
    return [start, end];
  }

  /** Renders the rows from `start` to before `end`, and removes the others. */
  #show(start: number, end: number): void {
    for (const [index, row] of this.#drawn) {
      if (index >= start && index < end) continue;
      row.remove();
      this.#drawn.delete(index);
    }
    let before: HTMLElement | undefined;
    for (let index = start; index < end; index += 1) {
      let row = this.#drawn.get(index);
      if (row === undefined) {
        row = this.#parts.draw(index);
        if (before === undefined) this.#parts.body.prepend(row);
        else before.after(row);
        this.#drawn.set(index, row);
      }
      before = row;
    }
    this.#parts.above.style.height = `${this.#heightBetween(0, start)}px`;
    this.#parts.below.style.height = `${this.#heightBetween(end, this.#count)}px`;
  }

  #measure(): void {
    for (const [index, row] of this.#drawn) this.#heights[index] = outerHeight(row);
  }

  #averageHeight(): number {
    const sample = Math.min(SAMPLE, this.#count);
    this.#show(0, sample);
    this.#measure();
    return Math.max(1, this.#heightBetween(0, sample) / sample);
  }

  #heightBetween(start: number, end: number): number {
    let sum = 0;
    for (let index = start; index < end; index += 1) sum += this.#heightOf(index);
    return sum;
  }

  #heightOf(index: number): number {
    return this.#heights[index] ?? this.#estimate;
  }
}

/** The height of a row with its bottom margin, in pixels. */
function outerHeight(row: HTMLElement): number {
  return row.getBoundingClientRect().height + Number.parseFloat(getComputedStyle(row).marginBottom);
}
