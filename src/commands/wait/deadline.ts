import { Failure } from '../../outcome/errors.ts';
import type { Clock } from '../../process/runtime.ts';

/**
 * A clock for work that must end by `end`: a sleep beyond it rejects at `end` with a `wait` Failure.
 * @param end milliseconds since the epoch
 */
export function clockUntil(clock: Clock, end: number): Clock {
  return {
    now: () => clock.now(),
    async sleep(milliseconds, signal) {
      const left = end - clock.now();
      if (milliseconds <= left) return clock.sleep(milliseconds, signal);
      if (left > 0) await clock.sleep(left, signal);
      throw new Failure('wait', 'timed out before it could be read');
    },
  };
}
