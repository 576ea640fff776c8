import type { Emit } from '../../outcome/events.ts';

/** The reasons why conditions could not be evaluated, and the number of configurations for each. */
export class Undecided {
  readonly #counts = new Map<string, number>();

  add(reasons: readonly string[]): void {
    for (const reason of reasons) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  /** Reports each reason once, as a note. */
  report(emit: Emit): void {
    for (const [reason, count] of this.#counts) {
      const noun = count === 1 ? 'configuration' : 'configurations';
      emit({ kind: 'note', text: `for ${count} ${noun}: ${reason}` });
    }
  }
}
