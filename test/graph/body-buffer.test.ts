import { expect, test } from '@jest/globals';
import { BodyBuffer } from '../../src/graph/body-buffer.ts';

function bodyOf(parts: readonly Uint8Array[]): BodyBuffer {
  const body = new BodyBuffer();
  for (const part of parts) body.add(part);
  return body;
}

test('nothing is an empty text', () => {
  expect([bodyOf([]).text(), bodyOf([]).length]).toEqual(['', 0]);
});

test('a character may be cut between two parts', () => {
  const bytes = Buffer.from('aé€😀');
  const body = bodyOf([...bytes].map((byte) => Uint8Array.of(byte)));
  expect([body.text(), body.length]).toEqual(['aé€😀', 10]);
});

test('one part is taken as it is, even where it is part of a larger buffer', () => {
  const larger = Buffer.from('..body..');
  expect(bodyOf([larger.subarray(2, 6)]).text()).toBe('body');
});

test.each([
  [1, 70_000],
  [65_535, 3],
  [65_536, 3],
  [65_537, 3],
  [100_000, 5],
])('parts of %i bytes, %i of them, come out as they went in', (size, count) => {
  const parts = Array.from({ length: count }, (_, index) => Buffer.alloc(size, 97 + (index % 26)));
  const body = bodyOf(parts);
  expect(body.length).toBe(size * count);
  expect(body.text() === Buffer.concat(parts).toString()).toBe(true);
});

test('an empty part changes nothing', () => {
  expect(bodyOf([Buffer.from('a'), Buffer.alloc(0), Buffer.from('b')]).text()).toBe('ab');
  expect(bodyOf([Buffer.alloc(0), Buffer.from('b')]).text()).toBe('b');
});
