import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import { readListing } from '../../src/report/read-listing.ts';
import { configuration, unread } from './listings.ts';

const LISTING = [configuration('a', { successCount: 3 }), unread('b')];

async function errorOf(text: string): Promise<string> {
  try {
    await readListing(text, '--from "x.json"');
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).kind).toBe('usage');
    return (error as Failure).message;
  }
  throw new Error('no error was reported');
}

describe('a saved listing', () => {
  test.each([
    ['JSON', JSON.stringify(LISTING, null, 2)],
    ['JSON on one line', JSON.stringify(LISTING)],
    ['JSON lines', LISTING.map((one) => JSON.stringify(one)).join('\n')],
    ['JSON lines of Windows', `${LISTING.map((one) => JSON.stringify(one)).join('\r\n')}\r\n\r\n`],
  ])('is read as %s', async (_, text) => {
    expect(await readListing(text, '--from')).toEqual(LISTING);
  });

  test('can be empty, and can lack counts that v1.0 does not have', async () => {
    expect(await readListing('[]', '--from')).toEqual([]);
    const text = '[{"deviceConfigurationId":"a","overview":{"pendingCount":null}}]';
    expect(await readListing(text, '--from')).toEqual([
      {
        deviceConfigurationId: 'a',
        displayName: null,
        '@odata.type': null,
        overview: { pendingCount: null },
      },
    ]);
  });

  test.each([{ failedCount: '3' }, { failedCount: null }, { failedCount: -1.5 }, { lastUpdateDateTime: 3 }])(
    'keeps any value that the service returned: %j',
    async (overview) => {
      const [record] = await readListing(JSON.stringify([{ id: 'a', overview }]), '--from');
      expect(record?.overview).toEqual(overview);
    },
  );

  test('of graph-overview 0.1, with `id` for the configuration, can be compared with', async () => {
    expect(await readListing('[{"id":"a","displayName":"A","overview":{}}]', '--compare')).toMatchObject([
      { deviceConfigurationId: 'a', displayName: 'A', overview: {} },
    ]);
  });

  test.each([
    ['', '--from "x.json": is empty'],
    ['id,displayName\n1,2\n', 'malformed JSON'],
    ['[{"id":"a",\n "overview":}]', 'line 2, column 13: malformed JSON'],
    ['{\n "value": []\n}', 'line 1: one object, not an array of records'],
    ['"text"', 'is not an array of records'],
    ['['.repeat(100_000), '--from "x.json": is nested too deeply'],
    [`{"id":${'['.repeat(100_000)}`, 'line 1: is nested too deeply'],
    ['[1]', 'record 1: is not an object'],
    [
      '[{"id":""}]',
      'record 1: "deviceConfigurationId" must be a string; record 1: has neither "overview" nor "error"',
    ],
    ['{"id":"a","overview":{}}\n{"id":"b"}', 'line 2: has neither "overview" nor "error"'],
    ['[{"id":"a","overview":{},"error":{}}]', 'record 1: has both'],
    ['[{"id":"a","error":"gone"}]', 'record 1: "error" must be an object with a "message"'],
    ['[{"id":"a","overview":[]}]', 'record 1: "overview" must be an object'],
    [
      '[{"id":"a","overview":{"errorCount":{}}}]',
      'record 1: "errorCount" must be a number, a string or null',
    ],
    ['[{"id":"a","overview":{"id":[1]}}]', 'record 1: "id" must be a number, a string or null'],
    ['[{"id":"a","overview":{}},{"id":"A","overview":{}}]', 'record 2: has the same id as record 1'],
  ])('%j is rejected with the position of the error', async (text, message) => {
    expect(await errorOf(text)).toContain(message);
  });

  test('that is another kind of file has a short message', async () => {
    const message = await errorOf(JSON.stringify(Array.from({ length: 500 }, () => 1)));
    expect(message.length).toBeLessThan(500);
    expect(message).toContain('and 490 more errors');
  });
});
