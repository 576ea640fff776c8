import { describe, expect, test } from '@jest/globals';
import { proxyOf } from '../../src/graph/proxy.ts';
import { cloudTarget } from '../../src/graph/target.ts';
import { Failure } from '../../src/outcome/errors.ts';
import type { Event } from '../../src/outcome/events.ts';
import { answering, cut, echoing, inTurn, optional } from '../support/answers.ts';
import { failureOf, START, startGraph } from '../support/fake-graph.ts';

const READ = { method: 'GET', path: '/things/1?$select=a' } as const;
const WRITE = { method: 'PATCH', path: '/things/1', body: { a: 1 } } as const;
const ERROR = { error: { code: 'Busy', message: 'Later.' } };

function retriesOf(events: readonly Event[]): unknown[] {
  return events.filter(({ kind }) => kind === 'retry');
}

describe('a request', () => {
  test('goes to the path below the API version, with the token and a client-request-id', async () => {
    const { client, server } = await startGraph(echoing);
    await client.send(WRITE);
    expect(server.requests).toMatchObject([
      {
        method: 'PATCH',
        path: '/graph/beta/things/1',
        body: '{"a":1}',
        headers: {
          authorization: 'Bearer the-token',
          accept: 'application/json',
          'content-type': 'application/json',
          'client-request-id': 'request-1',
          'user-agent': 'graph-overview/test',
        },
      },
    ]);
  });

  test('without a body has no content type', async () => {
    const { client, server } = await startGraph(echoing);
    await client.send(READ);
    expect(server.requests.map(({ path, headers, body }) => [path, body, headers['content-type']])).toEqual([
      ['/graph/beta/things/1?$select=a', '', undefined],
    ]);
  });

  test('is described as it would be sent, without the token', async () => {
    const { client, server } = await startGraph();
    const url = new URL(`${server.url}/graph/beta/things/1`);
    expect(client.url('/things/1')).toEqual(url);
    expect(client.describe(WRITE)).toEqual({
      method: 'PATCH',
      url,
      headers: {
        Authorization: 'Bearer ***',
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'client-request-id': 'request-1',
        'User-Agent': 'graph-overview/test',
      },
      body: '{"a":1}',
    });
    expect(client.describe({ method: 'GET', path: '/' }).body).toBeUndefined();
    expect(server.requests).toEqual([]);
  });
});

describe('a successful answer', () => {
  test('is parsed as JSON, with both request ids', async () => {
    const { client } = await startGraph(answering(200, { a: 2 }, { 'request-id': 'r-1' }));
    expect(await client.send(READ)).toEqual({
      date: 'Fri, 02 Jan 2026 03:04:05 GMT',
      status: 200,
      json: { a: 2 },
      requestId: 'r-1',
      clientRequestId: 'request-1',
      attempts: 1,
    });
  });

  test.each([
    [204, '', undefined],
    [200, '', undefined],
    [200, ' \r\n', undefined],
    [299, '5', 5],
    [200, '\ufeff{"a":"\ufeff"}', { a: '\ufeff' }],
    [201, '{"a":"b \ufeff"}', { a: 'b \ufeff' }],
  ])('%i with %j', async (status, body, json) => {
    const { client } = await startGraph(answering(status, body));
    expect(await client.send(READ)).toMatchObject({ status, json });
  });

  test('begins below 300', async () => {
    const { client } = await startGraph(answering(300, {}));
    expect(await failureOf(client.send(READ))).toMatchObject({
      message: 'the service answered 300 with a redirect to no location, which is not followed',
    });
  });

  test.each([
    ['a body that is not JSON: "hello"', 'hello'],
    ['JSON that is nested too deeply', `${'['.repeat(65)}${']'.repeat(65)}`],
  ])('that cannot be used is an error: %s', async (words, body) => {
    const { client, server } = await startGraph(answering(200, body, { 'request-id': 'r-1' }), {
      retries: 3,
    });
    expect(await failureOf(client.send(WRITE))).toMatchObject({
      kind: 'graph',
      message: `the service answered 200 with ${words}; the change may have been stored`,
      details: { status: 200, requestId: 'r-1', clientRequestId: 'request-1' },
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('an error body in a successful answer', () => {
  test.each([
    [{ error: { code: 'Odd', message: 'No.' } }, 'Graph refused: No.', 'Odd'],
    [{ error: 'denied', error_description: 'Not here.' }, 'Graph refused: Not here.', 'denied'],
  ])('is an error with the message of the service, and is not retried: %j', async (body, message, code) => {
    const { client, server } = await startGraph(answering(200, body, { 'request-id': 'r' }), { retries: 3 });
    expect(await failureOf(client.send(WRITE))).toMatchObject({
      kind: 'graph',
      message,
      details: { status: 200, code, requestId: 'r' },
    });
    expect(server.requests).toHaveLength(1);
    expect(await failureOf(client.sendOnce(WRITE))).toMatchObject({ kind: 'graph', message });
  });

  test.each([{ error: null }, { error: '' }, { errorCount: 1 }, [{ error: {} }], { value: { error: {} } }])(
    'is not recognized in %j',
    async (body) => {
      const { client } = await startGraph(answering(200, body));
      expect((await client.send(WRITE)).json).toEqual(body);
    },
  );
});

describe('a request is retried', () => {
  test('when the service is busy, with a new client-request-id and an event', async () => {
    const answer = inTurn(
      answering(429, ERROR, { 'retry-after': '7' }),
      answering(502, ERROR),
      answering(200, { a: 1 }, { 'request-id': 'r-3' }),
    );
    const { client, server, events, sleeps } = await startGraph(answer, { retries: 4 });
    expect(await client.send(WRITE)).toEqual({
      date: 'Fri, 02 Jan 2026 03:04:13 GMT',
      status: 200,
      json: { a: 1 },
      requestId: 'r-3',
      clientRequestId: 'request-3',
      attempts: 3,
    });
    expect(server.requests.map(({ headers }) => headers['client-request-id'])).toEqual([
      'request-1',
      'request-2',
      'request-3',
    ]);
    expect(sleeps).toEqual([7_000, 1_000]);
    const retry = { kind: 'retry', method: 'PATCH', attempts: 5 };
    expect(retriesOf(events)).toEqual([
      { ...retry, reason: '429', attempt: 2, waitMilliseconds: 7_000, until: START + 7_000 },
      { ...retry, reason: '502', attempt: 3, waitMilliseconds: 1_000, until: START + 8_000 },
    ]);
  });

  test('when the connection was closed', async () => {
    const { client, server, events, sleeps } = await startGraph(inTurn(cut, answering(200, {})), {
      retries: 1,
    });
    expect((await client.send(READ)).attempts).toBe(2);
    expect(sleeps).toEqual([125]);
    expect(retriesOf(events)).toEqual([
      {
        kind: 'retry',
        method: 'GET',
        reason: `no answer from ${server.url}: the connection was cut`,
        attempt: 2,
        attempts: 2,
        waitMilliseconds: 125,
        until: START + 125,
      },
    ]);
  });

  test('as often as allowed, and then fails with the last error', async () => {
    const { client, server, events } = await startGraph(answering(503, ERROR, { 'request-id': 'r' }), {
      retries: 2,
    });
    const failure = await failureOf(client.send(READ));
    expect(failure).toMatchObject({
      kind: 'throttled',
      message: 'Graph is unavailable: Later. (given up after 3 attempts)',
      details: { status: 503, code: 'Busy', requestId: 'r', clientRequestId: 'request-3' },
      cause: { message: 'Graph is unavailable: Later.' },
    });
    expect([server.requests.length, retriesOf(events).length]).toEqual([3, 2]);
  });

  test('never if one attempt is allowed, and the message has no number of attempts', async () => {
    const { client, server, sleeps } = await startGraph(answering(429, ERROR));
    expect(await failureOf(client.send(READ))).toMatchObject({
      message: 'Graph is throttling: Later.',
      details: { clientRequestId: 'request-1' },
    });
    expect([server.requests.length, sleeps]).toEqual([1, []]);
  });

  test.each([300, 400, 404, 500])('never after %i', async (status) => {
    const { client, server } = await startGraph(answering(status, ERROR), { retries: 3 });
    expect(await failureOf(client.send(READ))).toMatchObject({ details: { status } });
    expect(server.requests).toHaveLength(1);
  });

  test('never after a status for which the caller has an alternative', async () => {
    const answer = inTurn(answering(503, ERROR), answering(429, ERROR));
    const { client, server } = await startGraph(answer, { retries: 3 });
    expect(await failureOf(client.send({ ...READ, otherwise: [404, 429] }))).toMatchObject({
      details: { status: 429 },
    });
    expect(server.requests).toHaveLength(2);
  });

  test('also without a status, if the caller has an alternative for some', async () => {
    const { client } = await startGraph(inTurn(cut, answering(200, {})), { retries: 1 });
    expect(await client.send({ ...READ, otherwise: [404] })).toMatchObject({ attempts: 2 });
  });

  test('never if nothing listens', async () => {
    const { client, server, sleeps } = await startGraph(undefined, { retries: 3 });
    await server.close();
    expect(await failureOf(client.send(READ))).toMatchObject({
      kind: 'network',
      message: `no answer from ${server.url}: the connection was refused`,
      details: { code: 'ECONNREFUSED', clientRequestId: 'request-1' },
    });
    expect(sleeps).toEqual([]);
  });

  test.each([
    [['300'], [300_000], 2],
    [['301'], [], 1],
    [['100', '200'], [100_000, 200_000], 3],
    [['100', '201'], [100_000], 2],
  ])('after waits of %j s, at most five minutes in total', async (seconds, slept, sent) => {
    const busy = seconds.map((one) => answering(429, ERROR, { 'retry-after': one }));
    const { client, server, sleeps } = await startGraph(optional(inTurn(...busy, answering(200, {}))), {
      retries: 9,
    });
    await client.send(READ).catch(() => undefined);
    expect([sleeps, server.requests.length]).toEqual([slept, sent]);
  });

  test('after a date in Retry-After, relative to the time of the answer', async () => {
    const busy = answering(503, ERROR, { 'retry-after': 'Fri, 02 Jan 2026 03:04:15 GMT' });
    const { client, sleeps } = await startGraph(inTurn(busy, answering(200, {})), { retries: 1 });
    await client.send(READ);
    expect(sleeps).toEqual([10_000]);
  });

  test('with jitter', async () => {
    const { client, sleeps } = await startGraph(inTurn(answering(429), answering(200, {})), {
      retries: 1,
      random: () => 0.5,
    });
    await client.send(READ);
    expect(sleeps).toEqual([750]);
  });
});

describe('a failed write was stored:', () => {
  const refused = answering(400, ERROR);

  test.each([
    ['no', 'a refusal', [refused]],
    ['unknown', 'an error of the server', [answering(500, ERROR)]],
    ['unknown', 'an error in a successful answer', [answering(200, ERROR)]],
    ['unknown', 'a closed connection', [cut]],
    ['unknown', 'a refusal after a closed connection', [cut, refused]],
    ['unknown', 'a refusal after an answer from a gateway', [answering(502, ERROR), refused]],
    ['no', 'a refusal after throttling', [answering(429, ERROR), refused]],
  ])('%s after %s', async (written, _, answers) => {
    const { client } = await startGraph(inTurn(...answers), { retries: answers.length - 1 });
    expect(await failureOf(client.send(WRITE))).toMatchObject({ details: { written } });
  });

  test('no if nothing listens', async () => {
    const { client, server } = await startGraph();
    await server.close();
    expect(await failureOf(client.send(WRITE))).toMatchObject({
      kind: 'network',
      details: { written: 'no' },
    });
  });

  test('no if there is no token', async () => {
    const error = new Failure('sign-in', 'nobody is signed in');
    const { client } = await startGraph(undefined, { token: () => Promise.reject(error) });
    expect(await failureOf(client.send(WRITE))).toMatchObject({
      message: 'nobody is signed in',
      details: { written: 'no' },
    });
  });

  test('no if the proxy cannot be used', async () => {
    const { client } = await startGraph(undefined, {
      target: cloudTarget('global', 'beta'),
      proxy: proxyOf({ HTTPS_PROXY: 'socks5://127.0.0.1:1' }),
    });
    for (const failure of [failureOf(client.send(WRITE)), failureOf(client.sendOnce(WRITE))])
      expect(await failure).toMatchObject({ kind: 'usage', details: { written: 'no' } });
  });

  test('unknown if it is interrupted', async () => {
    const stop = new AbortController();
    const { client } = await startGraph(
      () => {
        stop.abort(new Failure('interrupted', 'interrupted'));
        return 'held';
      },
      { signal: stop.signal },
    );
    expect(await failureOf(client.send(WRITE))).toMatchObject({
      kind: 'interrupted',
      details: { written: 'unknown' },
    });
  });

  test('and of a read it is not said', async () => {
    const { client, server } = await startGraph(cut);
    const failure = (await failureOf(client.send(READ))) as Failure;
    await server.close();
    const refusal = (await failureOf(client.send(READ))) as Failure;
    expect([failure.details.written, refusal.details.written]).toEqual([undefined, undefined]);
  });

  test('and of several writes in one request it is not said after a closed connection', async () => {
    const { client } = await startGraph(cut);
    const failure = (await failureOf(client.sendOnce({ ...WRITE, method: 'POST' }))) as Failure;
    expect(failure.details.written).toBeUndefined();
  });
});

describe('a request that is sent once', () => {
  test('returns its answer', async () => {
    const { client } = await startGraph(answering(200, { a: 2 }));
    expect(await client.sendOnce(READ)).toMatchObject({ json: { a: 2 }, attempts: 1 });
  });

  test.each([
    [429, { 'retry-after': '7' }, true, 7_000],
    [503, { 'retry-after': 'Fri, 02 Jan 2026 03:04:15 GMT' }, true, 10_000],
    [504, {}, true, undefined],
    [400, {}, false, undefined],
  ])('reports after %i %j whether to retry, and when', async (status, headers, transient, retryAfter) => {
    const { client, server, sleeps } = await startGraph(answering(status, ERROR, headers), { retries: 3 });
    const failure = (await failureOf(client.sendOnce(READ))) as Failure;
    expect(failure.message).toContain(': Later.');
    expect(failure.details).toMatchObject({ status, code: 'Busy', clientRequestId: 'request-1' });
    expect([failure.details.transient, failure.details.retryAfter]).toEqual([transient, retryAfter]);
    expect([server.requests.length, sleeps]).toEqual([1, []]);
  });

  test('reports that a closed connection can be retried', async () => {
    const { client, server } = await startGraph(cut);
    const failure = (await failureOf(client.sendOnce(READ))) as Failure;
    expect([failure.kind, failure.message]).toEqual([
      'network',
      `no answer from ${server.url}: the connection was cut`,
    ]);
    expect(failure.details).toMatchObject({
      transient: true,
      code: 'ECONNRESET',
      clientRequestId: 'request-1',
    });
    expect(failure.details.retryAfter).toBeUndefined();
  });
});

describe('a claims challenge', () => {
  const CLAIMS = '{"access_token":{}}';
  const challenge = answering(401, ERROR, {
    'www-authenticate': `Bearer claims="${Buffer.from(CLAIMS).toString('base64')}"`,
  });

  test('is answered with a new token in the same attempt', async () => {
    const requested: unknown[] = [];
    const token = async (claims?: string) => {
      requested.push(claims);
      return claims === undefined ? 'stale' : 'fresh';
    };
    const { client, server } = await startGraph(inTurn(challenge, answering(200, {})), { token });
    expect(await client.send(WRITE)).toMatchObject({ attempts: 1, clientRequestId: 'request-2' });
    expect(requested).toEqual([undefined, CLAIMS]);
    expect(server.requests.map(({ headers, body }) => [headers.authorization, body])).toEqual([
      ['Bearer stale', '{"a":1}'],
      ['Bearer fresh', '{"a":1}'],
    ]);
  });

  test('is answered only once', async () => {
    const { client, server } = await startGraph(challenge, { retries: 3 });
    expect(await failureOf(client.send(READ))).toMatchObject({
      kind: 'sign-in',
      message: 'Graph challenges the new token as well (Later.)',
      details: { status: 401, clientRequestId: 'request-2' },
    });
    expect(server.requests).toHaveLength(2);
  });

  test('is not recognized in another 401', async () => {
    const { client, server } = await startGraph(answering(401, ERROR));
    expect(await failureOf(client.send(READ))).toMatchObject({
      kind: 'sign-in',
      message: 'Graph does not accept the sign-in: Later.',
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('the token', () => {
  test('is requested for each attempt', async () => {
    let tokens = 0;
    const token = async () => {
      tokens += 1;
      return `token-${tokens}`;
    };
    const { client, server } = await startGraph(inTurn(answering(429), answering(200, {})), {
      token,
      retries: 1,
    });
    await client.send(READ);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  test('that cannot be acquired sends nothing', async () => {
    const error = new Failure('sign-in', 'nobody is signed in');
    const { client, server } = await startGraph(undefined, {
      token: () => Promise.reject(error),
      retries: 3,
    });
    expect(await failureOf(client.send(READ))).toBe(error);
    expect(server.requests).toEqual([]);
  });
});

describe('every request is an event', () => {
  test('with its time, and without the token', async () => {
    const graph = await startGraph(() => {
      graph.pass(40);
      return { status: 201, headers: { 'request-id': 'r-1' }, body: { a: 2 } };
    });
    await graph.client.send(WRITE);
    expect(graph.events).toEqual([
      {
        kind: 'exchange',
        method: 'PATCH',
        url: `${graph.server.url}/graph/beta/things/1`,
        status: 201,
        milliseconds: 40,
        attempt: 1,
        requestHeaders: {
          Authorization: 'Bearer ***',
          Accept: 'application/json',
          'Content-Type': 'application/json',
          'client-request-id': 'request-1',
          'User-Agent': 'graph-overview/test',
        },
        requestBody: '{"a":1}',
        responseHeaders: expect.objectContaining({ 'request-id': 'r-1' }),
        responseBody: '{"a":2}',
      },
    ]);
  });

  test('also without an answer', async () => {
    const { client, events } = await startGraph(cut, { retries: 1 });
    await client.send(READ).catch(() => undefined);
    expect(events.map(({ kind }) => kind)).toEqual(['exchange', 'retry', 'exchange']);
    const exchange = {
      status: undefined,
      responseHeaders: {},
      responseBody: undefined,
      requestBody: undefined,
    };
    expect(events[0]).toMatchObject({ ...exchange, attempt: 1 });
    expect(events[2]).toMatchObject({ ...exchange, attempt: 2 });
  });
});

describe('the connection', () => {
  test.each([
    [429, 1],
    [502, 1],
    [503, 2],
  ])('after %i is one of %i in total', async (status, connections) => {
    const ports = new Set<number | undefined>();
    const answer = inTurn(answering(status, ERROR), answering(200, {}));
    const { client } = await startGraph(
      (request, response) => {
        ports.add(response.socket?.remotePort);
        return answer(request, response);
      },
      { retries: 1 },
    );
    await client.send(READ);
    expect(ports.size).toBe(connections);
  });

  test('is not retried when the client is closed', async () => {
    const { client, events, server } = await startGraph(() => 'held', { retries: 3 });
    const failure = failureOf(client.send(READ));
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await client.close();
    expect(await failure).toMatchObject({ kind: 'network' });
    expect(retriesOf(events)).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test('ends when the client is closed', async () => {
    let ended: Promise<void> | undefined;
    const { client } = await startGraph((_, response) => {
      ended = new Promise((resolve) => response.socket?.once('close', () => resolve()));
      return { body: {} };
    });
    await client.send(READ);
    await client.close();
    await ended;
  });

  test('is not opened by a client that sent nothing', async () => {
    const { client } = await startGraph();
    expect(await client.close()).toBeUndefined();
  });
});

describe('an interruption', () => {
  test.each([
    ['a Failure', new Failure('interrupted', 'interrupted')],
    ['any error', new Error('stop')],
  ])('rejects with its reason: %s', async (_, reason) => {
    const stop = new AbortController();
    const { client, server, sleeps } = await startGraph(
      () => {
        stop.abort(reason);
        return 'held';
      },
      { signal: stop.signal, retries: 3 },
    );
    expect(await failureOf(client.send(READ))).toBe(reason);
    expect([server.requests.length, sleeps]).toEqual([1, []]);
  });

  test('ends a wait', async () => {
    const stop = new AbortController();
    const { client, server } = await startGraph(answering(429), {
      signal: stop.signal,
      emit: ({ kind }) => kind === 'retry' && stop.abort(new Error('stop')),
      retries: 3,
    });
    expect(await failureOf(client.send(READ))).toEqual(new Error('stop'));
    expect(server.requests).toHaveLength(1);
  });
});
