import type { Invocation } from '../command.ts';

/** How long requests that are under way may still take once the run is interrupted, in milliseconds. */
const GRACE = 400;

/**
 * A signal for requests that must not break off at once: it aborts a moment after the run is interrupted, so that what
 * is under way can finish and be written down.
 */
export function lateSignal({ runtime, defer }: Pick<Invocation, 'runtime' | 'defer'>): AbortSignal {
  const late = new AbortController();
  const closed = new AbortController();
  const abortLate = (): void => {
    runtime.clock.sleep(GRACE, closed.signal).then(
      () => late.abort(runtime.signal.reason),
      () => undefined,
    );
  };
  defer(async () => closed.abort());
  if (runtime.signal.aborted) abortLate();
  else runtime.signal.addEventListener('abort', abortLate, { once: true, signal: closed.signal });
  return late.signal;
}
