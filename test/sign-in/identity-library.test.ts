import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import { authorityOf, variable } from '../../src/sign-in/context.ts';
import { identityHttpClient } from '../../src/sign-in/http-client.ts';
import {
  acquireToken,
  answerFailure,
  credentialOptions,
  foreignHost,
  knownHint,
  observe,
  refusalIn,
  refusalMessage,
  signInFailure,
} from '../../src/sign-in/identity-library.ts';
import { requireBrowser, showCode } from '../../src/sign-in/interactive.ts';
import { userScope } from '../../src/sign-in/user-scope.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type ContextOptions, contextOf, failureOf, TENANT } from './sign-in-context.ts';

const NETWORK = new Failure('network', 'no answer', { hint: 'check the network', code: 'ECONNRESET' });

describe('the authority', () => {
  const authority = (value: string | undefined, cloud: ContextOptions['cloud'] = 'global') =>
    authorityOf(contextOf({ cloud, env: value === undefined ? {} : { AZURE_AUTHORITY_HOST: value } }));

  test.each([
    ['global', undefined, 'https://login.microsoftonline.com'],
    ['usgov', '', 'https://login.microsoftonline.us'],
    ['china', undefined, 'https://login.chinacloudapi.cn'],
    ['global', 'https://login.microsoftonline.com/', 'https://login.microsoftonline.com'],
    ['dod', 'login.microsoftonline.us', 'https://login.microsoftonline.us'],
    ['global', 'https://login.contoso.example', 'https://login.contoso.example'],
  ] as const)('of %s with %j is %s', (cloud, value, url) => {
    expect(authority(value, cloud)).toBe(url);
  });

  test.each(['http://login.contoso.example', 'https://', ':::'])(
    '%j is refused: it is not an https URL',
    async (value) => {
      expect(await failureOf(() => authority(value))).toBe(
        `usage: AZURE_AUTHORITY_HOST: "${value}" is not an https URL | such as https://login.microsoftonline.com`,
      );
    },
  );

  test.each([
    ['global', 'https://login.microsoftonline.us', 'usgov or dod', 'usgov'],
    ['usgov', 'login.chinacloudapi.cn', 'china', 'china'],
  ] as const)('of %s cannot be %s', async (cloud, value, clouds, right) => {
    const host = value.replace('https://', '');
    expect(await failureOf(() => authority(value, cloud))).toBe(
      `usage: AZURE_AUTHORITY_HOST: ${host} signs in to the cloud ${clouds}, not to ${cloud} | ` +
        `add \`--cloud ${right}\`, or unset the variable`,
    );
  });

  test('is not read from an empty variable', () => {
    const context = contextOf({ env: { A: '', B: 'b' } });
    expect(['A', 'B', 'C'].map((name) => variable(context, name))).toEqual([undefined, 'b', undefined]);
  });

  test('does not change the scope of a user, which is a permission for Graph in the cloud', () => {
    expect(userScope(contextOf({ cloud: 'usgov' }))).toBe(
      'https://graph.microsoft.us/DeviceManagementConfiguration.ReadWrite.All',
    );
  });
});

describe('a browser', () => {
  const required = (options: ContextOptions) =>
    failureOf(() => requireBrowser(contextOf(options), '--other'));
  const none = (why: string) => `usage: no browser can be opened: ${why} | use \`--other\``;

  test.each([
    ['with DISPLAY and a terminal', { env: { DISPLAY: ':0' }, terminals: ['stdin'] }],
    ['with Wayland', { env: { WAYLAND_DISPLAY: 'x' }, terminals: ['stderr'] }],
    ['in WSL', { env: { WSL_DISTRO_NAME: 'x' }, terminals: ['stderr'] }],
    ['on a Mac', { platform: 'darwin', terminals: ['stderr'] }],
    ['on Windows', { platform: 'win32', terminals: ['stdin'] }],
    ['named by BROWSER', { env: { BROWSER: 'x' } }],
  ] as const)('is opened %s', async (_, options) => {
    expect(await required(options)).toBe('ok');
  });

  test.each([
    [{ noInput: 'CI', env: { BROWSER: 'x' } }, 'CI is set'],
    [{ noInput: '--no-input', env: { BROWSER: 'x' } }, '--no-input is given'],
    [{ terminals: ['stdin', 'stderr'] }, 'DISPLAY, WAYLAND_DISPLAY and BROWSER are not set'],
    [{ env: { DISPLAY: '', BROWSER: '' } }, 'DISPLAY, WAYLAND_DISPLAY and BROWSER are not set'],
    [{ env: { DISPLAY: ':0' } }, 'there is no terminal'],
    [{ platform: 'darwin' }, 'there is no terminal'],
  ] as const)('is not opened with %j', async (options, why) => {
    expect(await required(options)).toBe(none(why));
  });

  test('is not needed for a device code, which is a prompt; a missing code is an error', () => {
    const context = contextOf();
    showCode('enter AB12', context);
    expect(context.events).toEqual([{ kind: 'prompt', text: 'enter AB12' }]);
    expect(() => showCode(undefined, context)).toThrow('the sign-in service returned no device code');
  });
});

describe('a secret', () => {
  const AUTHORITY = 'https://login.contoso.example';

  test.each<[string, Record<string, string>]>([
    ['https://login.contoso.example/t/oauth2/v2.0/token', {}],
    ['https://login.microsoftonline.com/t/oauth2/v2.0/token', {}],
    ['https://login.microsoftonline.us/', {}],
    ['https://login.chinacloudapi.cn/', {}],
    ['https://login.partner.microsoftonline.cn/', {}],
    ['https://login.microsoft.com/', {}],
    ['https://westeurope.login.microsoft.com/', {}],
    ['https://dev.azure.com/token', { SYSTEM_OIDCREQUESTURI: 'https://dev.azure.com/other' }],
    ['http://127.0.0.1:80/token', { SYSTEM_OIDCREQUESTURI: 'http://127.0.0.1/' }],
  ])('is sent to %s', (url, env) => {
    expect(foreignHost(new URL(url), AUTHORITY, env)).toBeUndefined();
  });

  test.each<[string, Record<string, string>]>([
    ['https://login.microsoftonline.com.attacker.example', {}],
    ['https://xlogin.microsoft.com', {}],
    ['https://login.microsoft.com.attacker.example', {}],
    ['https://login.contoso.example:8443', {}],
    ['https://127.0.0.1', {}],
    ['http://login.contoso.example', {}],
    ['http://login.microsoftonline.com', {}],
    ['http://westeurope.login.microsoft.com', {}],
    ['https://dev.azure.com', {}],
    ['https://dev.azure.com', { SYSTEM_OIDCREQUESTURI: 'https://dev.azure.com:444/' }],
    ['https://dev.azure.com', { SYSTEM_OIDCREQUESTURI: ':::' }],
  ])('is not sent to %s, with %j', (origin, env) => {
    expect(foreignHost(new URL('/x', origin), AUTHORITY, env)).toMatchObject({
      kind: 'network',
      message: `${AUTHORITY} refers to ${origin}, to which no secret is sent`,
      details: {
        hint: 'the metadata of the authority names another server: check AZURE_AUTHORITY_HOST and the network',
      },
    });
  });

  test('is not sent by the client of a credential to a host that the authority names', async () => {
    const received: string[] = [];
    const other = await startRecordingServer(({ path }, response) => {
      received.push(path);
      response.end();
    });
    const { options, observed } = credentialOptions(contextOf());
    const request = { url: `${other.url}/token`, method: 'POST', headers: new Map() };
    const client = options.httpClient as { sendRequest(request: object): Promise<unknown> };
    await expect(client.sendRequest(request)).rejects.toThrow(
      `https://login.microsoftonline.com refers to ${other.url}, to which no secret is sent`,
    );
    await other.close();
    expect([received, observed.failure?.kind]).toEqual([[], 'network']);
  });
});

describe('the options of the credentials', () => {
  test('have the authority, few retries, and a proxy that the library never uses', () => {
    const { options } = credentialOptions(contextOf({ cloud: 'usgov', tenant: TENANT }));
    expect(options).toEqual({
      authorityHost: 'https://login.microsoftonline.us',
      disableInstanceDiscovery: true,
      retryOptions: { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 },
      additionalPolicies: [
        { position: 'perRetry', policy: expect.objectContaining({ name: 'graphOverview' }) },
      ],
      httpClient: expect.anything(),
      proxyOptions: { host: 'http://127.0.0.1', port: 9 },
      tenantId: TENANT,
    });
    expect(credentialOptions(contextOf()).options).not.toHaveProperty('tenantId');
  });

  test('fail for a proxy that cannot be used, except if the authority is in NO_PROXY', async () => {
    const env = { HTTPS_PROXY: 'socks5://127.0.0.1:1' };
    expect(await failureOf(() => credentialOptions(contextOf({ env })))).toContain(
      'usage: HTTPS_PROXY is a SOCKS',
    );
    const excepted = { ...env, NO_PROXY: 'login.microsoftonline.com' };
    expect(await failureOf(() => credentialOptions(contextOf({ env: excepted })))).toBe('ok');
  });

  test.each([
    [{}, 'no answer from the proxy http://127.0.0.1:1: '],
    [{ direct: true }, 'no answer from https://127.0.0.1:2: '],
  ])('with %j use the proxy of the environment only if direct is not set', async (options, message) => {
    interface Client {
      sendRequest(request: object): Promise<unknown>;
    }
    const { httpClient, observed } = observe(
      contextOf({ env: { HTTPS_PROXY: 'http://127.0.0.1:1' } }),
      options,
    );
    const request = { method: 'GET', url: 'https://127.0.0.1:2/', headers: { toJSON: () => ({}) } };
    await expect((httpClient as Client).sendRequest(request)).rejects.toThrow(message);
    expect(observed.failure?.message).toContain(message);
  });
});

describe('an observed exchange', () => {
  interface Request {
    readonly url: string;
    readonly body?: unknown;
    abortSignal?: AbortSignal;
  }
  type Response = { readonly status: number; readonly bodyAsText: string };
  interface Policy {
    sendRequest(request: Request, next: (request: Request) => Promise<Response>): Promise<Response>;
  }
  const URL_OF = 'https://login.example/token?x=1';

  function observing() {
    const context = contextOf();
    const { observed, policies } = observe(context);
    const { policy } = policies[0] as unknown as { readonly policy: Policy };
    const exchange = (response: Response, body?: unknown) =>
      policy.sendRequest({ url: URL_OF, body }, async () => response);
    return { context, observed, policy, exchange };
  }

  test('gets the signal of the run, and counts as pending until it ends', async () => {
    const { context, observed, policy } = observing();
    const request: Request = { url: URL_OF };
    const response = { status: 200, bodyAsText: '{}' };
    const pending: number[] = [observed.pending];
    const answer = await policy.sendRequest(request, async (sent) => {
      expect(sent).toBe(request);
      expect(sent.abortSignal).toBe(context.runtime.signal);
      pending.push(observed.pending);
      return response;
    });
    expect(answer).toBe(response);
    expect([...pending, observed.pending]).toEqual([0, 1, 0]);
    expect(observed).toMatchObject({ failure: undefined, refusal: undefined });
  });

  test('conceals the secrets in the request and the response', async () => {
    const { context, observed, exchange } = observing();
    const sent = 'client_secret=secret-1&client_assertion=secret-2&assertion=secret-3&refresh_token=secret-4';
    await exchange(
      {
        status: 200,
        bodyAsText:
          '{"access_token":"secret-7","refresh_token":"secret-8","id_token":"secret-9","other":"public-1"}',
      },
      `${sent}&password=secret-5&code=secret-6&client_id=public-2`,
    );
    const all = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `secret-${number}`);
    for (const blank of [observed.blank, (text: string) => context.secrets.blank(text)])
      expect(blank(`${all.join(' ')} public-1 public-2`)).toBe(`${'*** '.repeat(9)}public-1 public-2`);
  });

  test('conceals nothing of a body that is not a form, or of an answer without tokens', async () => {
    const { observed, exchange } = observing();
    await exchange({ status: 200, bodyAsText: '{"access_token":12345}' }, new Uint8Array(1));
    expect(observed.blank('12345')).toBe('12345');
    for (const bodyAsText of ['null', '"text"']) await exchange({ status: 200, bodyAsText });
    expect(observed.failure).toBeUndefined();
  });

  test('records a refusal until the next answer', async () => {
    const { observed, exchange } = observing();
    await exchange({ status: 400, bodyAsText: '{"error":"e","error_description":"AADSTS1: no"}' });
    expect(observed).toMatchObject({ refusal: 'AADSTS1: no', failure: undefined });
    await exchange({ status: 200, bodyAsText: '{}' });
    expect(observed).toMatchObject({ refusal: undefined, failure: undefined });
    await exchange({ status: 200, bodyAsText: '<html>' });
    expect(observed.failure?.message).toContain('an HTML page');
  });

  test('records no refusal if there is no answer', async () => {
    const { observed, policy, exchange } = observing();
    await exchange({ status: 400, bodyAsText: '{"error":"e"}' });
    const request = policy.sendRequest({ url: URL_OF }, async () => {
      throw NETWORK;
    });
    await expect(request).rejects.toBe(NETWORK);
    expect(observed).toMatchObject({ refusal: undefined, pending: 0 });
  });

  test.each([
    [200, '{"error":"e"}', undefined],
    [399, '{"error":"e"}', undefined],
    [400, '{"error":"e"}', 'e'],
    [400, '{"error":"e","error_description":"why"}', 'why'],
    [400, '{"error":"e","error_description":""}', 'e'],
    [400, '{"error":"e","error_description":1}', 'e'],
    [400, '{"error":{"code":"e"}}', undefined],
    [400, '{"error":"authorization_pending","error_description":"why"}', undefined],
    [400, '{"error":"slow_down","error_description":"why"}', undefined],
    [400, 'null', undefined],
    [400, 'not JSON', undefined],
    [400, '', undefined],
  ])('with the answer %d %j has the refusal %j', (status, bodyAsText, refusal) => {
    expect(refusalIn({ status, bodyAsText })).toBe(refusal);
  });

  test.each([
    [200, '<html lang="en">', 'an HTML page'],
    [503, '\n<!DOCTYPE html>', 'an HTML page'],
    [200, ' \n', 'nothing'],
    [200, '', 'nothing'],
    [502, 'Bad Gateway: <html>', 'something else'],
  ])('with the answer %d %j is a network failure: %s', async (status, bodyAsText, what) => {
    const failure = answerFailure({ url: URL_OF }, { status, bodyAsText });
    expect(failure?.kind).toBe('network');
    expect(failure?.message).toBe(`https://login.example answered ${status} with ${what} instead of JSON`);
    expect(failure?.details.hint).toBe(
      'a proxy or gateway may have answered instead: check HTTPS_PROXY and NO_PROXY',
    );
  });

  test('with 407 has an answer of the proxy, and with JSON one of the service', () => {
    expect(answerFailure({ url: URL_OF }, { status: 407, bodyAsText: '{}' })?.message).toBe(
      'no answer from https://login.example: the proxy refused (407)',
    );
    expect(answerFailure({ url: URL_OF }, { status: 500, bodyAsText: '[]' })).toBeUndefined();
  });
});

describe('a token of the library', () => {
  const { observed } = observe(contextOf());
  const REQUEST = { scope: 'the-scope', claims: undefined };

  test('is concealed, and keeps its expiry', async () => {
    const context = contextOf();
    const calls: unknown[] = [];
    const credential = {
      getToken: async (...args: unknown[]) => {
        calls.push(args);
        return { token: 'the-token', expiresOnTimestamp: 12 };
      },
    };
    const token = await acquireToken(credential, 'azd', REQUEST, context, observed);
    expect(token).toEqual({ value: 'the-token', expires: 12, method: 'azd' });
    expect(context.secrets.blank('the-token')).toBe('***');
    await acquireToken(credential, 'azd', { ...REQUEST, claims: '{"a":1}' }, context, observed);
    const options = { enableCae: true, abortSignal: context.runtime.signal };
    expect(calls).toStrictEqual([
      ['the-scope', options],
      ['the-scope', { ...options, claims: '{"a":1}' }],
    ]);
  });

  test('that is missing is a failed sign-in', async () => {
    const credential = { getToken: async () => null };
    expect(await failureOf(() => acquireToken(credential, 'azd', REQUEST, contextOf(), observed))).toBe(
      'sign-in: azd returned no token',
    );
  });

  test('that is refused is a failed sign-in', async () => {
    const credential = { getToken: () => Promise.reject(new Error('no')) };
    expect(await failureOf(() => acquireToken(credential, 'azd', REQUEST, contextOf(), observed))).toBe(
      'sign-in: no | run `graph-overview doctor --auth azd` for details',
    );
  });

  test('is not waited for after an interruption', async () => {
    const interrupted = new Failure('interrupted', 'interrupted');
    const controller = new AbortController();
    const context = contextOf({ signal: controller.signal });
    const never = acquireToken(
      { getToken: () => new Promise(() => undefined) },
      'azd',
      REQUEST,
      context,
      observed,
    );
    controller.abort(interrupted);
    await expect(never).rejects.toBe(interrupted);
    const failing = acquireToken(
      { getToken: () => Promise.reject(new Error('aborted')) },
      'azd',
      REQUEST,
      context,
      observed,
    );
    await expect(failing).rejects.toBe(interrupted);
  });
});

describe('the failure of a sign-in', () => {
  const nothing = { failure: undefined, refusal: undefined, pending: 0, blank: (text: string) => text };
  const OWN = ' | run `graph-overview doctor --auth azd` for details';
  const shown = (error: unknown, observed = {}) =>
    failureOf(() => {
      throw signInFailure('azd', error, { ...nothing, ...observed });
    });

  test('is the error itself if that is a Failure', () => {
    expect(signInFailure('azd', NETWORK, nothing)).toBe(NETWORK);
  });

  test('is the observed failure or refusal instead of the error of the library', async () => {
    expect(await shown(new Error('x'), { failure: NETWORK, refusal: 'AADSTS1: no' })).toBe(
      'network: the sign-in service: no answer | check the network',
    );
    expect(await shown(new Error('x'), { refusal: 'AADSTS1: no' })).toBe(`sign-in: AADSTS1: no${OWN}`);
    expect(signInFailure('azd', 'x', { ...nothing, failure: NETWORK }).details.code).toBe('ECONNRESET');
  });

  test('keeps the cause, and uses a thrown value that is not an Error as the message', async () => {
    const error = new Error('x');
    expect(signInFailure('azd', error, nothing).details.cause).toBe(error);
    expect(await shown('plain text')).toBe(`sign-in: plain text${OWN}`);
    expect(await shown(new Error(''))).toBe(`sign-in: the sign-in failed without a reason${OWN}`);
  });

  test('has no secrets', async () => {
    const blank = (text: string) => text.replace('secret', '***');
    expect(await shown(new Error('a secret'), { blank })).toBe(`sign-in: a ***${OWN}`);
    expect(await shown(new Error('x'), { refusal: 'the secret', blank })).toBe(`sign-in: the ***${OWN}`);
  });

  test('has only its hint from the error of the library if there is a refusal', async () => {
    expect(await shown(new Error('access_denied: x'), { refusal: 'AADSTS1: no' })).toBe(
      'sign-in: AADSTS1: no | the sign-in was declined: try again, or ask an administrator for consent',
    );
    expect(await shown(new Error('x'), { refusal: 'AADSTS65001: no' })).toBe(
      'sign-in: AADSTS65001: no | an administrator must consent to the permission first',
    );
  });

  test.each([
    ['invalid_client: 7000215 - [x]: AADSTS7000215: It is wrong. Trace ID: a', 'AADSTS7000215: It is wrong.'],
    ['AADSTS1: One. Correlation ID: a', 'AADSTS1: One.'],
    ['AADSTS1: One. - Correlation a', 'AADSTS1: One.'],
    ['AADSTS1: One.\r\nTwo', 'AADSTS1: One.'],
    ['AADSTS1: One.\nTwo', 'AADSTS1: One.'],
    ['AADSTS1: One. To troubleshoot, visit https://aka.ms/x', 'AADSTS1: One.'],
    ['One. To troubleshoot, visit https://aka.ms/x. Two. ', 'One. Two.'],
    ['One.To troubleshoot, visit https://aka.ms/x Two.', 'One. Two.'],
    ['To troubleshoot, visit https://a/x Two. To troubleshoot, visit https://a/y', 'Two.'],
    ['  plain text  ', 'plain text'],
    ['see AADSTS12', 'see AADSTS12'],
    ['Trace ID: only', 'the sign-in failed without a reason'],
    ['', 'the sign-in failed without a reason'],
    ['AADSTS90002: x', 'the sign-in service does not know the tenant: AADSTS90002: x'],
    ['AADSTS900021: x', 'the sign-in service does not know the tenant: AADSTS900021: x'],
    ['AADSTS900022: x', 'AADSTS900022: x'],
  ])('for %j has the message %j', (refusal, message) => {
    expect(refusalMessage(refusal)).toBe(message);
  });

  const CHECK_TENANT = 'check the tenant: `--tenant` or AZURE_TENANT_ID';
  const DECLINED = 'the sign-in was declined: try again, or ask an administrator for consent';
  const LATE = 'the code was not entered in time: try again';
  const FEDERATED = 'check the federated credential of the app: issuer, subject and audience must match';
  test.each([
    ['AADSTS7000215: x', 'AZURE_CLIENT_SECRET is wrong: it must be the secret’s value, not its id'],
    ['AADSTS7000222: x', 'the client secret has expired: create a new one in the app registration'],
    ['AADSTS700016: x', 'check AZURE_CLIENT_ID, and that the app is registered in this tenant'],
    ['AADSTS50059: x', CHECK_TENANT],
    ['AADSTS90013: x', CHECK_TENANT],
    ['AADSTS900023: x', CHECK_TENANT],
    ['AADSTS70021: x', FEDERATED],
    ['AADSTS700213: x', FEDERATED],
    ['AADSTS65001: x', 'an administrator must consent to the permission first'],
    ['AADSTS53003: x', 'Conditional Access does not allow this sign-in'],
    ['run az login', 'sign in with `az login`'],
    ['run azd auth login', 'sign in with `azd auth login`'],
    ['run Connect-AzAccount', 'sign in with `Connect-AzAccount` in PowerShell'],
    ['authorization_declined', DECLINED],
    ['access_denied', DECLINED],
    ['expired_token', LATE],
    ['device_code_expired', LATE],
    ['AADSTS70020: x', LATE],
    ['AADSTS5300x', undefined],
    ['AADSTS700200: x', undefined],
    ['something else', undefined],
  ])('for %j has the hint %j', (message, hint) => {
    expect(knownHint(message)).toBe(hint);
  });
});

describe('the HTTP client of the library', () => {
  class Headers {
    readonly #raw: Record<string, string>;
    constructor(raw: Record<string, string>) {
      this.#raw = raw;
    }
    toJSON() {
      return this.#raw;
    }
  }
  let server: RecordingServer;
  let behaviour: 'answer' | 'cut' | 'silent';
  const ports: unknown[] = [];
  beforeAll(async () => {
    server = await startRecordingServer((_, response) => {
      ports.push(response.socket?.remotePort);
      if (behaviour === 'cut') response.destroy();
      if (behaviour === 'answer') response.writeHead(201, { 'x-answer': 'yes' }).end('the body');
    });
  });
  beforeEach(() => {
    behaviour = 'answer';
    server.requests.length = 0;
    ports.length = 0;
  });
  afterAll(() => server.close());

  function send(more: object = {}, options: ContextOptions = {}, direct = false) {
    const failures: Failure[] = [];
    const client = identityHttpClient(contextOf(options), direct, (failure) => failures.push(failure));
    const headers = { accept: 'a', 'accept-encoding': 'made-up', 'content-length': '999' };
    const request = { method: 'POST', url: `${server.url}/x?y=1`, headers: new Headers(headers), ...more };
    return { request, failures, answer: client.sendRequest(request) };
  }

  test('sends with the transport of this program, which sets two headers itself', async () => {
    const { request, answer } = send({ body: 'a=b' });
    const { status, headers, bodyAsText, request: own } = await answer;
    expect([status, bodyAsText, own]).toEqual([201, 'the body', request]);
    expect(headers).toBeInstanceOf(Headers);
    expect(headers.toJSON()).toMatchObject({ 'x-answer': 'yes' });
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/x?y=1', body: 'a=b' }]);
    const sent = server.requests[0]?.headers;
    expect(sent).toMatchObject({ accept: 'a', 'content-length': '3' });
    expect(sent?.['accept-encoding']).not.toBe('made-up');
  });

  test.each([
    [undefined, ''],
    [null, ''],
    [new TextEncoder().encode('bytes'), 'bytes'],
  ])('sends the body %p as %j', async (body, text) => {
    await send({ body }).answer;
    expect(server.requests[0]?.body).toBe(text);
  });

  test('rejects a body of another type', async () => {
    await expect(send({ body: {} }).answer).rejects.toThrow(
      'the identity library sent a body that is neither a string nor bytes',
    );
  });

  test('reuses its connections', async () => {
    const client = identityHttpClient(contextOf(), true, () => undefined);
    const request = { method: 'GET', url: server.url, headers: new Headers({}) };
    for (let count = 0; count < 2; count += 1) await client.sendRequest(request);
    expect(ports).toHaveLength(2);
    expect(ports[1]).toBe(ports[0]);
  });

  test('reports a cut connection as an error that the library retries', async () => {
    behaviour = 'cut';
    const { failures, answer } = send();
    const error = await answer.catch((reason: Error) => reason);
    expect(error).toMatchObject({ name: 'RestError', code: 'ECONNRESET', message: failures[0]?.message });
    expect(failures).toMatchObject([{ kind: 'network', details: { connection: 'cut' } }]);
  });

  test('reports a time-out of the answer as an error that the library does not retry', async () => {
    behaviour = 'silent';
    const { failures, answer } = send({}, { timeout: 20 });
    const error = await answer.catch((reason: Error) => reason);
    expect(error).toMatchObject({ name: 'RestError', code: undefined });
    // On a busy machine there may be no connection yet.
    expect(failures).toMatchObject([{ details: { code: 'ETIMEDOUT' } }]);
  });

  test('reports a time-out of the connection as an error that the library does not retry', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const { failures, answer } = send({ url }, { timeout: 20 });
    const error = await answer.catch((reason: Error) => reason);
    silent.close();
    // The client of the library is never closed, since the process ends.
    for (const socket of sockets) socket.destroy();
    expect(error).toMatchObject({ name: 'RestError', code: undefined });
    expect(failures).toMatchObject([{ details: { code: 'ETIMEDOUT', connection: 'connect-timeout' } }]);
  });

  test.each([
    [false, 'no answer from the proxy http://127.0.0.1:1: the connection was refused'],
    [true, 'no answer from https://127.0.0.1:2: the connection was refused'],
  ])('connects to an https URL without the proxy: %p', async (direct, message) => {
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1' };
    await expect(send({ url: 'https://127.0.0.1:2/' }, { env }, direct).answer).rejects.toThrow(message);
  });

  test('is aborted by the signal of the library or of the run', async () => {
    const reason = new Error('ended');
    await expect(send({ abortSignal: AbortSignal.abort(reason) }).answer).rejects.toBe(reason);
    await expect(
      send({ abortSignal: new AbortController().signal }, { signal: AbortSignal.abort(reason) }).answer,
    ).rejects.toBe(reason);
    const { failures, answer } = send({ abortSignal: {} }, { signal: AbortSignal.abort(reason) });
    await expect(answer).rejects.toBe(reason);
    expect(failures).toEqual([]);
  });

  test('does not report an interruption as a network failure', async () => {
    const interrupted = new Failure('interrupted', 'interrupted');
    const { failures, answer } = send({}, { signal: AbortSignal.abort(interrupted) });
    await expect(answer).rejects.toBe(interrupted);
    expect(failures).toEqual([]);
  });
});
