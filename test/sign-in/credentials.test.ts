import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import { azureCli } from '../../src/sign-in/azure-cli.ts';
import type { SignInContext } from '../../src/sign-in/context.ts';
import type { Credential } from '../../src/sign-in/credential.ts';
import { azureDeveloperCli, azurePowerShell } from '../../src/sign-in/developer-tools.ts';
import { browser, deviceCode } from '../../src/sign-in/interactive.ts';
import { managedIdentity } from '../../src/sign-in/managed-identity.ts';
import {
  azurePipelines,
  certificate,
  clientSecret,
  workloadIdentity,
} from '../../src/sign-in/service-principal.ts';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { createAppCertificate } from '../authority/certificates.ts';
import { type Imds, type ImdsAnswer, startImds } from '../authority/imds.ts';
import { azurePipelinesEnvironment, githubEnvironment } from '../authority/pipeline-tokens.ts';
import { defaultBehaviour } from '../authority/tenant.ts';
import { distrustRoot, trustRoot } from '../support/trust-root.ts';
import { followRedirects, replacePrograms } from './replaced-programs.ts';
import { type ContextOptions, contextOf, failureOf, TENANT, WRITE } from './sign-in-context.ts';

const APP = '11111111-1111-4111-8111-111111111111';
const CERTIFIED = '22222222-2222-4222-8222-222222222222';
const FEDERATED = '33333333-3333-4333-8333-333333333333';
const SCOPE = 'https://graph.microsoft.com/.default';
const CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';

const folder = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
const at = (name: string): string => join(folder, name);
const pipeline = { requestToken: 'job.request.token', federatedToken: 'federated.token.one' };
let authority: Authority;

beforeAll(async () => {
  const { certificate: own, privateKey } = await createAppCertificate('open sesame');
  const plain = createPrivateKey({ key: privateKey, passphrase: 'open sesame' });
  writeFileSync(at('locked.pem'), privateKey + own);
  writeFileSync(at('plain.pem'), `${plain.export({ type: 'pkcs8', format: 'pem' })}${own}`);
  writeFileSync(at('federated'), 'federated.token.one');
  authority = await startAuthority({
    folder,
    pipeline,
    apps: [
      { clientId: APP, secret: 'the-secret', roles: [WRITE] },
      { clientId: CERTIFIED, certificate: own },
      { clientId: FEDERATED, federatedToken: 'federated.token.one' },
    ],
  });
  trustRoot(readFileSync(authority.caFile, 'utf8'));
});

afterEach(() => {
  authority.requests.length = 0;
  Object.assign(authority.behaviour, defaultBehaviour());
});

afterAll(() => {
  distrustRoot();
  return authority.close();
});

/** A context that signs in at the authority on loopback. */
function here(env: Record<string, string>, more: ContextOptions = {}) {
  return contextOf({ ...more, env: { AZURE_AUTHORITY_HOST: authority.url, ...env } });
}

async function acquire(credential: Credential, context: SignInContext, scope = SCOPE) {
  const provider = await credential.open(context);
  return provider({ scope, claims: undefined });
}

/** The requests to an endpoint. */
const sentTo = (endpoint: string) => authority.requests.filter(({ path }) => path.endsWith(endpoint));

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

/** Sets variables of this process for a test: the library reads some of them directly. */
const saved = { ...process.env };
function setProcessEnv(env: Record<string, string>): void {
  Object.assign(process.env, env);
}
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
  Object.assign(process.env, saved);
});

describe('an app with a secret', () => {
  const ENV = { AZURE_CLIENT_ID: APP, AZURE_TENANT_ID: TENANT, AZURE_CLIENT_SECRET: 'the-secret' };

  test('gets a token for the tenant', async () => {
    const context = here(ENV);
    const { value, expires, method } = await acquire(clientSecret, context);
    expect(claimsOf(value)).toMatchObject({ tid: TENANT, appid: APP, roles: [WRITE] });
    expect(Math.abs((expires ?? 0) - Date.now() - 3_600_000)).toBeLessThan(5_000);
    expect(method).toBe('client-secret');
    expect(context.secrets.blank(`${value} the-secret`)).toBe('*** ***');
    expect(authority.requests.at(-1)?.form).toMatchObject({
      client_secret: 'the-secret',
      scope: expect.stringContaining(SCOPE),
    });
  });

  test('gets a token for another tenant if it is given, and a new one after a challenge', async () => {
    const tenant = '99999999-9999-4999-8999-999999999999';
    const provider = await clientSecret.open(here(ENV, { tenant }));
    const { value } = await provider({ scope: SCOPE, claims: undefined });
    expect(claimsOf(value).tid).toBe(tenant);
    const challenged = await provider({ scope: SCOPE, claims: CLAIMS });
    expect(challenged.value).not.toBe(value);
    expect(JSON.parse(authority.requests.at(-1)?.form.claims ?? '')).toMatchObject(JSON.parse(CLAIMS));
  });

  test('does not use the proxy support of the library, which cannot parse this proxy', async () => {
    setProcessEnv({ HTTPS_PROXY: 'proxy.example:8080' });
    expect((await acquire(clientSecret, here(ENV))).method).toBe('client-secret');
  });

  test('reports the reason of the authority for a refusal', async () => {
    const context = here({ ...ENV, AZURE_CLIENT_SECRET: 'another' });
    expect(await failureOf(() => acquire(clientSecret, context))).toBe(
      `sign-in: AADSTS7000215: The client secret for app '${APP}' is not valid. | ` +
        'AZURE_CLIENT_SECRET is wrong: it must be the secret’s value, not its id',
    );
  });

  test('reports the HTML page of a proxy as a network failure', async () => {
    authority.behaviour.intercept = () => ({ status: 403, text: '<html>Blocked' });
    expect(await failureOf(() => acquire(clientSecret, here(ENV)))).toBe(
      `network: the sign-in service: ${authority.url} answered 403 with an HTML page instead of JSON | ` +
        'a proxy or gateway may have answered instead: check HTTPS_PROXY and NO_PROXY',
    );
  });
});

describe('an app with a certificate', () => {
  const ENV = { AZURE_CLIENT_ID: CERTIFIED, AZURE_TENANT_ID: TENANT };
  const headerOf = () => {
    const [header = ''] = (authority.requests.at(-1)?.form.client_assertion ?? '').split('.');
    return JSON.parse(Buffer.from(header, 'base64url').toString());
  };

  test.each([
    ['plain.pem', {}, false],
    ['plain.pem', { AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: '0' }, false],
    ['plain.pem', { AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: '11' }, false],
    ['plain.pem', { AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: 'untrue' }, false],
    ['plain.pem', { AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: '1' }, true],
    ['plain.pem', { AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: 'True' }, true],
    ['locked.pem', { AZURE_CLIENT_CERTIFICATE_PASSWORD: 'open sesame' }, false],
  ])('signs in with %s and %j, and sends its chain: %p', async (name, more, chain) => {
    const env = { ...ENV, AZURE_CLIENT_CERTIFICATE_PATH: at(name), ...more };
    const { value, method } = await acquire(certificate, here(env));
    expect(claimsOf(value).appid).toBe(CERTIFIED);
    expect(method).toBe('certificate');
    expect('x5c' in headerOf()).toBe(chain);
  });

  test('a file that cannot be read is named with its variable', async () => {
    const context = here({ ...ENV, AZURE_CLIENT_CERTIFICATE_PATH: at('missing') });
    expect(await failureOf(() => acquire(certificate, context))).toBe(
      `sign-in: AZURE_CLIENT_CERTIFICATE_PATH: ${at('missing')} cannot be read (ENOENT) | ` +
        'check the path and its permissions',
    );
  });
});

describe('an app with a federated credential', () => {
  const ENV = { AZURE_CLIENT_ID: FEDERATED, AZURE_TENANT_ID: TENANT };

  test('sends the token in a file', async () => {
    const context = here({ ...ENV, AZURE_FEDERATED_TOKEN_FILE: at('federated') });
    const { value, method } = await acquire(workloadIdentity, context);
    expect([claimsOf(value).appid, claimsOf(value).tid, method]).toEqual([
      FEDERATED,
      TENANT,
      'workload-identity',
    ]);
    expect(authority.requests.at(-1)?.form.client_assertion).toBe('federated.token.one');
  });

  test('a file that cannot be read is named with its variable', async () => {
    const context = here({ ...ENV, AZURE_FEDERATED_TOKEN_FILE: at('missing') });
    expect(await failureOf(() => acquire(workloadIdentity, context))).toContain(
      `sign-in: AZURE_FEDERATED_TOKEN_FILE: ${at('missing')} cannot be read (ENOENT)`,
    );
  });

  test('sends the token that GitHub issues for the job', async () => {
    const context = here({ ...ENV, ...githubEnvironment(authority.url, pipeline) });
    const { value } = await acquire(workloadIdentity, context);
    expect(claimsOf(value).appid).toBe(FEDERATED);
    const [request] = sentTo('/oidc/github');
    expect(request?.query).toEqual({ 'api-version': '2.0', audience: 'api://AzureADTokenExchange' });
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer job.request.token',
      accept: 'application/json',
    });
    expect(context.secrets.blank('federated.token.one')).toBe('***');
  });

  test.each([
    [{ status: 403, body: { value: 'x' } }, 'answered 403'],
    [{ status: 200, body: { value: 1 } }, 'answered 200'],
    [{ status: 200, text: '<html>' }, 'answered without a token'],
  ])('reports the refusal %j of GitHub', async (answer, what) => {
    authority.behaviour.intercept = ({ path }) => (path === '/oidc/github' ? answer : undefined);
    const context = here({ ...ENV, ...githubEnvironment(authority.url, pipeline) });
    expect(await failureOf(() => acquire(workloadIdentity, context))).toBe(
      `sign-in: GitHub’s token service ${what} | the job needs \`permissions: id-token: write\``,
    );
  });

  test('reports a network failure if GitHub cannot be reached', async () => {
    const context = here({ ...ENV, ...githubEnvironment('https://127.0.0.1:1', pipeline) });
    expect(await failureOf(() => acquire(workloadIdentity, context))).toBe(
      'network: no answer from https://127.0.0.1:1: the connection was refused | check the address and the port',
    );
  });
});

describe('a job of Azure Pipelines', () => {
  const CONNECTION = {
    AZURESUBSCRIPTION_TENANT_ID: TENANT,
    AZURESUBSCRIPTION_CLIENT_ID: FEDERATED,
    AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: 'the-connection',
  };

  test('exchanges its token for the federated token of the service connection', async () => {
    const env = { ...CONNECTION, ...azurePipelinesEnvironment(authority.url, pipeline) };
    setProcessEnv(env);
    const { value, method } = await acquire(azurePipelines, here(env));
    expect([claimsOf(value).appid, claimsOf(value).tid, method]).toEqual([
      FEDERATED,
      TENANT,
      'azure-pipelines',
    ]);
    const [request] = sentTo('/oidc/azure-pipelines');
    expect(request?.query.serviceConnectionId).toBe('the-connection');
    expect(request?.headers.authorization).toBe('Bearer job.request.token');
  });
});

describe('an app credential that is not configured', () => {
  const why = async (credential: Credential, env: Record<string, string>, tenant?: string) =>
    (await credential.unavailable(contextOf({ env, tenant }))) ?? 'available';
  const APP_ID = { AZURE_CLIENT_ID: 'x' };
  const GITHUB = { ACTIONS_ID_TOKEN_REQUEST_URL: 'x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };

  test.each([
    [clientSecret, {}, 'AZURE_CLIENT_SECRET, AZURE_CLIENT_ID, AZURE_TENANT_ID are not set'],
    [clientSecret, { ...APP_ID, AZURE_TENANT_ID: 'x' }, 'AZURE_CLIENT_SECRET is not set'],
    [clientSecret, { AZURE_CLIENT_SECRET: 'x' }, 'available'],
    [certificate, { ...APP_ID }, 'AZURE_CLIENT_CERTIFICATE_PATH, AZURE_TENANT_ID are not set'],
    [certificate, { AZURE_CLIENT_CERTIFICATE_PATH: 'x' }, 'available'],
    [workloadIdentity, { AZURE_FEDERATED_TOKEN_FILE: 'x' }, 'available'],
    [workloadIdentity, { ...GITHUB, ...APP_ID, AZURE_TENANT_ID: 'x' }, 'available'],
    [workloadIdentity, { ...GITHUB, ...APP_ID }, 'AZURE_TENANT_ID is not set'],
    [
      workloadIdentity,
      { ...APP_ID, AZURE_TENANT_ID: 'x', ACTIONS_ID_TOKEN_REQUEST_URL: 'x' },
      'neither AZURE_FEDERATED_TOKEN_FILE nor GitHub’s ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are set',
    ],
    [
      workloadIdentity,
      { ...APP_ID, AZURE_TENANT_ID: 'x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' },
      'neither AZURE_FEDERATED_TOKEN_FILE nor GitHub’s ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are set',
    ],
    [
      azurePipelines,
      {},
      'SYSTEM_OIDCREQUESTURI, SYSTEM_ACCESSTOKEN, AZURESUBSCRIPTION_TENANT_ID, ' +
        'AZURESUBSCRIPTION_CLIENT_ID, AZURESUBSCRIPTION_SERVICE_CONNECTION_ID are not set',
    ],
  ] as const)('is unavailable with its reason (case %#): %j', async (credential, env, reason) => {
    expect(await why(credential, env)).toBe(reason);
  });

  test('can have its tenant from the option instead of the variable', async () => {
    expect(await why(workloadIdentity, { ...GITHUB, ...APP_ID }, TENANT)).toBe('available');
    expect(await why(workloadIdentity, GITHUB, TENANT)).toBe('AZURE_CLIENT_ID is not set');
  });

  test.each([
    [
      clientSecret,
      { AZURE_CLIENT_SECRET: 'x' },
      'sign-in: AZURE_CLIENT_ID, AZURE_TENANT_ID are not set | set AZURE_CLIENT_SECRET, AZURE_CLIENT_ID, ' +
        'AZURE_TENANT_ID together; `--tenant` can replace AZURE_TENANT_ID',
    ],
    [
      certificate,
      { AZURE_CLIENT_CERTIFICATE_PATH: 'x', AZURE_TENANT_ID: 'x' },
      'sign-in: AZURE_CLIENT_ID is not set | set AZURE_CLIENT_CERTIFICATE_PATH, AZURE_CLIENT_ID, ' +
        'AZURE_TENANT_ID together',
    ],
    [
      workloadIdentity,
      { AZURE_TENANT_ID: 'x' },
      'sign-in: AZURE_CLIENT_ID is not set | set AZURE_CLIENT_ID, AZURE_TENANT_ID together',
    ],
  ] as const)(
    'fails with its missing variables if it is opened (case %#)',
    async (credential, env, failure) => {
      expect(await failureOf(() => credential.open(contextOf({ env })))).toBe(failure);
    },
  );
});

describe('a user', () => {
  const USER_SCOPE = 'https://graph.microsoft.com/DeviceManagementConfiguration.ReadWrite.All';
  const CLIENT = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

  test('signs in with a device code', async () => {
    const context = here({}, { tenant: TENANT });
    expect(deviceCode.unavailable(context)).toBeUndefined();
    const { value, method } = await acquire(deviceCode, context);
    expect(claimsOf(value)).toMatchObject({ upn: 'adele@contoso.example', tid: TENANT, appid: CLIENT });
    expect(method).toBe('device-code');
    expect(context.texts('prompt')).toEqual([expect.stringContaining('enter the code')]);
    expect(sentTo('devicecode')[0]?.form.scope).toContain(USER_SCOPE);
  });

  test('gets the refusal of the service instead of a device code', async () => {
    authority.behaviour.intercept = ({ path }) =>
      path.endsWith('devicecode')
        ? { status: 400, body: { error: 'unauthorized_client', error_description: 'AADSTS700016: no' } }
        : undefined;
    expect(await failureOf(() => acquire(deviceCode, here({})))).toBe(
      'sign-in: AADSTS700016: no | check AZURE_CLIENT_ID, and that the app is registered in this tenant',
    );
  });

  test('signs in with a browser', async () => {
    const context = here({ BROWSER: 'x' }, { tenant: TENANT });
    expect(browser.unavailable(context)).toBeUndefined();
    const restore = replacePrograms((line) => {
      followRedirects(line.slice(line.indexOf('https://'))).catch(() => undefined);
      return undefined;
    });
    const { value, method } = await acquire(browser, context);
    restore();
    expect(claimsOf(value)).toMatchObject({ upn: 'adele@contoso.example', appid: CLIENT });
    expect(method).toBe('browser');
    expect(context.texts('prompt')).toEqual([
      'a browser opens for the sign-in; without a browser, use a device code',
    ]);
    expect(sentTo('authorize')[0]?.query.scope).toContain(USER_SCOPE);
  });

  test('cannot sign in with a browser if none can be opened', async () => {
    expect(await failureOf(() => browser.open(contextOf()))).toBe(
      'usage: no browser can be opened: DISPLAY, WAYLAND_DISPLAY and BROWSER are not set | ' +
        'use `--auth device-code`',
    );
  });
});

describe('a developer tool', () => {
  const EXPIRES = '2030-01-02T03:04:05.000Z';
  let lines: string[];
  let printed: { stdout?: string; stderr?: string };
  let restore: () => void;
  const forever = () => new Promise<void>(() => undefined);
  beforeEach(() => {
    lines = [];
    restore = replacePrograms((line) => {
      lines.push(line);
      return line.endsWith('/?') ? {} : printed;
    });
  });
  afterEach(() => restore());

  test.each([
    [azureDeveloperCli, 'azd', { token: 'tool-token', expiresOn: EXPIRES }, `--scope ${SCOPE}`],
    [azurePowerShell, 'azure-powershell', { Token: 'tool-token', ExpiresOn: EXPIRES }, 'Get-AzAccessToken'],
  ] as const)('%# returns its token for the tenant', async (credential, method, answer, words) => {
    printed = { stdout: JSON.stringify(answer) };
    const context = contextOf({ tenant: TENANT, sleep: forever });
    expect(await acquire(credential, context)).toEqual({
      value: 'tool-token',
      expires: Date.parse(EXPIRES),
      method,
    });
    expect(lines.at(-1)).toContain(words);
    expect(lines.at(-1)).toContain(TENANT);
    expect(context.secrets.blank('tool-token')).toBe('***');
    await acquire(credential, contextOf({ sleep: forever }));
    expect(lines.at(-1)).not.toContain(TENANT);
  });

  test.each([
    ['a plain object', '{"accessToken":"tool-token"}'],
    ['members that contain objects', '{"user":{"name":{"first":"x"}},"accessToken":"tool-token"}'],
    ['braces in strings', '{"a":"}","b":"{","accessToken":"tool-token"}'],
    ['quotes in strings, and braces after them', String.raw`{"a":"\"}","accessToken":"tool-token"}`],
    ['a backslash at the end of a string', String.raw`{"a":"C:\\","accessToken":"tool-token"}`],
    ['a warning with braces before and after it', 'see {x}\n{"accessToken":"tool-token"}\nsee {"y"}'],
    ['a line with a brace and a quote after it', '{"accessToken":"tool-token"} "}'],
  ])('that is Azure CLI may print %s', async (_, stdout) => {
    printed = { stdout };
    expect(await acquire(azureCli, contextOf())).toMatchObject({ value: 'tool-token', method: 'azure-cli' });
    expect(lines).toEqual([
      'az account get-access-token --output json --resource https://graph.microsoft.com',
    ]);
  });

  test.each(['{"accessToken":"tool-token"', '{"accessToken":""}', '["tool-token"]', 'x {}', '}{'])(
    'that is Azure CLI has no token in %j',
    async (stdout) => {
      printed = { stdout };
      expect(await failureOf(() => acquire(azureCli, contextOf()))).toMatch(/^sign-in: az printed no token /);
    },
  );

  test('that has ended does not keep the process waiting, and neither does an interruption', async () => {
    printed = { stdout: JSON.stringify({ token: 'tool-token', expiresOn: EXPIRES }) };
    const signals: (AbortSignal | undefined)[] = [];
    const sleep = (_: number, signal?: AbortSignal) => {
      signals.push(signal);
      return forever();
    };
    await acquire(azureDeveloperCli, contextOf({ sleep }));
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    const stop = new AbortController();
    const programs = process.getBuiltinModule('node:child_process');
    const { execFile } = programs;
    Object.assign(programs, { execFile: () => undefined });
    void acquire(azurePowerShell, contextOf({ sleep, signal: stop.signal })).catch(() => undefined);
    while (signals.length < 2) await new Promise(setImmediate);
    Object.assign(programs, { execFile });
    expect(signals[1]?.aborted).toBe(false);
    stop.abort();
    expect(signals[1]?.aborted).toBe(true);
  });

  test('that is not signed in is reported with the command that signs in', async () => {
    printed = { stderr: 'ERROR: fetching token: not logged in, run `azd auth login` to login' };
    expect(await failureOf(() => acquire(azureDeveloperCli, contextOf({ sleep: forever })))).toContain(
      ' | sign in with `azd auth login`',
    );
  });

  test('that does not end, although the library has ended it, is a failed sign-in', async () => {
    const programs = process.getBuiltinModule('node:child_process');
    const { execFile } = programs;
    Object.assign(programs, { execFile: () => undefined });
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => void waits.push(milliseconds);
    try {
      expect(await failureOf(() => acquire(azurePowerShell, contextOf({ sleep })))).toBe(
        'sign-in: azure-powershell did not answer within 45 s | ' +
          'end the program of the tool that still runs, and sign in with it again',
      );
    } finally {
      Object.assign(programs, { execFile });
    }
    expect(waits).toEqual([45_000]);
  });

  test('is available if it is on PATH', async () => {
    const context = contextOf({ env: { PATH: '/nowhere' } });
    expect(await azurePowerShell.unavailable(context)).toBe('pwsh is not on PATH');
    expect(await azureDeveloperCli.unavailable(context)).toBe('azd is not on PATH');
    expect([azurePowerShell.method, azureDeveloperCli.method]).toEqual(['azure-powershell', 'azd']);
  });
});

describe('a managed identity', () => {
  const TOKEN = { status: 200, body: { access_token: 'the-token', expires_in: '3600', resource: 'x' } };
  const notFound = {
    status: 400,
    body: { error: 'invalid_request', error_description: 'Identity not found' },
  };
  const answers: ImdsAnswer[] = [];
  let imds: Imds;
  let url: string;
  let resources = 0;
  beforeAll(async () => {
    imds = await startImds(answers);
    url = imds.env.AZURE_POD_IDENTITY_AUTHORITY_HOST;
  });
  beforeEach(() => {
    setProcessEnv(imds.env);
    imds.queries.length = 0;
  });

  /** The library has one managed identity client for each process, with the HTTP client of the first credential. */
  function forgetService(): void {
    interface Internals {
      readonly managedIdentityApp: {
        readonly managedIdentityClient: { readonly constructor: { identitySource: unknown } };
      };
    }
    const { managedIdentityApp } = new ManagedIdentityCredential() as unknown as Internals;
    managedIdentityApp.managedIdentityClient.constructor.identitySource = undefined;
  }

  /** The library also caches the tokens of a resource in the process. */
  function acquireFresh(given: readonly ImdsAnswer[], options: ContextOptions = {}) {
    forgetService();
    answers.splice(0, answers.length, ...given);
    resources += 1;
    const context = contextOf({ ...options, env: { ...imds.env, ...options.env } });
    const token = acquire(managedIdentity, context, `https://resource-${resources}.example/.default`);
    return { context, token };
  }

  test('is requested without the proxy, and returns a token for its client id', async () => {
    const env = { AZURE_CLIENT_ID: APP, HTTPS_PROXY: 'http://127.0.0.1:1' };
    const { context, token } = acquireFresh([TOKEN], { env });
    expect(await token).toMatchObject({ value: 'the-token', method: 'managed-identity' });
    expect(imds.queries).toMatchObject([{ client_id: APP, resource: 'https://resource-1.example' }]);
    expect(context.secrets.blank('the-token')).toBe('***');
  });

  test('is that of the machine without a client id', async () => {
    setProcessEnv({ HTTPS_PROXY: 'proxy.example:8080' });
    await acquireFresh([TOKEN]).token;
    expect(imds.queries).toHaveLength(1);
    expect(imds.queries[0]).not.toHaveProperty('client_id');
  });

  test.each([
    [
      'is not assigned',
      notFound,
      {},
      'sign-in: this machine has no managed identity (Identity not found) | ' +
        'assign one to the machine, or set AZURE_CLIENT_ID to the client id of a user-assigned identity',
    ],
    [
      'is not assigned, with a client id,',
      notFound,
      { AZURE_CLIENT_ID: APP },
      `sign-in: this machine has no managed identity with the client id ${APP} (Identity not found) | ` +
        'set AZURE_CLIENT_ID to the client id of an identity that is assigned to this machine, or unset it',
    ],
    [
      'is refused for another reason',
      { status: 400, body: { error: 'invalid_request', error_description: 'Unknown resource' } },
      {},
      'sign-in: Unknown resource | run `graph-overview doctor --auth managed-identity` for details',
    ],
  ])('that %s is a failed sign-in', async (_, answer, env, failure) => {
    expect(await failureOf(() => acquireFresh([answer], { env }).token)).toBe(failure);
  });

  test('behind another server is a network failure', async () => {
    expect(await failureOf(() => acquireFresh([{ status: 403, text: '<html>Blocked' }]).token)).toBe(
      `network: the managed identity service: ${url} answered 403 with an HTML page instead of JSON | ` +
        'another server answers at this address, such as a proxy or firewall: allow direct connections to it',
    );
  });

  test('is retried during an update, only by the retry policy of this program', async () => {
    const sleeps: number[] = [];
    const given = [{ status: 410, body: {} }, { status: 404, body: {} }, TOKEN];
    const sleep = async (time: number) => void sleeps.push(time);
    expect((await acquireFresh(given, { sleep }).token).value).toBe('the-token');
    expect([imds.queries.length, sleeps]).toEqual([3, [2_000, 2_000]]);
  });

  test('ends with an interruption', async () => {
    const interrupted = new Failure('interrupted', 'interrupted');
    await expect(acquireFresh([], { signal: AbortSignal.abort(interrupted) }).token).rejects.toBe(
      interrupted,
    );
  });

  test('is not requested again by the policy of the library', async () => {
    const missing = { status: 404, body: { error: 'x', error_description: 'no such endpoint' } };
    expect(await failureOf(() => acquireFresh([missing]).token)).toContain('no such endpoint');
    expect(imds.queries).toHaveLength(4);
  });

  test('without a server is a network failure', async () => {
    await imds.close();
    expect(await failureOf(() => acquireFresh([]).token)).toBe(
      `network: the managed identity service: no answer from ${url}: the connection was refused | ` +
        'check the address and the port',
    );
  });
});
