import { expect, test } from '@jest/globals';
import type { RateLimiter } from '../../src/graph/rate-limiter.ts';
import type { Event } from '../../src/outcome/events.ts';
import { readingProgress } from '../../src/runs/reading-progress.ts';

test('each overview that is read is an event, with the end of the wait for the quota', () => {
  const events: Event[] = [];
  const rateLimiter = { waitingUntil: 0, waitingFor: 'the quota' };
  const tick = readingProgress((event) => events.push(event), rateLimiter as RateLimiter, 'reading', 2);
  expect(events).toEqual([]);
  tick();
  tick();
  const later = { waitingUntil: expect.any(Function), waitingFor: expect.any(Function) };
  const progress = { kind: 'progress', task: 'reading', total: 2, ...later };
  expect(events).toEqual([
    { ...progress, done: 1 },
    { ...progress, done: 2 },
  ]);
  rateLimiter.waitingUntil = 5_000;
  expect(events.map((event) => event.kind === 'progress' && event.waitingUntil?.())).toEqual([5_000, 5_000]);
  expect(events.map((event) => event.kind === 'progress' && event.waitingFor?.())).toEqual([
    'the quota',
    'the quota',
  ]);
});
