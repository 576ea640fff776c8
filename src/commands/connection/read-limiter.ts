import { DOCUMENTED_QUOTA } from '../../catalog/quota.ts';
import { RateLimiter } from '../../graph/rate-limiter.ts';
import type { Runtime } from '../../process/runtime.ts';
import type { Connection } from './connect.ts';

/** The rate limiter of a command that only reads: the documented quota, shared with the other processes. */
export function readLimiter(
  { sharing }: Connection,
  runtime: Pick<Runtime, 'clock' | 'random'>,
): RateLimiter {
  return new RateLimiter(DOCUMENTED_QUOTA, runtime.clock, () => runtime.random(), sharing(DOCUMENTED_QUOTA));
}
