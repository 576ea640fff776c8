/** Records that come while others are being printed. */
export class RowStream implements AsyncIterable<unknown> {
  readonly #records: unknown[] = [];
  #wake: () => void = () => undefined;
  #ended = false;
  #error: unknown;

  push(record: unknown): void {
    this.#records.push(record);
    this.#wake();
  }

  /** @param last the record that closes the stream */
  end(last: unknown): void {
    this.#ended = true;
    this.push(last);
  }

  fail(error: unknown): void {
    this.#error = error;
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    for (;;) {
      yield* this.#records.splice(0);
      if (this.#records.length > 0) continue;
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
