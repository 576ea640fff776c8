/** Up to so many rows are all drawn, so that the browser can find and print them by itself. */
const WHOLE = 500;

/** Pixels above and below what can be seen in which rows are drawn as well, so that scrolling shows no gap. */
const MARGIN = 600;

/** So many rows are drawn to learn how high one is. */
const SAMPLE = 20;

/** Where rows stand, and how they are drawn. */
export interface WindowParts {
  readonly body: HTMLElement;
  /** Stand in for the rows above and below that are not drawn. */
  readonly above: HTMLElement;
  readonly below: HTMLElement;
  /** Draws the row with this index, from 0. */
  draw(index: number): HTMLElement;
}

/**
 * Draws only those of many rows that can be seen as the page is scrolled. Rows may differ in height: one that was drawn
 * has its own, the others are taken to be as high as the first ones are on average. For printing all of them are drawn.
 */
export class RowWindow {
  readonly #parts: WindowParts;
  #count = 0;
  /** Of a row that was not drawn yet, in pixels; 0 where that is not known yet. */
  #estimate = 0;
  #heights: number[] = [];
  #drawn = new Map<number, HTMLElement>();
  #whole = false;
  #asked = false;

  constructor(parts: WindowParts) {
    this.#parts = parts;
    addEventListener('scroll', () => this.#soon(), { passive: true });
  }

  /** Starts again with other rows. */
  reset(count: number): void {
    this.#count = count;
    this.#drawn.clear();
    this.#parts.body.replaceChildren();
    this.remeasure();
  }

  /** Draws all rows, or again only those that can be seen. */
  showWhole(whole: boolean): void {
    if (this.#whole === whole) return;
    this.#whole = whole;
    this.#draw();
  }

  /** Rows are laid out in another way now. */
  remeasure(): void {
    this.#heights = [];
    this.#estimate = 0;
    this.#draw();
  }

  #soon(): void {
    if (this.#asked || this.#isWhole()) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#draw();
    });
  }

  #isWhole(): boolean {
    return this.#whole || this.#count <= WHOLE;
  }

  #draw(): void {
    if (this.#isWhole()) {
      this.#show(0, this.#count);
      return;
    }
    if (this.#estimate === 0) this.#estimate = this.#averageHeight();
    const anchor = this.#anchor();
    const [start, end] = this.#range();
    this.#show(start, end);
    this.#measure();
    // Rows above that turn out higher or lower than they were taken to be must not move what is read.
    const moved = anchor?.row.isConnected ? anchor.row.getBoundingClientRect().top - anchor.top : 0;
    if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: 'instant' });
    const last = this.#drawn.get(end - 1);
    if (end < this.#count && last !== undefined && last.getBoundingClientRect().bottom < innerHeight)
      this.#soon();
  }

  /** The first row in sight, and where it is. */
  #anchor(): { readonly row: HTMLElement; readonly top: number } | undefined {
    for (const index of [...this.#drawn.keys()].sort((one, other) => one - other)) {
      const row = this.#drawn.get(index);
      const { top = 0, bottom = 0 } = row?.getBoundingClientRect() ?? {};
      if (row !== undefined && bottom > 0) return { row, top };
    }
    return undefined;
  }

  /** The first row to draw and the one after the last. */
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

  /** Draws the rows from `start` up to before `end`, and no others. */
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

/** With the gap to the next row. */
function outerHeight(row: HTMLElement): number {
  return row.getBoundingClientRect().height + Number.parseFloat(getComputedStyle(row).marginBottom);
}
