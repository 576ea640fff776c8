/** The Park–Miller generator: the same numbers for the same seed. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = (seed % 2_147_483_646) + 1;
  }

  /** From 0 to 1. */
  next() {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return this.#state / 2_147_483_647;
  }

  between(least, most) {
    return least + this.next() * (most - least);
  }
}
