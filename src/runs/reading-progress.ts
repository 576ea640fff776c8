import type { Pace } from '../graph/pace.ts';
import type { Report } from '../outcome/events.ts';

/** Tells how far reading is. @returns to be called for each overview that was read */
export function readingProgress(report: Report, pace: Pace, task: string, total: number): () => void {
  let done = 0;
  return () => {
    done += 1;
    report({ kind: 'progress', task, done, total, waitingUntil: () => pace.waitingUntil });
  };
}
