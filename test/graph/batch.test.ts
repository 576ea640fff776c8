import { describe, expect, test } from '@jest/globals';
import { BATCH_SIZE, sendBatch } from '../../src/graph/batch.ts';
import type { GraphRequest } from '../../src/graph/client.ts';
import { byPath, graphOn, type Said, START } from '../graph-on-loopback.ts';

const GETS: readonly GraphRequest[] = [
  { method: 'GET', path: '/a' },
  { method: 'GET', path: '/b' },
];

/** A service that answers a batch as said. */
function saying(said: Said) {
  return graphOn(byPath(() => said));
}

async function answersTo(responses: readonly unknown[], requests = GETS) {
  const on = await saying([200, { responses }, { 'request-id': 'batch' }]);
  return sendBatch(on.graph, requests, START);
}

test('Graph takes twenty', () => {
  expect(BATCH_SIZE).toBe(20);
});

describe('a batch', () => {
  test('goes out as one request, and a body with its type', async () => {
    const on = await saying([200, { responses: [] }]);
    await sendBatch(
      on.graph,
      [
        { method: 'GET', path: '/a' },
        { method: 'PATCH', path: '/b', body: { x: 1 } },
      ],
      START,
    );
    expect(on.server.requests).toMatchObject([{ method: 'POST', path: '/beta/$batch' }]);
    expect(JSON.parse(on.server.requests[0]?.body ?? '')).toEqual({
      requests: [
        { id: '0', method: 'GET', url: '/a' },
        {
          id: '1',
          method: 'PATCH',
          url: '/b',
          headers: { 'Content-Type': 'application/json' },
          body: { x: 1 },
        },
      ],
    });
  });

  test('is answered in the order of the requests, whatever the order of the answers', async () => {
    expect(
      await answersTo([
        { id: '1', status: 200, body: { b: 1 }, headers: { 'Request-Id': 'r-b' } },
        { id: '0', status: 299, body: { a: 1 } },
      ]),
    ).toEqual([
      { ok: true, status: 299, json: { a: 1 }, requestId: undefined },
      { ok: true, status: 200, json: { b: 1 }, requestId: 'r-b' },
    ]);
  });

  test('an item without success has its failure, and whether it may pass', async () => {
    const [refused, throttled] = await answersTo([
      { id: '0', status: 404, body: { error: { code: 'NotFound', message: 'gone' } } },
      {
        id: '1',
        status: 429,
        headers: { 'Retry-After': 7 },
        body: { error: { code: 'X', message: 'slow' } },
      },
    ]);
    expect(refused).toMatchObject({
      ok: false,
      status: 404,
      transient: false,
      retryAfter: undefined,
      failure: { kind: 'not-found', details: { status: 404, code: 'NotFound' } },
    });
    expect(throttled).toMatchObject({
      ok: false,
      status: 429,
      transient: true,
      retryAfter: 7_000,
      failure: { kind: 'throttled' },
    });
  });

  test.each([
    [424, true],
    [503, true],
    [500, false],
    [400, false],
    [300, false],
    [199, false],
  ])('an item with %i may succeed later: %s', async (status, transient) => {
    expect((await answersTo([{ id: '0', status }]))[0]).toMatchObject({ ok: false, status, transient });
  });

  test('Retry-After may be a date', async () => {
    const [answer] = await answersTo([
      { id: '0', status: 503, headers: { 'retry-after': 'Fri, 02 Jan 2026 00:00:10 GMT', other: null } },
    ]);
    expect(answer).toMatchObject({ retryAfter: 10_000 });
  });

  test.each<[string, readonly unknown[]]>([
    ['is left out', [{ id: '1', status: 200 }]],
    ['is answered with null', [null]],
    ['is answered with text', ['0']],
    ['is answered under a number', [{ id: 0, status: 200 }]],
    ['is answered without an id', [{ status: 200 }]],
  ])('an item that %s is unanswered, and may succeed later', async (_, responses) => {
    expect((await answersTo(responses))[0]).toMatchObject({
      ok: false,
      status: 0,
      transient: true,
      retryAfter: undefined,
      failure: {
        kind: 'graph',
        message: 'the service left this item of the batch unanswered',
        details: { requestId: 'batch' },
      },
    });
  });

  test.each([
    ['text', '200'],
    ['nothing', undefined],
  ])('a status that is %s is no success', async (_, status) => {
    expect((await answersTo([{ id: '0', status }]))[0]).toMatchObject({
      ok: false,
      status: 0,
      transient: false,
    });
  });

  test.each([
    ['null', null],
    ['text', 'request-id'],
    ['no text', { 'request-id': {} }],
  ])('headers that are %s say nothing', async (_, headers) => {
    expect((await answersTo([{ id: '0', status: 200, headers, body: 1 }]))[0]).toEqual({
      ok: true,
      status: 200,
      json: 1,
      requestId: undefined,
    });
  });

  test.each<[string, Said]>([
    ['no responses', [200, {}, { 'request-id': 'r' }]],
    ['responses that are no list', [200, { responses: {} }, { 'request-id': 'r' }]],
    ['nothing', [200, undefined, { 'request-id': 'r' }]],
  ])('an envelope with %s is a failure', async (_, said) => {
    const on = await saying(said);
    await expect(sendBatch(on.graph, GETS, START)).rejects.toMatchObject({
      kind: 'graph',
      message: 'the service answered a batch without responses',
      details: { requestId: 'r' },
    });
  });

  test('a batch that is refused is a failure, and is sent once', async () => {
    const on = await graphOn(
      byPath(() => [503, { error: { code: 'X', message: 'later' } }, { 'Retry-After': '3' }]),
      {
        retries: 5,
      },
    );
    await expect(sendBatch(on.graph, GETS, START)).rejects.toMatchObject({
      kind: 'throttled',
      details: { transient: true, retryAfter: 3_000 },
    });
    expect(on.server.requests).toHaveLength(1);
  });
});
