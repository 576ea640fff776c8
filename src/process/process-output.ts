import { fstatSync, statSync, writeSync } from 'node:fs';
import type { Output, OutputEvent } from './runtime.ts';

/** Characters that are written before the stream is opened. They fit into the buffer of a pipe, so the write does not block. */
const DIRECT_WRITE_LIMIT = 16_384;

type Listener = (error: NodeJS.ErrnoException) => void;

/**
 * Standard output or standard error. Opening Node's stream takes longer than writing a short text, so a short text to a
 * file, a pipe or the null device is written without it. For a terminal or a longer text the stream is opened.
 */
export class ProcessOutput implements Output {
  readonly #descriptor: 1 | 2;
  readonly #open: () => NodeJS.WriteStream;
  readonly #listeners: [event: OutputEvent, listener: Listener][] = [];
  #stream: NodeJS.WriteStream | undefined;
  #plain: boolean | undefined;
  #remaining = DIRECT_WRITE_LIMIT;

  /** @param open opens the stream, such as `process.stdout` */
  constructor(descriptor: 1 | 2, open: () => NodeJS.WriteStream) {
    this.#descriptor = descriptor;
    this.#open = open;
  }

  get isTTY(): boolean {
    return !this.#isPlain() && this.#opened().isTTY === true;
  }

  get columns(): number | undefined {
    return this.#isPlain() ? undefined : this.#opened().columns;
  }

  get rows(): number | undefined {
    return this.#isPlain() ? undefined : this.#opened().rows;
  }

  write(text: string, written?: (error?: Error | null) => void): boolean {
    if (this.#stream !== undefined || text.length > this.#remaining || !this.#isPlain())
      return this.#opened().write(text, written);
    this.#remaining -= text.length;
    try {
      const bytes = Buffer.from(text);
      const length = bytes.byteLength === 0 ? 0 : writeSync(this.#descriptor, bytes);
      if (length < bytes.byteLength) return this.#opened().write(bytes.subarray(length), written);
      if (written !== undefined) queueMicrotask(written);
      return true;
    } catch {
      // The stream reports the error in its own way.
      return this.#opened().write(text, written);
    }
  }

  on(event: OutputEvent, listener: Listener): this {
    this.#listeners.push([event, listener]);
    this.#stream?.on(event, listener);
    return this;
  }

  off(event: OutputEvent, listener: Listener): this {
    const place = this.#listeners.findIndex(([of, one]) => of === event && one === listener);
    if (place >= 0) this.#listeners.splice(place, 1);
    this.#stream?.off(event, listener);
    return this;
  }

  /** Whether everything that was written has been passed to the system. */
  get isFlushed(): boolean {
    const stream = this.#stream;
    return stream === undefined || stream.writableLength === 0 || stream.destroyed;
  }

  /** Resolves when everything that was written has been passed to the system. */
  async flushed(): Promise<void> {
    if (!this.isFlushed) await new Promise<void>((resolve) => this.#stream?.write('', () => resolve()));
  }

  #opened(): NodeJS.WriteStream {
    if (this.#stream === undefined) {
      this.#stream = this.#open();
      // While the presenter writes, it handles a closed pipe itself. A later error must not end the process.
      this.#stream.on('error', () => undefined);
      for (const [event, listener] of this.#listeners) this.#stream.on(event, listener);
    }
    return this.#stream;
  }

  /** Whether it is certainly not a terminal: a file, a pipe or the null device. */
  #isPlain(): boolean {
    this.#plain ??= isPlain(this.#descriptor);
    return this.#plain;
  }
}

function isPlain(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    if (stats.isFile() || stats.isFIFO() || stats.isSocket()) return true;
    return stats.isCharacterDevice() && stats.rdev === statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}
