import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../src/events.ts';
import { GraphClient } from '../../src/graph/client.ts';
import { byPath, type GraphOnLoopback, graphOn, type Said } from '../graph-on-loopback.ts';

const ID = '00000000-0000-4000-8000-000000000000';
const LATER: Said = [503, { error: { code: 'X', message: 'later' } }];

/** A service that gives its answers in turn, the last one again and again. */
function inTurn(...answers: readonly Said[]) {
  let nth = 0;
  return byPath(() => answers[Math.min(nth++, answers.length - 1)]);
}

function kindsOf(on: GraphOnLoopback): Event['kind'][] {
  return on.events.map(({ kind }) => kind);
}

describe('a request', () => {
  test('carries the token, its id and who asks; a body comes with its type', async () => {
    const on = await graphOn(inTurn([200, { a: 1 }, { 'request-id': 'r' }]));
    expect(await on.graph.send({ method: 'PATCH', path: '/x?y=z', body: { b: 2 } })).toEqual({
      status: 200,
      json: { a: 1 },
      requestId: 'r',
      clientRequestId: ID,
      attempts: 1,
    });
    const [request] = on.server.requests;
    expect(request).toMatchObject({
      method: 'PATCH',
      path: '/beta/x?y=z',
      body: '{"b":2}',
      headers: {
        authorization: 'Bearer token',
        accept: 'application/json',
        'content-type': 'application/json',
        'client-request-id': ID,
        'user-agent': 'test',
      },
    });
  });

  test('without a body has no type', async () => {
    const on = await graphOn(inTurn([200, {}]));
    await on.graph.send({ method: 'GET', path: '/x' });
    expect(on.server.requests[0]?.headers).not.toHaveProperty('content-type');
    expect(on.server.requests[0]?.body).toBe('');
  });

  test('can be described without its token', async () => {
    const on = await graphOn(inTurn([200, {}]));
    expect(on.graph.describe({ method: 'PATCH', path: '/x', body: 5 })).toEqual({
      method: 'PATCH',
      url: new URL(`${on.server.url}/beta/x`),
      headers: {
        Authorization: 'Bearer ***',
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'client-request-id': ID,
        'User-Agent': 'test',
      },
      body: '5',
    });
    expect(on.server.requests).toEqual([]);
  });
});

describe('an answer', () => {
  test.each<[string, Said, unknown]>([
    ['no body', [204], undefined],
    ['an empty body', [200, ' '], undefined],
    ['JSON', [299, 'null'], null],
    ['a byte order mark before it', [200, '\ufeff{"a":1}'], { a: 1 }],
  ])('with %s', async (_, said, json) => {
    const on = await graphOn(inTurn(said));
    expect(await on.graph.send({ method: 'GET', path: '/x' })).toMatchObject({ status: said[0], json });
  });

  test('that is no JSON is a failure, and is not asked for again', async () => {
    const on = await graphOn(inTurn([200, 'hello']), { retries: 3 });
    await expect(on.graph.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      kind: 'graph',
      message: 'the service answered 200 with a body that is not JSON: "hello"',
    });
    expect(on.server.requests).toHaveLength(1);
  });

  test('that is nested without end is a failure', async () => {
    const on = await graphOn(inTurn([200, '['.repeat(100) + ']'.repeat(100)]));
    await expect(on.graph.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      message: 'the service answered 200 with JSON that is nested without end',
    });
  });

  test.each([300, 404])('with %i is a failure, and is not asked for again', async (status) => {
    const on = await graphOn(inTurn([status, { error: { code: 'X', message: 'no' } }]), { retries: 3 });
    await expect(on.graph.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      details: { status, clientRequestId: ID },
    });
    expect(on.server.requests).toHaveLength(1);
    expect(on.sleeps).toEqual([]);
  });
});

describe('tries', () => {
  test('again after what may pass, says so, and counts', async () => {
    const on = await graphOn(inTurn(LATER, [429, 'x', { 'Retry-After': '2' }], [200, {}]), { retries: 3 });
    expect(await on.graph.send({ method: 'PATCH', path: '/x', body: {} })).toMatchObject({ attempts: 3 });
    expect(on.sleeps).toEqual([750, 2_100]);
    expect(on.events.filter(({ kind }) => kind === 'retry')).toEqual([
      { kind: 'retry', method: 'PATCH', reason: '503', attempt: 2, attempts: 4, waitMilliseconds: 750 },
      { kind: 'retry', method: 'PATCH', reason: '429', attempt: 3, attempts: 4, waitMilliseconds: 2_100 },
    ]);
    expect(kindsOf(on)).toEqual(['exchange', 'retry', 'exchange', 'retry', 'exchange']);
  });

  test('no more often than it may, and says how often it did', async () => {
    const on = await graphOn(inTurn(LATER), { retries: 2 });
    const failure = await on.graph.send({ method: 'GET', path: '/x' }).catch((error) => error);
    expect(failure).toMatchObject({
      kind: 'throttled',
      message: 'Graph is throttling or unavailable: later (given up after 3 attempts)',
      details: { status: 503, code: 'X', cause: { kind: 'throttled' } },
    });
    expect(on.server.requests).toHaveLength(3);
    expect(on.sleeps).toEqual([750, 1_500]);
  });

  test('once, and says nothing of tries', async () => {
    const on = await graphOn(inTurn(LATER));
    await expect(on.graph.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      message: 'Graph is throttling or unavailable: later',
    });
  });

  test.each([
    [280, 300],
    [290, 300],
  ])('no longer than five minutes in all: %i s are waited for, twice that are not', async (seconds) => {
    const on = await graphOn(inTurn([429, 'x', { 'Retry-After': String(seconds) }]), { retries: 9 });
    await expect(on.graph.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({ kind: 'throttled' });
    expect(on.sleeps).toHaveLength(1);
  });

  test('a cut connection again, in its own words', async () => {
    let cut = true;
    const on = await graphOn(
      (request, response) => {
        if (!cut) return byPath(() => [200, {}])(request, response);
        cut = false;
        response.socket?.destroy();
      },
      { retries: 1 },
    );
    expect(await on.graph.send({ method: 'GET', path: '/x' })).toMatchObject({ attempts: 2 });
    expect(on.events.find(({ kind }) => kind === 'retry')).toMatchObject({
      reason: `no answer from ${on.server.url}: the connection was cut`,
      waitMilliseconds: 188,
    });
  });

  test('a refused connection not again; the failure knows what was sent', async () => {
    const on = await graphOn(inTurn([200, {}]), { retries: 3 });
    await on.server.close();
    await expect(on.graph.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      kind: 'network',
      details: { code: 'ECONNREFUSED', clientRequestId: ID },
    });
    expect(on.sleeps).toEqual([]);
  });

  test('after a 503 over another connection, after a 429 over the same', async () => {
    const ports: (number | undefined)[] = [];
    const answers = inTurn([429, 'x'], LATER, [200, {}]);
    const on = await graphOn(
      (request, response) => {
        ports.push(response.socket?.remotePort);
        answers(request, response);
      },
      { retries: 3 },
    );
    await on.graph.send({ method: 'GET', path: '/x' });
    expect([ports[1] === ports[0], ports[2] === ports[1]]).toEqual([true, false]);
  });
});

describe('sending once', () => {
  test('gives the answer of success', async () => {
    const on = await graphOn(inTurn([200, { a: 1 }]));
    expect(await on.graph.sendOnce({ method: 'GET', path: '/x' })).toMatchObject({
      json: { a: 1 },
      attempts: 1,
    });
  });

  test.each<[Said, boolean, number | undefined]>([
    [[429, 'x', { 'Retry-After': '7' }], true, 7_000],
    [LATER, true, undefined],
    [[404, 'x'], false, undefined],
  ])('tells of %j whether it may pass, and how long to wait', async (said, transient, retryAfter) => {
    const on = await graphOn(inTurn(said), { retries: 5 });
    await expect(on.graph.sendOnce({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      details: { status: said[0], transient, retryAfter },
    });
    expect(on.server.requests).toHaveLength(1);
  });

  test('tells of a cut connection that it may pass', async () => {
    const on = await graphOn((_, response) => response.socket?.destroy());
    await expect(on.graph.sendOnce({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      kind: 'network',
      details: { transient: true, retryAfter: undefined },
    });
  });
});

describe('a claims challenge', () => {
  const claims = '{"access_token":{}}';
  const CHALLENGE: Said = [
    401,
    { error: { code: 'InvalidAuthenticationToken', message: 'x' } },
    { 'WWW-Authenticate': `Bearer claims="${Buffer.from(claims).toString('base64')}"` },
  ];

  /** A client whose tokens are numbered. */
  function numbered(on: GraphOnLoopback) {
    const asked: unknown[] = [];
    const graph = new GraphClient({
      target: on.graph.target,
      token: async (wanted) => `t${asked.push(wanted)}`,
      timeout: 10_000,
      retries: 0,
      userAgent: 'test',
      proxy: undefined,
      report: () => undefined,
      runtime: { ...on.options, random: () => 0.5, uuid: () => ID },
    });
    return { graph, asked };
  }

  test('is answered with a token for the claims, within the same attempt', async () => {
    const on = await graphOn(inTurn(CHALLENGE, [200, {}]));
    const { graph, asked } = numbered(on);
    expect(await graph.send({ method: 'GET', path: '/x' })).toMatchObject({ attempts: 1 });
    await graph.close();
    expect(asked).toEqual([undefined, claims]);
    expect(on.server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer t1',
      'Bearer t2',
    ]);
  });

  test('that comes again is a failure', async () => {
    const on = await graphOn(inTurn(CHALLENGE));
    const { graph } = numbered(on);
    await expect(graph.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({ kind: 'sign-in' });
    await graph.close();
    expect(on.server.requests).toHaveLength(2);
  });
});

test('each exchange is told, with its time and without its token', async () => {
  const on = await graphOn(inTurn([200, { a: 1 }, { 'request-id': 'r' }]));
  await on.graph.send({ method: 'PATCH', path: '/x', body: { b: 2 } });
  expect(on.events).toEqual([
    {
      kind: 'exchange',
      method: 'PATCH',
      url: `${on.server.url}/beta/x`,
      status: 200,
      milliseconds: 0,
      attempt: 1,
      requestHeaders: {
        Authorization: 'Bearer ***',
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'client-request-id': ID,
        'User-Agent': 'test',
      },
      requestBody: '{"b":2}',
      responseHeaders: expect.objectContaining({ 'request-id': 'r' }),
      responseBody: '{"a":1}',
    },
  ]);
});

test('an exchange without an answer is told too', async () => {
  const on = await graphOn((_, response) => response.socket?.destroy());
  await on.graph.send({ method: 'GET', path: '/x' }).catch(() => undefined);
  expect(on.events).toMatchObject([
    { kind: 'exchange', status: undefined, responseHeaders: {}, responseBody: undefined },
  ]);
});
