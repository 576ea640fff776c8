import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newGuid } from '../src/guid.ts';

const GUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

test('a GUID is one, whatever chance gives', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.infiniteStream(chance), (stream) => {
      expect(newGuid(() => stream.next().value as number)).toMatch(GUID);
    }),
  );
});

test('no two are the same', () => {
  const many = Array.from({ length: 20_000 }, () => newGuid(Math.random));
  expect(new Set(many).size).toBe(many.length);
});
