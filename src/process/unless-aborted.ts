/**
 * Resolves with a promise, or rejects with the reason of the signal, whichever comes first: for operations that do not
 * support a signal. The operation itself is not stopped.
 */
export async function unlessAborted<T>(operation: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([operation, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
