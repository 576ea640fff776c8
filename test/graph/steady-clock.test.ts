import { expect, test } from '@jest/globals';
import { steady } from '../../src/graph/steady-clock.ts';

function clockOf(...times: readonly number[]) {
  const left = [...times];
  return steady({ now: () => left.shift() ?? Number.NaN, sleep: async () => undefined });
}

test('a clock that advances is unchanged', () => {
  const clock = clockOf(-50, 0, 10, 10, 30);
  expect([clock.now(), clock.now(), clock.now(), clock.now(), clock.now()]).toEqual([-50, 0, 10, 10, 30]);
});

test('a clock that is set back keeps its last time and advances from there', () => {
  const clock = clockOf(1_000, 400, 450, 460, 300, 310);
  expect(Array.from({ length: 6 }, () => clock.now())).toEqual([1_000, 1_000, 1_050, 1_060, 1_060, 1_070]);
});

test('a sleep has the duration and the signal of the caller', async () => {
  const slept: unknown[] = [];
  const clock = steady({
    now: () => 0,
    sleep: async (...how) => {
      slept.push(how);
    },
  });
  const { signal } = new AbortController();
  await clock.sleep(70, signal);
  expect(slept).toEqual([[70, signal]]);
});
