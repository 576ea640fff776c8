import { describe, expect, test } from '@jest/globals';
import { type Case, error, seen } from './refused.ts';

/** More forms of error answers of Graph, of Intune, and of proxies and gateways. */

const S = JSON.stringify;
const ACTIVITY = '11111111-2222-3333-4444-555555555555';
const INTUNE = {
  _version: 3,
  Message: `An error has occurred - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: ${ACTIVITY} - Url: https://fef.unit01.manage.microsoft.com/DeviceConfiguration`,
  CustomApiErrorPhrase: '',
  RetryAfter: null,
  ErrorSourceService: '',
  HttpHeaders: '{}',
};
const WRITE = { roles: ['DeviceManagementConfiguration.ReadWrite.All'] };
const OCCURRED = `Intune does not permit this: An error has occurred [activity id ${ACTIVITY}]`;
const forbidden = (message: unknown, more = {}): Case => ({
  status: 403,
  body: { error: { code: 'Forbidden', message, ...more } },
  claims: WRITE,
});

describe('the message of an error answer', () => {
  test.each<readonly [what: string, one: Case, message: string]>([
    ['a JSON string in JSON', forbidden(S(S(INTUNE))), OCCURRED],
    ['a JSON string in a JSON string', forbidden(S(S(S(INTUNE)))), OCCURRED],
    ['JSON after a prefix', forbidden(`Forbidden: ${S(INTUNE)}`), OCCURRED],
    [
      'an error in a message in an error',
      forbidden(S({ error: { code: 'X', message: S(INTUNE) } })),
      OCCURRED,
    ],
    [
      'the form of OData 3 in a message',
      forbidden(
        S({ 'odata.error': { code: 'Denied', message: { lang: 'en', value: 'Not in your scope.' } } }),
      ),
      'Graph does not permit this: Not in your scope.',
    ],
    [
      'the form of OData 3',
      {
        ...forbidden(''),
        body: { 'odata.error': { code: 'Denied', message: { lang: 'en', value: 'No scope.' } } },
      },
      'Graph does not permit this: No scope.',
    ],
    [
      'a message with its language',
      forbidden({ lang: 'en-us', value: 'Not in your scope.' }),
      'Graph does not permit this: Not in your scope.',
    ],
    [
      'a detail where the message is empty',
      forbidden('', {
        details: [{ code: 'A', message: 'pendingCount is read-only.' }, { message: 'More.' }],
      }),
      'Graph does not permit this: pendingCount is read-only.',
    ],
    [
      'an inner error in another letter case',
      forbidden('', { InnerError: { message: 'Inner words.' } }),
      'Graph does not permit this: Inner words.',
    ],
    ['an empty object', forbidden('{}'), 'Graph does not permit this: 403 without a message'],
    ['null as a string', forbidden('null'), 'Graph does not permit this: 403 without a message'],
    [
      'an empty object, and a message in innerError',
      forbidden('{}', { innerError: { message: 'Inside.' } }),
      'Graph does not permit this: Inside.',
    ],
    [
      'a message with braces that is not JSON',
      forbidden("No configuration '{id}' is in your scope."),
      "Graph does not permit this: No configuration '{id}' is in your scope.",
    ],
    ['a number', forbidden('403'), 'Graph does not permit this: 403'],
    [
      'a phrase of Intune',
      forbidden(S({ ...INTUNE, CustomApiErrorPhrase: 'ScopeTagMissing' })),
      `Intune does not permit this: An error has occurred (ScopeTagMissing) [activity id ${ACTIVITY}]`,
    ],
    ['only a code of Intune', forbidden(S({ ErrorCode: 'NoRole' })), 'Graph does not permit this: NoRole'],
  ])('is found in %s', async (_, one, message) => {
    expect(await error(one)).toMatchObject({ kind: 'permission', exitCode: 4, message });
  });

  test('is printed with its details', async () => {
    const one = forbidden(`Forbidden: ${S(INTUNE)}`, { innerError: { 'request-id': 'r-1' } });
    expect(await seen(one)).toEqual({
      code: 4,
      stdout: '',
      stderr: `error: ${OCCURRED}
  status: 403  code: Forbidden  request-id: r-1  client-request-id: THE-ID
hint: the token holds the permission that this needs: the account lacks an Intune role for device configurations, the scope tag of this one, or an Intune licence
`,
    });
  });
});

describe('a proxy or gateway answers instead of Graph', () => {
  const page = (body: string, type = 'text/html', status = 403): Case => ({
    status,
    body,
    headers: { 'content-type': type },
  });
  const blocked = (status: number, words: string): string =>
    `a proxy or gateway answered instead of Graph: ${status} with ${words}`;

  test.each<readonly [what: string, one: Case, message: string]>([
    [
      'a comment',
      page('<!-- proxy 7 -->\n<html><head><TITLE>Blocked</TITLE>'),
      blocked(403, 'an HTML page (Blocked)'),
    ],
    [
      'a declaration of XML',
      page('<?xml version="1.0"?>\n<html xmlns="x"><title>Down</title>', 'application/xhtml+xml', 503),
      blocked(503, 'an HTML page (Down)'),
    ],
    [
      'a byte-order mark',
      page('\ufeff<!DOCTYPE html><title>Blocked</title>', 'text/plain'),
      blocked(403, 'an HTML page (Blocked)'),
    ],
    [
      'another content type',
      page('<html><title>Blocked</title>', 'application/octet-stream'),
      blocked(403, 'an HTML page (Blocked)'),
    ],
    [
      'a title of several lines with entities',
      page('<html><title>Sign in to\n    Wi-Fi &amp; more &lt;guest&gt;</title>', 'text/html', 200),
      blocked(200, 'an HTML page (Sign in to Wi-Fi & more <guest>)'),
    ],
    [
      'plain words',
      page('Access denied by policy 42', 'text/plain'),
      blocked(403, 'a body that is not JSON: "Access denied by policy 42"'),
    ],
    [
      'XML',
      page('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', 'application/xml'),
      blocked(
        403,
        'a body that is not JSON: "<?xml version=\\"1.0\\"?><Error><Code>AccessDenied</Code></Error>"',
      ),
    ],
    [
      '407, which Graph never answers',
      { status: 407, body: { error: 'authentication required' } },
      blocked(407, 'unexpected JSON: "{\\"error\\":\\"authentication required\\"}"'),
    ],
  ])('with %s', async (_, one, message) => {
    expect(await error(one)).toMatchObject({ kind: 'network', exitCode: 7, message });
  });

  test.each<readonly [what: string, one: Case, kind: string]>([
    ['an empty body', page('', 'text/plain'), 'permission'],
    [
      'words with a request id',
      { ...page('No.', 'text/plain'), headers: { 'request-id': 'r-1' } },
      'permission',
    ],
    ['JSON that broke off', page('{"error":{"code":', 'application/json', 500), 'graph'],
  ])('is not reported for %s', async (_, one, kind) => {
    expect(await error(one)).toMatchObject({ kind });
  });

  test('is also reported for JSON that has only a message', async () => {
    expect(await error({ status: 403, body: { message: 'Forbidden' } })).toMatchObject({
      message: 'the answer is not from Graph: 403 with unexpected JSON: "{\\"message\\":\\"Forbidden\\"}"',
    });
  });
});

test('the result of a write is unknown if its answer is other JSON', async () => {
  const argv = ['patch', 'id:abc', '--error', '3'];
  expect(await error({ status: 200, body: { ok: true }, argv })).toMatchObject({
    kind: 'graph',
    exitCode: 1,
    written: 'unknown',
    message: expect.stringMatching(
      /^the answer was not an overview, and the change could not be read back: the service answered 200 without an overview; the change may have been stored; check with `graph-overview get id:abc /,
    ),
  });
  for (const body of [{}, { '@odata.context': 'x' }])
    expect(await error({ status: 200, body, argv })).toMatchObject({ written: 'yes' });
});

test.each([403, 404])(
  'a tenant without Intune is recognized by its message with status %i',
  async (status) => {
    const body = { error: { code: 'Any', message: 'Request not applicable to target tenant.' } };
    expect(await error({ status, body })).toMatchObject({
      message: 'the tenant does not use Intune: Request not applicable to target tenant.',
      hint: 'the tenant has no Intune licence, or its MDM authority is not set: ask an administrator of the tenant',
    });
  },
);
