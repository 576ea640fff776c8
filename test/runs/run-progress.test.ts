import { expect, test } from '@jest/globals';
import type { RateLimiter } from '../../src/graph/rate-limiter.ts';
import type { Event } from '../../src/outcome/events.ts';
import { RunProgress } from '../../src/runs/run-progress.ts';

type Progress = Extract<Event, { kind: 'progress' }>;

/** A limiter that has waited for 3 s so far, and allows one write in each second from now on. */
function limiter(): {
  -readonly [Key in 'waited' | 'waitingUntil' | 'waitingFor']: RateLimiter[Key];
} & RateLimiter {
  const state = { waited: 3_000, waitingUntil: 0, waitingFor: '', endOf: (writes: number) => writes * 1_000 };
  return state as ReturnType<typeof limiter>;
}

test('the progress of a run counts the rows of earlier processes, and each finished row by its outcome', () => {
  const events: Progress[] = [];
  const progress = new RunProgress(
    (event) => events.push(event as Progress),
    limiter(),
    ['written', 'skipped', 'written', 'failed'],
    6,
  );
  expect(events).toEqual([]);
  progress.show();
  for (const status of ['unchanged', 'skipped', 'mismatched', 'failed', 'written'] as const)
    progress.ended(status);
  expect(events.map(({ task, done, total, earlier }) => [task, done, total, earlier])).toEqual([
    ['writing', 4, 10, 4],
    ['writing', 5, 10, 4],
    ['writing', 6, 10, 4],
    ['writing', 7, 10, 4],
    ['writing', 8, 10, 4],
    ['writing', 9, 10, 4],
  ]);
  expect(events[0]?.outcomes).toEqual({ written: 2, unchanged: 0, differ: 0, failed: 1, skipped: 1 });
  expect(events.at(-1)?.outcomes).toEqual({ written: 3, unchanged: 1, differ: 1, failed: 2, skipped: 2 });
});

test('the progress of a run has the wait of this run, and when its remaining rows can be written', () => {
  const events: Progress[] = [];
  const rateLimiter = limiter();
  const progress = new RunProgress((event) => events.push(event as Progress), rateLimiter, ['written'], 6);
  progress.ended('written');
  Object.assign(rateLimiter, { waited: 7_500, waitingUntil: 9_000, waitingFor: 'the quota' });
  const [event] = events;
  expect([event?.endsAt?.(), event?.waited?.(), event?.waitingUntil?.(), event?.waitingFor?.()]).toEqual([
    5_000,
    4_500,
    9_000,
    'the quota',
  ]);
});
