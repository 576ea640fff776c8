import { Failure } from '../../outcome/errors.ts';
import type { Clock } from '../../process/runtime.ts';

/**
 * The same clock for work that must end by `end` (milliseconds since the epoch): a sleep beyond it is
 * woken then with a `wait` Failure, whatever they wait for.
 */
export function clockUntil(clock: Clock, end: number): Clock {
  return {
    now: () => clock.now(),
    async sleep(milliseconds, signal) {
      const left = end - clock.now();
      if (milliseconds <= left) return clock.sleep(milliseconds, signal);
      if (left > 0) await clock.sleep(left, signal);
      throw new Failure('wait', 'the time ran out before it could be read');
    },
  };
}
