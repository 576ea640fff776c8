import type { Clock } from '../process/runtime.ts';

/**
 * A clock that never goes back. If the machine's clock is set back by an hour, a wait for an absolute time would take an hour
 * longer; with this clock, time only stops for a moment.
 */
export function steady(clock: Clock): Clock {
  let latest = Number.NEGATIVE_INFINITY;
  let behind = 0;
  return {
    now() {
      const now = clock.now() + behind;
      behind += Math.max(0, latest - now);
      latest = Math.max(latest, now);
      return latest;
    },
    sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal),
  };
}
