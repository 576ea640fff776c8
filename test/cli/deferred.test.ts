import { expect, test } from '@jest/globals';
import { Deferred } from '../../src/cli/deferred.ts';

function recording(failing: readonly string[] = []) {
  const deferred = new Deferred();
  const closed: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    deferred.defer(async () => {
      // What was opened later may need it for as long as it takes to close.
      await Promise.resolve();
      closed.push(name);
      if (failing.includes(name)) throw new Error(`${name} cannot be closed`);
    });
  }
  return { deferred, closed };
}

test('what was opened last is closed first, and everything once', async () => {
  const { deferred, closed } = recording();
  await deferred.close();
  await deferred.close();
  expect(closed).toEqual(['third', 'second', 'first']);
});

test('one that cannot be closed is reported, and keeps none of the others open', async () => {
  const { deferred, closed } = recording(['second']);
  await expect(deferred.close()).rejects.toThrow('second cannot be closed');
  expect(closed).toEqual(['third', 'second', 'first']);
});
