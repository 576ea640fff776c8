import type { Clock } from '../process/runtime.ts';

/**
 * A clock that never goes back. Where the machine's is set back by an hour, whoever waits for a time that was near
 * would wait an hour more; here time only stands still for a moment.
 */
export function steady(clock: Clock): Clock {
  let latest = Number.NEGATIVE_INFINITY;
  let behind = 0;
  return {
    now() {
      const now = clock.now() + behind;
      if (now < latest) behind += latest - now;
      latest = Math.max(latest, now);
      return latest;
    },
    sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal),
  };
}
