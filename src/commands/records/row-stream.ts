/** A queue of records that can be added while earlier ones are printed. */
export class RowStream implements AsyncIterable<unknown> {
  readonly #records: unknown[] = [];
  #wake: () => void = () => undefined;
  #ended = false;
  #error: unknown;

  push(record: unknown): void {
    this.#records.push(record);
    this.#wake();
  }

  /** Ends the stream. @param last its last record */
  end(last: unknown): void {
    this.#ended = true;
    this.push(last);
  }

  /** Ends the stream with an error, after the records so far. */
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
