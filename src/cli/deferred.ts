/** The resources that a command has opened. They are closed here, whether the command succeeds or fails. */
export class Deferred {
  readonly #closings: (() => Promise<void>)[] = [];

  /** @param close called at the end of the run, in reverse order */
  defer(close: () => Promise<void>): void {
    this.#closings.push(close);
  }

  /** Closes all resources in reverse order, even if closing one of them fails. */
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
