import { invalidCountsText } from './devices.ts';
import type { Overview } from './difference.ts';

/** The warning about invalid counts: `errorCount is "12": not included in totals`; undefined if all are valid. */
export function countsWarning(overview: Overview): string | undefined {
  const text = invalidCountsText(overview);
  return text === undefined ? undefined : `${text}: not included in totals`;
}

/** One warning about several overviews: the first with invalid counts in full, and the number of the others. */
export class CountsWarnings {
  #first: string | undefined;
  #more = 0;

  /** @param name the label of the configuration */
  add(name: string, overview: Overview): void {
    const text = invalidCountsText(overview);
    if (text === undefined) return;
    if (this.#first === undefined) this.#first = `${name}: ${text}`;
    else this.#more += 1;
  }

  /** The warning; undefined if all counts are valid. */
  text(): string | undefined {
    if (this.#first === undefined) return undefined;
    const more = this.#more === 0 ? '' : `, and ${this.#more} more like it`;
    return `${this.#first}${more}: not included in totals`;
  }
}
