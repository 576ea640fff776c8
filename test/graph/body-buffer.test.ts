import { describe, expect, test } from '@jest/globals';
import { BodyBuffer } from '../../src/graph/body-buffer.ts';

function bodyOf(...parts: readonly Uint8Array[]): BodyBuffer {
  const body = new BodyBuffer();
  for (const part of parts) body.add(part);
  return body;
}

describe('BodyBuffer', () => {
  test('without a part is empty', () => {
    expect([bodyOf().length, bodyOf().bytes().toString()]).toEqual([0, '']);
  });

  test('of one part has only that part, not the memory next to it', () => {
    const memory = Buffer.from('before{"a":1}behind');
    const body = bodyOf(memory.subarray(6, 13));
    expect([body.length, body.bytes().toString()]).toEqual([7, '{"a":1}']);
  });

  test('of many parts has them in their order', () => {
    const body = bodyOf(...Array.from('a character cut in two: ä', (letter) => Buffer.from(letter)));
    expect([body.length, body.bytes().toString()]).toEqual([26, 'a character cut in two: ä']);
  });

  test('joins a character that is split between two parts', () => {
    const [first, second] = Buffer.from('ä');
    expect(
      bodyOf(Buffer.of(first ?? 0), Buffer.of(second ?? 0))
        .bytes()
        .toString(),
    ).toBe('ä');
  });

  test('does not change the given parts', () => {
    const first = Buffer.from('abcdef');
    const body = bodyOf(first.subarray(0, 2), Buffer.from('XY'));
    expect([body.bytes().toString(), first.toString()]).toEqual(['abXY', 'abcdef']);
  });

  test('grows beyond its initial capacity', () => {
    const parts = Array.from({ length: 9 }, (_, index) => Buffer.alloc(30_000, String(index)));
    const body = bodyOf(...parts);
    expect(body.length).toBe(270_000);
    expect(body.bytes().toString()).toBe(parts.join(''));
  });

  test.each([65_535, 65_536, 65_537])('fills its initial capacity completely: %i bytes', (size) => {
    const parts = [Buffer.from('a'), Buffer.from('b'), Buffer.alloc(size - 3, 'c'), Buffer.from('d')];
    expect(
      bodyOf(...parts)
        .bytes()
        .toString(),
    ).toBe(`ab${'c'.repeat(size - 3)}d`);
  });

  test('accepts an empty part', () => {
    expect(
      bodyOf(Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(0), Buffer.from('b')).bytes().toString(),
    ).toBe('ab');
  });
});
