import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { failureOf } from '../support/fake-graph.ts';
import { answered } from './encoded-answer.ts';

const MEBIBYTE = 1024 * 1024;

test('an answer can have 64 MiB', async () => {
  const { exchange } = await answered(undefined, Buffer.alloc(64 * MEBIBYTE, ' '));
  expect((await exchange).bytes).toHaveLength(67_108_864);
});

describe('an answer that cannot be decompressed', () => {
  // The best compression takes seconds.
  const fast = { level: 1, params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

  test.each<[string, () => Uint8Array]>([
    ['gzip', () => gzipSync(Buffer.alloc(65 * MEBIBYTE), fast)],
    ['br', () => brotliCompressSync(Buffer.alloc(65 * MEBIBYTE), fast)],
    ['gzip, gzip', () => gzipSync(gzipSync(Buffer.alloc(200 * MEBIBYTE), fast))],
  ])('because it exceeds 64 MiB (%s) is a failure', async (encoding, bytes) => {
    const { exchange } = await answered(encoding, bytes());
    expect(await failureOf(exchange)).toMatchObject({
      kind: 'network',
      message: 'the answer is larger than 64 MiB',
    });
  });
});
