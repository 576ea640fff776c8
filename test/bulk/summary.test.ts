import { expect, test } from '@jest/globals';
import { readingProgress } from '../../src/bulk/reading-progress.ts';
import { summarize } from '../../src/bulk/summary.ts';
import type { Event } from '../../src/events.ts';
import { Pace } from '../../src/graph/pace.ts';
import { recordOf } from './rows.ts';

test('a summary counts the rows by how they ended, in seconds to three digits', () => {
  const rows = (['written', 'failed', 'written', 'unchanged', 'mismatched', 'skipped'] as const).map(
    (status, index) => recordOf(index, { status }),
  );
  expect(summarize('r', rows, 4, 1_234.6, 2)).toEqual({
    run: 'r',
    planned: 4,
    unchanged: 1,
    written: 2,
    mismatched: 1,
    failed: 1,
    skipped: 1,
    seconds: 1.235,
    throttled: 2,
    rows,
  });
  expect(summarize(null, [], 0, 0, 0)).toMatchObject({ run: null, written: 0, unchanged: 0, rows: [] });
});

test('reading tells how far it is, and until when it waits', () => {
  const clock = { now: () => 0, sleep: async () => undefined };
  const pace = new Pace({ writes: 1, requests: 1, window: 1 }, clock, () => 0);
  const events: Event[] = [];
  const tick = readingProgress((event) => events.push(event), pace, 'reading', 3);
  tick();
  tick();
  expect(events).toMatchObject([
    { kind: 'progress', task: 'reading', done: 1, total: 3 },
    { kind: 'progress', task: 'reading', done: 2, total: 3 },
  ]);
  const [event] = events;
  expect(event?.kind === 'progress' ? event.waitingUntil?.() : undefined).toBe(0);
});
