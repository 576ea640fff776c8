import { invalidCountsText } from './devices.ts';
import type { Overview } from './difference.ts';

/** The warning about counts that are no numbers: `errorCount is "12": not included in totals`; undefined without any. */
export function countsWarning(overview: Overview): string | undefined {
  const text = invalidCountsText(overview);
  return text === undefined ? undefined : `${text}: not included in totals`;
}

/** One warning about many overviews: the first that has such counts in full, the others as a number. */
export class CountsWarnings {
  #first = '';
  #count = 0;

  /** @param name of the configuration, as a person knows it */
  add(name: string, overview: Overview): void {
    const text = invalidCountsText(overview);
    if (text === undefined) return;
    if (this.#count === 0) this.#first = `${name}: ${text}`;
    this.#count += 1;
  }

  /** undefined where no overview has such counts. */
  text(): string | undefined {
    if (this.#count === 0) return undefined;
    const more = this.#count === 1 ? '' : `, and ${this.#count - 1} more like it`;
    return `${this.#first}${more}: not included in totals`;
  }
}
