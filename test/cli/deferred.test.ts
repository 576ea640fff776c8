import { expect, test } from '@jest/globals';
import { Deferred } from '../../src/cli/deferred.ts';

function recording(failing: readonly string[] = []) {
  const deferred = new Deferred();
  const closed: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    deferred.defer(async () => {
      // A resource that was opened later can need it until that is closed.
      await Promise.resolve();
      closed.push(name);
      if (failing.includes(name)) throw new Error(`${name} cannot be closed`);
    });
  }
  return { deferred, closed };
}

test('resources are closed once, in reverse order', async () => {
  const { deferred, closed } = recording();
  await deferred.close();
  await deferred.close();
  expect(closed).toEqual(['third', 'second', 'first']);
});

test('a resource that cannot be closed is reported, and the others are closed', async () => {
  const { deferred, closed } = recording(['second']);
  await expect(deferred.close()).rejects.toThrow('second cannot be closed');
  expect(closed).toEqual(['third', 'second', 'first']);
});
