import { describe, expect, test } from '@jest/globals';
import { error, seen } from './refused.ts';

/** Reported error answers of Intune, of gateways and of proxies, and what is printed for them as text and as JSON. */

const ACTIVITY = '11111111-2222-3333-4444-555555555555';
const READ = { scp: 'User.Read DeviceManagementConfiguration.Read.All' };
const WRITE = { roles: ['DeviceManagementConfiguration.ReadWrite.All'] };
const URL_OF_INTUNE =
  'https://fef.unit01.manage.microsoft.com/DeviceConfiguration_2411/StatelessDeviceConfigurationFEService/deviceManagement/deviceConfigurations?api-version=5024-05-01';

/** The innermost JSON of Intune, as a string. */
const INNERMOST = JSON.stringify(
  {
    _version: 3,
    Message: `An error has occurred - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: ${ACTIVITY} - Url: ${URL_OF_INTUNE}`,
    CustomApiErrorPhrase: '',
    RetryAfter: null,
    ErrorSourceService: '',
    HttpHeaders: '{}',
  },
  null,
  2,
).replaceAll('\n', '\r\n');

const TWO_LEVELS = {
  error: {
    code: 'Forbidden',
    message: JSON.stringify({ ErrorCode: 'Forbidden', Message: INNERMOST }),
    innerError: { date: '2026-11-01T10:00:00', 'request-id': ACTIVITY, 'client-request-id': 'c' },
  },
};

const LACKS =
  'the account lacks an Intune role for device configurations, the scope tag of this one, or an Intune licence';

describe('an error of Intune', () => {
  test('with JSON in JSON, although the token has the permission', async () => {
    expect(await seen({ status: 403, body: TWO_LEVELS, claims: READ })).toEqual({
      code: 4,
      stdout: '',
      stderr: `error: Intune does not permit this: An error has occurred [activity id ${ACTIVITY}]
  status: 403  code: Forbidden  request-id: ${ACTIVITY}  client-request-id: THE-ID
hint: the token holds the permission that this needs: ${LACKS}
`,
    });
  });

  test('with a 401 is not an error of the sign-in', async () => {
    expect(await error({ status: 401, body: TWO_LEVELS, claims: WRITE })).toEqual({
      ...{ kind: 'permission', exitCode: 4, status: 401, code: 'Forbidden' },
      message: `Intune does not permit this: An error has occurred [activity id ${ACTIVITY}]`,
      ...{ requestId: ACTIVITY, clientRequestId: 'THE-ID' },
      hint: `the token holds the permission that this needs: ${LACKS}`,
    });
  });

  test('is recognized by its realm if there is no message', async () => {
    const headers = { 'www-authenticate': 'Bearer realm="urn:intune:service"', 'request-id': 'r-1' };
    const body = { error: { code: 'Unauthorized', message: '' } };
    const argv = ['patch', 'id:abc', '--pending', '1'];
    expect(await error({ status: 401, body, headers, claims: WRITE, argv })).toEqual({
      ...{ kind: 'permission', exitCode: 4, status: 401, code: 'Unauthorized' },
      message: 'Intune does not permit this: 401 without a message',
      ...{ requestId: 'r-1', clientRequestId: 'THE-ID', written: 'no' },
      hint: `the token holds the permission that this needs: ${LACKS}`,
    });
  });

  test('has a hint about the permission if the token does not show its permissions', async () => {
    expect(await error({ status: 403, body: TWO_LEVELS })).toMatchObject({
      kind: 'permission',
      message: `Intune does not permit this: An error has occurred [activity id ${ACTIVITY}]`,
      hint: `Intune refused, not Graph: ${LACKS}; or the token lacks the permission DeviceManagementConfiguration.Read.All; \`graph-overview doctor\` checks the token`,
    });
  });

  test('is recognized without the outer error', async () => {
    const body = { ErrorCode: 'Forbidden', Message: INNERMOST };
    expect(await error({ status: 403, body, claims: READ })).toMatchObject({
      message: `Intune does not permit this: An error has occurred [activity id ${ACTIVITY}]`,
      code: 'Forbidden',
    });
  });
});

describe('an error of Graph', () => {
  test('with a 401 is an error of the sign-in, although the token has the permission', async () => {
    const body = { error: { code: 'InvalidAuthenticationToken', message: 'Lifetime validation failed.' } };
    expect(await error({ status: 401, body, claims: READ })).toMatchObject({
      kind: 'sign-in',
      exitCode: 3,
      message: 'Graph does not accept the sign-in: Lifetime validation failed.',
    });
  });

  test('with a 403 has no hint about the permission if the token has it', async () => {
    const body = { error: { code: 'Forbidden', message: 'Access denied.' } };
    expect(await error({ status: 403, body, claims: READ })).toMatchObject({
      message: 'Graph does not permit this: Access denied.',
      hint: `the token holds the permission that this needs: ${LACKS}`,
    });
  });
});

const PAGE = `<!DOCTYPE html>
<html><head><title>Access blocked by policy</title></head><body><h1>This category is blocked</h1></body></html>`;

const LET_THROUGH =
  'check the endpoint, and that the network allows requests to it; run `graph-overview doctor` for details';

describe('a proxy or gateway answers instead of Graph', () => {
  test.each([200, 403, 404, 500, 502, 503])('with a page and status %i', async (status) => {
    expect(await seen({ status, body: PAGE, claims: READ })).toEqual({
      code: 7,
      stdout: '',
      stderr: `error: a proxy or gateway answered instead of Graph: ${status} with an HTML page (Access blocked by policy)
  status: ${status}  client-request-id: THE-ID
hint: ${LET_THROUGH}
`,
    });
  });

  test('and requires a password', async () => {
    expect(await error({ status: 407, body: '', claims: READ })).toEqual({
      ...{
        kind: 'network',
        exitCode: 7,
        status: 407,
        code: null,
        requestId: null,
        clientRequestId: 'THE-ID',
      },
      message: 'a proxy or gateway answered instead of Graph: 407 with an empty body',
      hint: 'the proxy requires a user name and a password: set them in HTTPS_PROXY; run `graph-overview doctor` for details',
    });
  });

  test.each([
    [200, 'unknown', '; the change may have been stored; check with `graph-overview get id:abc --endpoint '],
    [403, 'no', ''],
    [502, 'unknown', '; the change may have been stored; check with `graph-overview get id:abc --endpoint '],
  ])('to a write with %i: stored is %s', async (status, written, more) => {
    expect(await error({ status, body: PAGE, argv: ['patch', 'id:abc', '--pending', '1'] })).toMatchObject({
      kind: 'network',
      written,
      message: expect.stringContaining(
        `a proxy or gateway answered instead of Graph: ${status} with an HTML page (Access blocked by policy)${more}`,
      ),
    });
  });

  test('but a page with a request id is from the gateway of Graph', async () => {
    const headers = { 'request-id': 'r-1' };
    expect(await error({ status: 503, body: PAGE, headers })).toMatchObject({
      kind: 'throttled',
      message: 'Graph is unavailable: answered 503 with an HTML page (Access blocked by policy)',
    });
  });

  test.each([
    [403, 4, 'permission'],
    [404, 5, 'not-found'],
    [500, 1, 'graph'],
  ])('other JSON, with status %i', async (status, exitCode, kind) => {
    expect(await error({ status, body: { blocked: true } })).toMatchObject({
      kind,
      exitCode,
      message: `the answer is not from Graph: ${status} with unexpected JSON: "{\\"blocked\\":true}"`,
      hint: 'check the endpoint: a proxy, a gateway or another service may have answered',
    });
  });
});

describe('a write that conflicts with another one', () => {
  const argv = ['patch', 'id:abc', '--pending', '1'];
  const body = { error: { code: 'Busy', message: 'Says so.' } };
  const headers = { 'request-id': 'r-1' };

  test.each([409, 412, 423, 424])(
    'with %i is not retried, and its hint suggests to try again',
    async (status) => {
      expect(await error({ status, body, headers, argv })).toEqual({
        ...{ kind: 'graph', exitCode: 1, status, code: 'Busy', requestId: 'r-1', clientRequestId: 'THE-ID' },
        message: 'Graph reports a conflict or a lock: Says so.',
        hint: 'another change is pending or was made first: check with `graph-overview get`, then try again',
        written: 'no',
      });
    },
  );

  test('is printed with its details', async () => {
    expect(await seen({ status: 423, body, headers, argv })).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: Graph reports a conflict or a lock: Says so.
  status: 423  code: Busy  request-id: r-1  client-request-id: THE-ID
hint: another change is pending or was made first: check with \`graph-overview get\`, then try again
`,
    });
  });

  test('but the same status of a read has no such message', async () => {
    expect(await error({ status: 409, body })).toMatchObject({
      message: 'Graph refused: Says so.',
      hint: null,
    });
  });
});

describe('a tenant without Intune', () => {
  const NO_INTUNE =
    'the tenant has no Intune licence, or its MDM authority is not set: ask an administrator of the tenant';
  const badRequest = (message: string) => ({ status: 400, body: { error: { code: 'BadRequest', message } } });

  test.each([
    ['is recognized in plain text', 'Request not applicable to target tenant.', ''],
    [
      'is recognized in JSON in JSON',
      JSON.stringify({
        Message: JSON.stringify({
          Message: `Request not applicable to target tenant. - Operation ID (for customer support): x - Activity ID: ${ACTIVITY} - Url: ${URL_OF_INTUNE}`,
        }),
      }),
      ` [activity id ${ACTIVITY}]`,
    ],
  ])('%s', async (_, message, activity) => {
    expect(await error(badRequest(message))).toMatchObject({
      ...{ kind: 'graph', exitCode: 1, status: 400, code: 'BadRequest', hint: NO_INTUNE },
      message: `the tenant does not use Intune: Request not applicable to target tenant.${activity}`,
    });
  });

  test('is reported by list', async () => {
    expect(await seen({ ...badRequest('Request not applicable to target tenant'), argv: ['list'] })).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: the tenant does not use Intune: Request not applicable to target tenant
  status: 400  code: BadRequest  client-request-id: THE-ID
hint: ${NO_INTUNE}
`,
    });
  });
});

describe('a 404', () => {
  const CHECK =
    'check the id with `graph-overview list`, and that `--via` fits the type of the configuration; policies of the Settings Catalog are not device configurations';
  const body = { error: { code: 'ResourceNotFound', message: 'Not there.' } };

  test.each([
    ['get', ['get', 'id:abc']],
    ['patch', ['patch', 'id:abc', '--pending', '1']],
    ['get through a route', ['get', 'id:abc', '--via', 'ios-scep']],
  ])('of %s has a hint with possible reasons', async (_, argv) => {
    expect(await error({ status: 404, body, argv })).toMatchObject({
      ...{ kind: 'not-found', exitCode: 5, message: 'not found: Not there.' },
      hint: expect.stringContaining(CHECK),
    });
  });

  test.each([
    'No OData route exists that match template ~/singleton/navigation with http verb PATCH',
    'No method match route template',
  ])('is also reported for a verb without a route: %s', async (words) => {
    const message = JSON.stringify({
      Message: JSON.stringify({ Message: `${words} - Activity ID: ${ACTIVITY}` }),
    });
    const argv = ['patch', 'id:abc', '--pending', '1'];
    expect(
      await error({ status: 400, body: { error: { code: 'BadRequest', message } }, argv }),
    ).toMatchObject({
      ...{ kind: 'not-found', exitCode: 5, status: 400, written: 'no' },
      message: `not found: ${words} [activity id ${ACTIVITY}]`,
      hint: 'this service does not have this route; `graph-overview routes` lists the routes',
    });
  });
});
