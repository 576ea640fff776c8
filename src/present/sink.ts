import { Failure } from '../outcome/errors.ts';
import type { Output } from '../process/runtime.ts';

/** Writes text to a stream with backpressure. */
export interface Sink {
  /** Resolves to false if the reader has closed the stream. */
  write(text: string): Promise<boolean>;
  /** Waits until everything has been flushed. */
  end(): Promise<void>;
  release(): void;
}

/** The codes of a stream whose reader has closed it, before or during the writing. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED']);

/**
 * Opens `out` for writing; a closed pipe is not an error.
 * @throws from `write` and `end`, an `unexpected` Failure if the output cannot be written for another reason
 */
export function openSink(out: Output): Sink {
  let broken: NodeJS.ErrnoException | undefined;
  let wake: () => void = () => undefined;
  const onError = (error: NodeJS.ErrnoException): void => {
    broken ??= error;
    wake();
  };
  const onDrain = (): void => wake();
  // A stream that was destroyed before emits no more events: it reports the error only on a write.
  const onWritten = (error?: Error | null): void => {
    if (error) onError(error);
  };
  out.on('error', onError).on('drain', onDrain);
  const stillRead = (): boolean => {
    if (broken === undefined) return true;
    if (CLOSED.has(broken.code)) return false;
    throw unwritable(broken);
  };
  const woken = (start: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      if (start()) resolve();
    });
  return {
    async write(text) {
      if (broken === undefined) await woken(() => out.write(text, onWritten));
      return stillRead();
    },
    async end() {
      const last = (error?: Error | null): void => {
        onWritten(error);
        wake();
      };
      if (broken === undefined) await woken(() => out.write('', last) && false);
      stillRead();
    },
    release() {
      out.off('drain', onDrain);
      // The error event may follow the callback of the write. Without a listener, it would end the process.
      if (broken === undefined) out.off('error', onError);
    },
  };
}

function unwritable(cause: Error): Failure {
  return new Failure('unexpected', `the output cannot be written: ${cause.message}`, {
    hint: 'the command itself may have succeeded; check before you repeat it',
    cause,
  });
}
