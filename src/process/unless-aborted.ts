/**
 * What was asked for, or the reason of the signal where that comes first: for what does not hear a signal by itself.
 * Whatever was asked for goes on unheard.
 */
export async function unlessAborted<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([asked, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
