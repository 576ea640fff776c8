import type { RateLimiter } from '../graph/rate-limiter.ts';
import type { Emit } from '../outcome/events.ts';

/** Tells how far reading is. @returns to be called for each overview that was read */
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
