import { describe, expect, test } from '@jest/globals';
import { answerFailure, isErrorBody, unusableAnswer } from '../../src/graph/failure.ts';
import type { Incoming, Outgoing } from '../../src/graph/transport.ts';

function sent(method: Outgoing['method']): Outgoing {
  return {
    method,
    url: new URL('http://127.0.0.1/'),
    headers: { 'client-request-id': 'c' },
    body: undefined,
  };
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Incoming {
  return { status, headers, text: typeof body === 'string' ? body : JSON.stringify(body) };
}

function failureOf(status: number, body: unknown, headers?: Record<string, string>) {
  const { kind, message, details } = answerFailure(sent('GET'), answer(status, body, headers));
  return { kind, message, ...details };
}

const X = { error: { code: 'X', message: 'Words.' } };
const SIGN_IN =
  'the token is wrong, expired or meant for another cloud: sign in again; run `graph-overview doctor` for details';
const NOT_FOUND =
  'check the id with `graph-overview list`, and that `--via` fits the type of the configuration; policies of the Settings Catalog are not device configurations';
const THROTTLED = 'wait a while, then try again';

describe('an error answer', () => {
  test.each([
    [400, 'graph', 'Graph refused', undefined],
    [401, 'sign-in', 'Graph does not accept the sign-in', SIGN_IN],
    [
      403,
      'permission',
      'Graph does not permit this',
      'the sign-in needs the permission DeviceManagementConfiguration.Read.All, granted by an administrator; run `graph-overview doctor` for details',
    ],
    [404, 'not-found', 'not found', NOT_FOUND],
    [429, 'throttled', 'Graph is throttling', THROTTLED],
    [499, 'graph', 'Graph refused', undefined],
    [500, 'graph', 'Graph refused', 'try again later; the request id helps Microsoft’s support'],
    [502, 'throttled', 'Graph is unavailable', THROTTLED],
    [503, 'throttled', 'Graph is unavailable', THROTTLED],
    [504, 'throttled', 'Graph is unavailable', THROTTLED],
    [507, 'graph', 'Graph refused', 'try again later; the request id helps Microsoft’s support'],
  ])('with %i is of kind %s', (status, kind, subject, hint) => {
    expect(failureOf(status, X, { 'request-id': 'r' })).toEqual({
      ...{ kind, message: `${subject}: Words.`, hint },
      ...{ status, code: 'X', requestId: 'r', clientRequestId: 'c' },
    });
  });

  test('403 of a write names the permission for writing', () => {
    expect(answerFailure(sent('PATCH'), answer(403, X)).details.hint).toContain(
      'the permission DeviceManagementConfiguration.ReadWrite.All,',
    );
  });

  test.each([
    "Resource not found for the segment 'rootCertificate'.",
    'No OData route exists that match template ~/singleton',
    'no method match route template',
  ])('with the message “%s” is about the route, with any status', (message) => {
    expect(failureOf(400, { error: { code: 'BadRequest', message } })).toMatchObject({
      kind: 'not-found',
      message: `not found: ${message}`,
      hint: 'this service does not have this route; `graph-overview routes` lists the routes',
    });
  });

  test('that redirects is not followed', () => {
    for (const status of [300, 399]) {
      expect(failureOf(status, '', { location: 'https://elsewhere.example/' })).toEqual({
        kind: 'graph',
        message: `the service answered ${status} with a redirect to https://elsewhere.example/, which is not followed`,
        hint: 'a token is not sent to another host; if the service has moved, set its address with `--endpoint`',
        ...{ status, requestId: undefined, clientRequestId: 'c' },
      });
    }
    expect(failureOf(302, '').message).toBe(
      'the service answered 302 with a redirect to no location, which is not followed',
    );
  });
});

describe('a 401', () => {
  const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
  const challenge = { 'www-authenticate': `Bearer claims="${Buffer.from('{}').toString('base64')}"` };

  test.each([
    ['Fri, 02 Jan 2026 02:59:05 GMT', NOW, SIGN_IN],
    ['Fri, 02 Jan 2026 03:09:05 GMT', NOW, SIGN_IN],
    [
      'Fri, 02 Jan 2026 02:59:04 GMT',
      NOW,
      'this machine’s clock is 5 min ahead of the service: set the clock, then sign in again',
    ],
    [
      'Fri, 02 Jan 2026 04:04:05 GMT',
      NOW,
      'this machine’s clock is 60 min behind the service: set the clock, then sign in again',
    ],
    ['yesterday', NOW, SIGN_IN],
    ['Fri, 02 Jan 2026 04:04:05 GMT', undefined, SIGN_IN],
  ])('with the date %s at %j has the hint: %s', (date, now, hint) => {
    const context = now === undefined ? {} : { now };
    expect(answerFailure(sent('GET'), answer(401, X, { date }), context).details.hint).toBe(hint);
  });

  test('but no other answer has a hint about the clock', () => {
    const late = answer(403, X, { date: 'Fri, 02 Jan 2026 04:04:05 GMT' });
    expect(answerFailure(sent('GET'), late, { now: NOW }).details.hint).toContain('the permission');
  });

  test.each([
    [X, ' (Words.)'],
    ['', ''],
  ])('that challenges the new token as well is about Conditional Access: %j', (body, words) => {
    expect(answerFailure(sent('GET'), answer(401, body, challenge), { challenged: true })).toMatchObject({
      kind: 'sign-in',
      message: `Graph challenges the new token as well${words}`,
      details: {
        status: 401,
        hint: 'a Conditional Access policy of the tenant is not met: sign in from a device and a network that it allows, or ask an administrator',
      },
    });
  });

  test.each([
    ['an old token', { challenged: false }, challenge],
    ['any token', {}, challenge],
    ['no token', { challenged: true }, {}],
  ])('that challenges %s is not about Conditional Access', (_, context, headers) => {
    expect(answerFailure(sent('GET'), answer(401, X, headers), context)).toMatchObject({
      message: 'Graph does not accept the sign-in: Words.',
      details: { hint: SIGN_IN },
    });
  });

  test('about an expired token has another hint', () => {
    expect(failureOf(401, { error: { message: 'Token has EXPIRED.' } }).hint).toBe(
      'the token has expired: sign in again, or set GRAPH_TOKEN to a new token',
    );
    expect(failureOf(401, { error: { message: 'Token is unexpired.' } }).hint).toBe(SIGN_IN);
  });

  test('of Intune has the hint that Graph accepted the token', () => {
    expect(failureOf(401, { error: { message: 'urn:intune:service' } }).hint).toBe(
      'Graph accepted the token and Intune did not: the account lacks an Intune role for device configurations, the scope tag of this one, or an Intune licence; or the token lacks the permission DeviceManagementConfiguration.Read.All',
    );
  });
});

test('the permissions of the token that was sent are checked', () => {
  const checked: unknown[] = [];
  const holds = (...one: unknown[]) => {
    checked.push(one);
    return true;
  };
  const headers = { Authorization: 'Bearer the-token' };
  answerFailure({ ...sent('GET'), headers }, answer(403, X), { holds });
  answerFailure({ ...sent('PATCH'), headers }, answer(403, X), { holds });
  expect(checked).toEqual([
    ['the-token', 'read'],
    ['the-token', 'write'],
  ]);
});

test.each([
  [200, 'unknown'],
  [300, 'no'],
  [399, 'no'],
  [400, 'no'],
  [499, 'no'],
  [500, 'unknown'],
  [501, 'no'],
  [502, 'unknown'],
  [503, 'no'],
  [504, 'unknown'],
])('a write with the answer %i was stored: %s', (status, written) => {
  expect(answerFailure(sent('PATCH'), answer(status, X)).details.written).toBe(written);
  expect(answerFailure(sent('GET'), answer(status, X)).details.written).toBeUndefined();
});

test('the page of a gateway is a problem of a proxy', () => {
  expect(failureOf(403, '<html>', { 'content-type': 'text/html' })).toMatchObject({
    kind: 'network',
    connection: 'proxy',
  });
});

test.each([
  [null, false],
  [undefined, false],
  ['error', false],
  [[{ error: {} }], false],
  [{ error: '' }, false],
  [{ error: null }, false],
  [{ error: 5 }, false],
  [{ error: {} }, true],
  [{ error: 'x' }, true],
])('the body %j is an error: %s', (body, expected) => {
  expect(isErrorBody(body)).toBe(expected);
});

describe('the message of an error body', () => {
  test.each<[string, unknown, string]>([
    ['nothing', '', '400 without a message'],
    ['space', ' \n', '400 without a message'],
    ['a message at the top level', { Message: ' Words. ' }, 'Words.'],
    ['a message that is not a string', { error: { message: 5 } }, '400 without a message'],
    ['an error that is null', { error: null }, '400 without a message'],
    ['a code and a description', { error: 'code', error_description: ' Words. ' }, 'Words.'],
    ['only a code', { error: 'code' }, '400 without a message'],
    ['text', 'hello', 'answered 400 with a body that is not JSON: "hello"'],
    ['a message in innerError', { error: { message: ' ', innerError: { message: 'Inner.' } } }, 'Inner.'],
    ['a message in innererror', { error: { innererror: { message: 'Inner.' } } }, 'Inner.'],
  ])('%s', (_, body, words) => {
    expect(failureOf(400, body).message).toBe(`Graph refused: ${words}`);
  });

  test.each([[{ other: 1 }], [[]], [5]])('not an error of Graph: %j', (body) => {
    expect(failureOf(400, body).message).toBe(
      `the answer is not from Graph: 400 with unexpected JSON: ${JSON.stringify(JSON.stringify(body))}`,
    );
  });

  test('the code of an error of OAuth is the member error', () => {
    expect(failureOf(400, { error: 'invalid_request', error_description: 'x' }).code).toBe('invalid_request');
  });

  test('is taken from the outermost level that has one, among ten levels', () => {
    const nested = (levels: number): unknown =>
      levels === 0
        ? { message: 'Deep.', code: 'Deep', 'request-id': 'deep' }
        : { innerError: nested(levels - 1) };
    expect(failureOf(400, { error: nested(9) })).toMatchObject({
      message: 'Graph refused: Deep.',
      code: 'Deep',
      requestId: 'deep',
    });
    expect(failureOf(400, { error: nested(10) })).toMatchObject({
      message: 'Graph refused: 400 without a message',
      code: undefined,
    });
    const both = { code: 'Outer', innerError: { code: 'Inner', message: 'Inner.' } };
    expect(failureOf(400, { error: both })).toMatchObject({
      code: 'Outer',
      message: 'Graph refused: Inner.',
    });
  });

  test('the request id in the header takes precedence over that in the body', () => {
    const body = { error: { message: 'x', innerError: { 'request-id': 'inner' } } };
    expect(failureOf(400, body, { 'request-id': 'outer' }).requestId).toBe('outer');
    expect(failureOf(400, body, { 'request-id': '' }).requestId).toBe('inner');
    expect(failureOf(400, body).requestId).toBe('inner');
  });

  test('JSON that is nested too deeply is not parsed', () => {
    const text = `{"error":${'['.repeat(100)}${']'.repeat(100)}}`;
    expect(failureOf(400, text).message).toBe(
      `Graph refused: answered 400 with a body that is not JSON: ${JSON.stringify(text.slice(0, 80))}`,
    );
  });

  test('messages, codes and ids are truncated', () => {
    const long = { error: { code: 'c'.repeat(201), message: 'm'.repeat(2_001) } };
    const { code, message, requestId } = failureOf(400, long, { 'request-id': 'r'.repeat(201) });
    expect(code).toBe('c'.repeat(200));
    expect(requestId).toBe('r'.repeat(200));
    expect(message).toBe(`Graph refused: ${'m'.repeat(2_000)}…`);
    expect(failureOf(400, { error: { message: 'm'.repeat(2_000) } }).message).toBe(
      `Graph refused: ${'m'.repeat(2_000)}`,
    );
    // A surrogate pair is not split.
    expect(failureOf(400, { error: { message: `${'m'.repeat(1_999)}😀` } }).message).toBe(
      `Graph refused: ${'m'.repeat(1_999)}\ufffd…`,
    );
  });
});

describe('Intune’s JSON inside the message', () => {
  const messageOf = (inside: Record<string, unknown>): string =>
    failureOf(400, { error: { message: JSON.stringify(inside) } }).message.replace('Graph refused: ', '');

  test.each([
    ['An error - Operation ID (for support): x', 'An error'],
    ['An error - Url: https://x', 'An error'],
    [
      'An error - Activity ID: 11111111-2222-4333-8444-55555555aaaa - Url: x',
      'An error [activity id 11111111-2222-4333-8444-55555555aaaa]',
    ],
    ['An error - Activity ID: none', 'An error'],
    ['An error - Urls are fine', 'An error - Urls are fine'],
  ])('%s', (message, words) => {
    expect(messageOf({ Message: message })).toBe(words);
  });

  test('may have a phrase after the message', () => {
    expect(messageOf({ Message: 'An error - Url: x', CustomApiErrorPhrase: 'NotThere' })).toBe(
      'An error (NotThere)',
    );
  });

  test('without a message is shown unchanged', () => {
    expect(messageOf({ Other: 1 })).toBe('{"Other":1}');
  });
});

describe('a successful answer that cannot be used', () => {
  test('is reported after a read, and after a write', () => {
    const incoming = answer(200, 'x', { 'request-id': 'r' });
    expect(unusableAnswer(sent('GET'), incoming, 'something')).toMatchObject({
      kind: 'graph',
      message: 'the service answered 200 with something',
      details: { status: 200, requestId: 'r', clientRequestId: 'c', hint: 'check the endpoint' },
    });
    expect(unusableAnswer(sent('PATCH'), incoming, 'something')).toMatchObject({
      message: 'the service answered 200 with something; the change may have been stored',
      details: { hint: 'check with `graph-overview get`' },
    });
  });
});
