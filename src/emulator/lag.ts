import type { Configuration, Overview } from './tenant.ts';

interface Write {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly before: Overview;
}

/** What reads show where they lag behind writes: each overview as it was so long ago. */
export class Lag {
  readonly #milliseconds: number;
  readonly #now: () => number;
  /** By configuration: the writes that reads do not show yet, oldest first. */
  readonly #hidden = new Map<string, Write[]>();

  /** @param now milliseconds since the epoch */
  constructor(milliseconds: number, now: () => number) {
    this.#milliseconds = milliseconds;
    this.#now = now;
  }

  /** Takes note of a write that is made now. */
  written({ id }: Configuration, before: Overview): void {
    const writes = this.#hidden.get(id) ?? [];
    writes.push({ at: this.#now(), before });
    this.#hidden.set(id, writes);
  }

  /** What a read shows of an overview that holds `newest`: a write shows once it is as old as the lag. */
  shown({ id }: Configuration, newest: Overview): Overview {
    const since = this.#now() - this.#milliseconds;
    const writes = this.#hidden.get(id)?.filter(({ at }) => at > since) ?? [];
    if (writes.length === 0) this.#hidden.delete(id);
    else this.#hidden.set(id, writes);
    return writes[0]?.before ?? newest;
  }
}
