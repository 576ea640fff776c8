import type { Invocation } from '../command.ts';

/** The time for requests in flight to finish after an interruption, in milliseconds. */
const GRACE = 400;

/**
 * A signal that aborts shortly after the run is interrupted, so that requests in flight can finish and be journaled.
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
