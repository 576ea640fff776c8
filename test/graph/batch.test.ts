import { describe, expect, test } from '@jest/globals';
import { type ItemAnswer, sendBatch } from '../../src/graph/batch.ts';
import { answering, cut } from '../support/answers.ts';
import { failureOf, startGraph } from '../support/fake-graph.ts';

const READ = { method: 'GET', path: '/things/1' } as const;
const WRITE = { method: 'PATCH', path: '/things/2', body: { a: 1 } } as const;

/** The results of a batch of a read and a write with these responses. */
async function answersTo(responses: unknown): Promise<readonly ItemAnswer[]> {
  const { client } = await startGraph(answering(200, { responses }, { 'request-id': 'r-batch' }));
  return sendBatch(client, [READ, WRITE]);
}

/** The result of a read with this response. */
async function answerTo(response: unknown): Promise<ItemAnswer | undefined> {
  return (await answersTo([response]))[0];
}

test('a batch is one POST with numbered requests', async () => {
  const { client, server } = await startGraph(answering(200, { responses: [] }));
  await sendBatch(client, [READ, WRITE]);
  expect(server.requests.map(({ method, path, body }) => [method, path, JSON.parse(body)])).toEqual([
    [
      'POST',
      '/graph/beta/$batch',
      {
        requests: [
          { id: '0', method: 'GET', url: '/things/1' },
          {
            id: '1',
            method: 'PATCH',
            url: '/things/2',
            headers: { 'Content-Type': 'application/json' },
            body: { a: 1 },
          },
        ],
      },
    ],
  ]);
});

describe('the answer to an item', () => {
  test('is found by its number, in any order', async () => {
    const responses = [
      { id: '1', status: 204 },
      { id: '0', status: 200, headers: { 'Request-Id': 'r-0' }, body: { a: 2 } },
    ];
    expect(await answersTo(responses)).toEqual([
      { ok: true, status: 200, json: { a: 2 }, requestId: 'r-0' },
      { ok: true, status: 204, json: undefined, requestId: undefined },
    ]);
  });

  test.each([
    [199, false],
    [200, true],
    [299, true],
    [300, false],
  ])('with status %i is success: %s', async (status, ok) => {
    expect(await answerTo({ id: '0', status })).toMatchObject({ status, ok });
  });

  test('is accepted twice if both are the same, and otherwise is an error', async () => {
    const stored = { id: '1', status: 200, body: { a: 1 } };
    const refused = { id: '1', status: 403, body: { error: { code: 'Denied', message: 'no' } } };
    expect((await answersTo([stored, stored]))[1]).toMatchObject({ ok: true, json: { a: 1 } });
    for (const responses of [
      [stored, refused],
      [refused, stored],
      [stored, { ...stored, body: { a: 2 } }],
      [stored, { ...stored, status: 201 }],
    ]) {
      const answer = (await answersTo(responses))[1];
      expect(answer).toMatchObject({
        ok: false,
        status: 0,
        failure: { kind: 'graph', details: { requestId: 'r-batch', transient: false } },
      });
      expect(answer).toHaveProperty(
        'failure.message',
        'the service answered this item of the batch more than once, in different ways',
      );
    }
  });

  test('that is an error is a failure of that item only', async () => {
    const answers = await answersTo([
      {
        id: '1',
        status: 403,
        headers: { 'request-id': 'r-1' },
        body: { error: { code: 'Forbidden', message: 'No.' } },
      },
      { id: '0', status: 200, body: {} },
    ]);
    expect(answers[1]).toMatchObject({
      ok: false,
      status: 403,
      failure: {
        kind: 'permission',
        message: 'Graph does not permit this: No.',
        details: {
          transient: false,
          retryAfter: undefined,
          status: 403,
          code: 'Forbidden',
          requestId: 'r-1',
          clientRequestId: 'request-2',
          hint: 'the sign-in needs the permission DeviceManagementConfiguration.ReadWrite.All, granted by an administrator; run `graph-overview doctor` for details',
        },
      },
    });
  });

  test('that is an error without a body has no message of the service', async () => {
    expect(await answerTo({ id: '0', status: 500 })).toMatchObject({
      failure: { message: 'Graph refused: 500 without a message' },
    });
  });

  test.each([
    [400, false],
    [424, true],
    [429, true],
    [500, false],
    [503, true],
  ])('with status %i is transient: %s', async (status, transient) => {
    expect(await answerTo({ id: '0', status })).toMatchObject({
      ok: false,
      failure: { details: { transient } },
    });
  });

  test.each([
    ['7', 7_000],
    [7, 7_000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    [true, undefined],
    [['7'], undefined],
    [null, undefined],
  ])('with Retry-After %j can be retried after %j ms', async (value, retryAfter) => {
    const headers = { 'RETRY-After': value };
    expect(await answerTo({ id: '0', status: 429, headers })).toMatchObject({
      failure: { details: { retryAfter } },
    });
  });

  test('with its own date and a date in Retry-After can be retried after the difference', async () => {
    const headers = {
      Date: 'Fri, 02 Jan 2026 03:04:10 GMT',
      'Retry-After': 'Fri, 02 Jan 2026 03:04:15 GMT',
    };
    expect(await answerTo({ id: '0', status: 429, headers })).toMatchObject({
      failure: { details: { retryAfter: 5_000 } },
    });
  });

  test('that is refused although the token has the permission has another hint', async () => {
    const checked: unknown[] = [];
    const { client } = await startGraph(answering(200, { responses: [{ id: '0', status: 403 }] }), {
      holds: (...one) => {
        checked.push(one);
        return true;
      },
    });
    expect(await sendBatch(client, [WRITE])).toMatchObject([
      {
        failure: {
          details: { hint: expect.stringMatching(/^the token holds the permission that this needs: /) },
        },
      },
    ]);
    expect(checked).toEqual([['the-token', 'write']]);
  });

  test.each([null, undefined, 'x', 5])('can have the headers %j', async (headers) => {
    expect(await answerTo({ id: '0', status: 200, headers, body: 5 })).toEqual({
      ok: true,
      status: 200,
      json: 5,
      requestId: undefined,
    });
  });

  test.each([null, undefined, '', 'OK', '20', '2000', '1200', ['200']])(
    'with the status %j is an error',
    async (status) => {
      const headers = { 'request-id': 'r-0' };
      expect(await answerTo({ id: '0', status, headers, body: { a: 1 } })).toMatchObject({
        ok: false,
        status: 0,
        failure: {
          kind: 'graph',
          message: 'the service answered this item of the batch without a status',
          details: { requestId: 'r-0', transient: false },
        },
      });
    },
  );

  test.each([
    ['200', { ok: true, status: 200, json: { a: 1 } }],
    ['404', { ok: false, status: 404, failure: { kind: 'not-found' } }],
    ['503', { ok: false, status: 503, failure: { details: { transient: true } } }],
  ])('can have its status as a string: %j', async (status, expected) => {
    expect(await answerTo({ id: '0', status, body: { a: 1 } })).toMatchObject(expected);
  });

  test.each([200, '200', undefined])(
    'with an error body is a failure with any status: %j',
    async (status) => {
      const body = { error: { code: 'Odd', message: 'No.' } };
      expect(await answerTo({ id: '0', status, body })).toMatchObject({
        ok: false,
        failure: {
          kind: 'graph',
          message: 'Graph refused: No.',
          details: { code: 'Odd', transient: false },
        },
      });
    },
  );
});

test.each([
  ['nothing', []],
  ['another number', [{ id: '7', status: 200 }]],
  ['a number that is not a string', [{ id: 0, status: 200 }]],
  ['no number', [{ status: 200 }]],
  ['values that are not responses', [null, 5, 'x', undefined]],
])(
  'an item of a batch that is answered with %s is unanswered, and can be sent again',
  async (_, responses) => {
    const answer = (await answersTo(responses))[0];
    expect(answer).toMatchObject({
      ok: false,
      status: 0,
      failure: {
        kind: 'graph',
        message: 'the service did not answer this item of the batch',
        details: { requestId: 'r-batch', transient: true, retryAfter: undefined },
      },
    });
  },
);

describe('a batch that fails as a whole', () => {
  test.each([undefined, {}, 5, 'x'])('has responses that are not a list: %j', async (responses) => {
    expect(await failureOf(answersTo(responses))).toMatchObject({
      kind: 'graph',
      message: 'the service answered a batch without responses',
      details: { requestId: 'r-batch' },
    });
  });

  test('has no body', async () => {
    const { client } = await startGraph(answering(204));
    expect(await failureOf(sendBatch(client, [READ]))).toMatchObject({
      message: 'the service answered a batch without responses',
    });
  });

  test('has a closed connection, and is sent once', async () => {
    const { client, server } = await startGraph(cut, { retries: 5 });
    expect(await failureOf(sendBatch(client, [READ]))).toMatchObject({
      kind: 'network',
      details: { transient: true },
    });
    expect(server.requests).toHaveLength(1);
  });
});
