/** What a command has opened: the one place that closes it, whether the command succeeds or fails. */
export class Deferred {
  readonly #closings: (() => Promise<void>)[] = [];

  /** @param close is called at the end of the run, before what was deferred earlier */
  defer(close: () => Promise<void>): void {
    this.#closings.push(close);
  }

  /** Closes everything, the last opened first; one that cannot be closed keeps none of the others open. */
  async close(): Promise<void> {
    const close = this.#closings.pop();
    if (close === undefined) return;
    try {
      await close();
    } finally {
      await this.close();
    }
  }
}
