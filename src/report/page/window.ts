/** Rows drawn above and below what can be seen, so that scrolling shows no gap. */
const SPARE = 12;

/** Where rows stand, and how they are drawn. */
export interface WindowParts {
  readonly scroller: HTMLElement;
  readonly body: HTMLElement;
  /** Stand in for the rows above and below that are not drawn. */
  readonly above: HTMLElement;
  readonly below: HTMLElement;
  /** Draws the row with this index, from 0. */
  draw(index: number): HTMLElement;
}

/**
 * Draws only those of many rows that can be seen. Every row is as high as the first one, which the style sees to;
 * for printing all of them are drawn.
 */
export class RowWindow {
  readonly #parts: WindowParts;
  #count = 0;
  #height = 0;
  #drawn = new Map<number, HTMLElement>();
  #whole = false;

  constructor(parts: WindowParts) {
    this.#parts = parts;
    let asked = false;
    const soon = (): void => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        this.#draw();
      });
    };
    parts.scroller.addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', () => {
      this.#height = 0;
      soon();
    });
  }

  /** Starts again at the top with other rows. */
  reset(count: number): void {
    this.#count = count;
    this.#drawn.clear();
    this.#parts.body.replaceChildren();
    this.#parts.scroller.scrollTop = 0;
    this.#draw();
  }

  /** Draws all rows, or again only those that can be seen. */
  showWhole(whole: boolean): void {
    if (this.#whole === whole) return;
    this.#whole = whole;
    this.#draw();
  }

  #draw(): void {
    const [start, end] = this.#whole ? [0, this.#count] : this.#range();
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
    this.#parts.above.style.height = `${start * this.#height}px`;
    this.#parts.below.style.height = `${(this.#count - end) * this.#height}px`;
  }

  /** The first row to draw and the one after the last. */
  #range(): readonly [start: number, end: number] {
    if (this.#count === 0) return [0, 0];
    const { scroller } = this.#parts;
    const height = this.#measured();
    const first = Math.floor(scroller.scrollTop / height);
    // The scroller is as high as its rows until they fill the screen.
    const seen = Math.ceil(Math.max(scroller.clientHeight, innerHeight) / height);
    const start = Math.min(Math.max(0, first - SPARE), Math.max(0, this.#count - 1));
    return [start, Math.min(this.#count, first + seen + SPARE)];
  }

  #measured(): number {
    if (this.#height > 0) return this.#height;
    const [drawn] = this.#drawn.values();
    const row = drawn ?? this.#parts.draw(0);
    if (drawn === undefined) this.#parts.body.append(row);
    this.#height = row.getBoundingClientRect().height || 1;
    if (drawn === undefined) row.remove();
    return this.#height;
  }
}
