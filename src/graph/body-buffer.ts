/** The initial buffer size for a body of several parts, in bytes. */
const INITIAL_SIZE = 64 * 1024;

/**
 * Assembles a body from its parts in one growing buffer, so that a service that sends single bytes does not cause a buffer
 * for each.
 */
export class BodyBuffer {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(part: Uint8Array): void {
    const length = this.#length + part.byteLength;
    if (this.#length === 0) {
      // Most answers come in one part, which then needs no copy.
      this.#bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    } else {
      if (length > this.#bytes.byteLength) {
        const larger = Buffer.allocUnsafe(Math.max(INITIAL_SIZE, 2 * length));
        this.#bytes.copy(larger, 0, 0, this.#length);
        this.#bytes = larger;
      }
      this.#bytes.set(part, this.#length);
    }
    this.#length = length;
  }

  /** The body so far. A view of the buffer, valid until the next part is added. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
