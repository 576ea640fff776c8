import { expect, test } from '@jest/globals';
import { steady } from '../../src/graph/steady-clock.ts';

test('time stands still where the clock is set back, and goes on from there', async () => {
  let time = 1_000;
  const slept: unknown[] = [];
  const clock = steady({ now: () => time, sleep: async (...args) => void slept.push(args) });
  const readings = [1_000, 1_500, 500, 600, 600, 50, 70].map((at) => {
    time = at;
    return clock.now();
  });
  expect(readings).toEqual([1_000, 1_500, 1_500, 1_600, 1_600, 1_600, 1_620]);
  const { signal } = new AbortController();
  await clock.sleep(7, signal);
  expect(slept).toEqual([[7, signal]]);
});
