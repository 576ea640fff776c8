import { expect, test } from '@jest/globals';
import { Deadline } from '../../src/runs/deadline.ts';

const FAILURE = {
  kind: 'deadline',
  message: 'the deadline passed before anything was written',
  details: { hint: 'set a longer `--deadline`' },
};

/** A clock at 1,000 ms that records its sleeps, and a deadline at 3,000 ms. */
function start() {
  let now = 1_000;
  const sleeps: number[] = [];
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      sleeps.push(milliseconds);
      now += milliseconds;
    },
  };
  return { deadline: new Deadline(3_000, clock), sleeps, clock };
}

test('a deadline passes at its time', async () => {
  const { deadline, clock } = start();
  await clock.sleep(1_999);
  expect(deadline.passed).toBe(false);
  await clock.sleep(1);
  expect(deadline.passed).toBe(true);
  expect(deadline.failure()).toMatchObject(FAILURE);
});

test.each([
  [1_999, [1_999], undefined],
  [2_000, [2_000], undefined],
  [2_001, [2_000], FAILURE],
])(
  'a sleep of %i ms sleeps for %j ms, and may fail at the deadline',
  async (milliseconds, slept, failure) => {
    const { deadline, sleeps } = start();
    const outcome = deadline.clock.sleep(milliseconds).catch((error: unknown) => error);
    if (failure === undefined) expect(await outcome).toBeUndefined();
    else expect(await outcome).toMatchObject(failure);
    expect(sleeps).toEqual(slept);
    expect(deadline.clock.now()).toBe(1_000 + (slept[0] ?? 0));
  },
);

test('a sleep after the deadline fails at once; after the deadline is lifted, it is not interrupted', async () => {
  const { deadline, sleeps, clock } = start();
  await clock.sleep(2_000);
  await expect(deadline.clock.sleep(1)).rejects.toMatchObject(FAILURE);
  expect(sleeps).toEqual([2_000]);
  deadline.lift();
  await deadline.clock.sleep(5);
  expect(sleeps).toEqual([2_000, 5]);
});
