import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { decoded, TooLarge } from '../../src/graph/content-coding.ts';
import { failureOf } from '../support/fake-graph.ts';
import { answered } from './encoded-answer.ts';

const TEXT = '{"displayName":"größe","pendingCount":12}'.repeat(50);
async function textOf(encoding: string | undefined, bytes: Uint8Array): Promise<string> {
  return (await (await answered(encoding, bytes)).exchange).text;
}

describe('an answer is decompressed', () => {
  const plain = Buffer.from(TEXT);

  test.each<[string, Uint8Array]>([
    ['gzip', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['GZip', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['gzip, br', brotliCompressSync(gzipSync(plain))],
    ['deflate , gzip,identity', gzipSync(deflateSync(plain))],
    [
      'br,gzip,br,deflate,gzip',
      gzipSync(deflateSync(brotliCompressSync(gzipSync(brotliCompressSync(plain))))),
    ],
    ['identity', plain],
    ['', plain],
    [',', plain],
  ])('from %j', async (encoding, bytes) => {
    expect(await textOf(encoding, bytes)).toBe(TEXT);
  });

  test('and its bytes are the decompressed ones', async () => {
    const { bytes } = await (await answered('gzip', gzipSync(plain))).exchange;
    expect(Buffer.from(bytes).equals(plain)).toBe(true);
  });

  test('without an error if it is empty', async () => {
    expect(await (await answered('gzip', Buffer.alloc(0), 204)).exchange).toMatchObject({
      status: 204,
      text: '',
    });
  });

  test('although it was not requested', async () => {
    const { exchange, server } = await answered('gzip', gzipSync(plain));
    await exchange;
    expect(server.requests[0]?.headers).not.toHaveProperty('accept-encoding');
  });
});

describe('an answer that cannot be decompressed', () => {
  test.each<[string, string, Uint8Array]>([
    ['is not in the stated coding', 'gzip', Buffer.from('{"a":1}')],
    ['is incomplete', 'gzip', gzipSync(TEXT).subarray(0, 60)],
    ['has an unknown coding', 'compress', Buffer.from('{}')],
    [
      'has too many codings',
      'gzip,gzip,gzip,gzip,gzip,gzip',
      gzipSync(gzipSync(gzipSync(gzipSync(gzipSync(gzipSync('{}')))))),
    ],
  ])('because it %s is a failure', async (_, encoding, bytes) => {
    const { exchange } = await answered(encoding, bytes);
    expect(await failureOf(exchange)).toMatchObject({
      kind: 'network',
      message: expect.stringMatching(/^no answer from \S+: its body cannot be decompressed$/),
      details: { connection: 'protocol', unsent: false },
    });
  });

  test.each<[string, Uint8Array]>([
    ['gzip', gzipSync('x'.repeat(100))],
    ['br', brotliCompressSync(Buffer.alloc(100))],
    ['deflate', deflateSync('x'.repeat(100))],
    ['gzip,gzip', gzipSync(gzipSync('x'.repeat(100)))],
  ])('because it exceeds the limit (%s) is rejected', async (encoding, bytes) => {
    expect(await decoded(bytes, encoding, 100)).toHaveLength(100);
    expect(await failureOf(decoded(bytes, encoding, 99))).toBeInstanceOf(TooLarge);
  });

  test('does not prevent the next request', async () => {
    const { exchange, server, transport, request } = await answered('gzip', Buffer.from('no'));
    await failureOf(exchange);
    await failureOf(transport.exchange(request, 20_000, new AbortController().signal));
    expect(server.requests).toHaveLength(2);
  });
});
