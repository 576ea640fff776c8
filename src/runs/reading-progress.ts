import type { RateLimiter } from '../graph/rate-limiter.ts';
import type { Emit } from '../outcome/events.ts';

/** Reports the progress of reading. @returns a function to call for each overview that was read */
export function readingProgress(
  emit: Emit,
  rateLimiter: RateLimiter,
  task: string,
  total: number,
): () => void {
  let done = 0;
  return () => {
    done += 1;
    emit({
      kind: 'progress',
      task,
      done,
      total,
      waitingUntil: () => rateLimiter.waitingUntil,
      waitingFor: () => rateLimiter.waitingFor,
    });
  };
}
