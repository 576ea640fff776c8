import type { Configuration, Overview } from './tenant.ts';

interface Write {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly before: Overview;
}

/** The overviews that lagging reads return: those of a given time ago. */
export class Lag {
  readonly #milliseconds: number;
  readonly #now: () => number;
  /** By configuration: the writes that reads do not return yet, oldest first. */
  readonly #hidden = new Map<string, Write[]>();

  /** @param now milliseconds since the epoch */
  constructor(milliseconds: number, now: () => number) {
    this.#milliseconds = milliseconds;
    this.#now = now;
  }

  /** Records a write at the present time. */
  written({ id }: Configuration, before: Overview): void {
    const writes = this.#hidden.get(id) ?? [];
    writes.push({ at: this.#now(), before });
    this.#hidden.set(id, writes);
  }

  /** The overview for a read, if `newest` is the present one. */
  shown({ id }: Configuration, newest: Overview): Overview {
    const since = this.#now() - this.#milliseconds;
    const writes = this.#hidden.get(id)?.filter(({ at }) => at > since) ?? [];
    if (writes.length === 0) this.#hidden.delete(id);
    else this.#hidden.set(id, writes);
    return writes[0]?.before ?? newest;
  }
}
