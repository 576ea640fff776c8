import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from './authority.ts';
import { createAppCertificate } from './certificates.ts';
import { IdentityPrograms, runIdentityProgram } from './identity-program.ts';
import { azurePipelinesEnvironment, githubEnvironment } from './pipeline-tokens.ts';
import { defaultBehaviour } from './tenant.ts';
import { verifiedClaims } from './verified-claims.ts';

const TENANT = '7a6f2c1e-3f57-4d0c-9f0e-5b1d6a2c8e90';
const SCOPE = 'https://graph.microsoft.com/.default';
const CONFIGURATION = `/${TENANT}/v2.0/.well-known/openid-configuration`;
const TOKEN = `/${TENANT}/oauth2/v2.0/token`;

const folder = mkdtempSync(join(tmpdir(), 'authority-test-'));
const pipeline = { requestToken: 'job.request.token', federatedToken: 'federated.token.one' };
const at = (name: string): string => join(folder, name);
let authority: Authority;
let programs: IdentityPrograms;

beforeAll(async () => {
  const [registered, stranger] = [await createAppCertificate(), await createAppCertificate('open sesame')];
  writeFileSync(at('registered.pem'), registered.privateKey + registered.certificate);
  writeFileSync(at('stranger.pem'), stranger.privateKey + stranger.certificate);
  writeFileSync(at('federated'), 'federated.token.one\n');
  writeFileSync(at('other'), 'federated.token.two\n');
  authority = await startAuthority({
    folder,
    pipeline,
    apps: [
      {
        clientId: 'with-secret',
        secret: 'the secret',
        roles: ['DeviceManagementConfiguration.ReadWrite.All'],
      },
      { clientId: 'with-certificate', certificate: registered.certificate },
      { clientId: 'federated', federatedToken: 'federated.token.one' },
    ],
  });
  programs = new IdentityPrograms(folder, authority.caFile);
});

afterEach(() => {
  authority.requests.length = 0;
  Object.assign(authority.behaviour, defaultBehaviour());
});

afterAll(() => {
  programs.end();
  return authority.close();
});

/** Runs `steps` with `options`, `scope` and `tenant` in scope. */
function program(steps: string, env: Record<string, string> = {}) {
  return programs.run({ ...environment(), ...env }, body(steps));
}

function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: folder };
}

function body(steps: string): string {
  return `const options = { authorityHost: '${authority.url}', disableInstanceDiscovery: true };
const scope = '${SCOPE}';
const tenant = '${TENANT}';
${steps}`;
}

function getToken(constructed: string, env: Record<string, string> = {}) {
  return program(gettingToken(constructed), env);
}

function gettingToken(constructed: string): string {
  return `await attempt(async () => (${constructed}).getToken(scope));`;
}

function requestLines(): string[] {
  return authority.requests.map(({ method, path }) => `${method} ${path}`);
}

describe('a client secret', () => {
  const SECRET = `new identity.ClientSecretCredential(tenant, 'with-secret', 'the secret', options)`;

  test('is exchanged for a token of the app with two requests', async () => {
    authority.behaviour.accessTokenSeconds = 1234;
    const { result } = await getToken(SECRET);
    const claims = verifiedClaims(result.token);
    expect(claims).toMatchObject({
      aud: 'https://graph.microsoft.com',
      iss: `https://sts.windows.net/${TENANT}/`,
      tid: TENANT,
      appid: 'with-secret',
      roles: ['DeviceManagementConfiguration.ReadWrite.All'],
    });
    expect(claims).not.toHaveProperty('scp');
    expect(Number(claims.exp) - Number(claims.iat)).toBe(1234);
    expect(requestLines()).toEqual([`GET ${CONFIGURATION}`, `POST ${TOKEN}`]);
    expect(authority.requests[1]?.form).toMatchObject({ client_secret: 'the secret', scope: SCOPE });
  });

  test('that is wrong is refused with the error code of Entra', async () => {
    const { result } = await getToken(
      `new identity.ClientSecretCredential(tenant, 'with-secret', 'another', options)`,
    );
    expect(result.error).toBe('AuthenticationRequiredError');
    expect(result.message).toMatch(/^invalid_client: .*AADSTS7000215: /);
  });

  test('of an unknown app is refused', async () => {
    const { result } = await getToken(`new identity.ClientSecretCredential(tenant, 'nobody', 'x', options)`);
    expect(result.message).toMatch(/^unauthorized_client: .*AADSTS700016: /);
  });

  test('is sent once for two tokens, and again for a claims challenge', async () => {
    const challenge = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
    const { result } = await program(`const credential = ${SECRET};
const first = await credential.getToken(scope);
const second = await credential.getToken(scope);
const challenged = await credential.getToken(scope, { claims: '${challenge}' });
const after = await credential.getToken(scope);
print({ tokens: [first, second, challenged, after].map(({ token }) => token) });`);
    const [first, second, challenged, after] = result.tokens as string[];
    expect(second).toBe(first);
    expect(challenged).not.toBe(first);
    expect(after).toBe(challenged);
    expect(requestLines()).toEqual([`GET ${CONFIGURATION}`, `POST ${TOKEN}`, `POST ${TOKEN}`]);
    expect(JSON.parse(authority.requests[2]?.form.claims ?? '')).toMatchObject(JSON.parse(challenge));
  });

  test('is exchanged for a token with the capability of continuous access evaluation', async () => {
    const { result } = await program(`print(await ${SECRET}.getToken(scope, { enableCae: true }));`);
    expect(verifiedClaims(result.token)).toMatchObject({ xms_cc: ['cp1'] });
  });

  test('is refused in an unknown tenant', async () => {
    authority.behaviour.tenants = [];
    const { result } = await getToken(SECRET);
    expect(result.error).toBe('CredentialUnavailableError');
    expect(result.message).toContain('endpoints_resolution_error');
    expect(requestLines()).toEqual([`GET ${CONFIGURATION}`]);
  });

  test('is not sent to a server whose root is not trusted', async () => {
    const { result } = await runIdentityProgram(folder, environment(), body(gettingToken(SECRET)));
    expect(result.error).toBe('CredentialUnavailableError');
    expect(requestLines()).toEqual([]);
  });

  test('gets the answer of behaviour.intercept', async () => {
    authority.behaviour.intercept = ({ path }) =>
      path === TOKEN ? { status: 400, body: { error: 'temporarily_unavailable' } } : undefined;
    const { result } = await getToken(SECRET);
    expect(result.message).toContain('temporarily_unavailable');
  });
});

describe('a certificate', () => {
  const certificate = (file: string, more = ''): string =>
    `new identity.ClientCertificateCredential(tenant, 'with-certificate', ${file}, { ...options, ${more} })`;

  test('signs an assertion that the authority verifies', async () => {
    const { result } = await getToken(certificate(JSON.stringify(at('registered.pem'))));
    expect(verifiedClaims(result.token)).toMatchObject({ appid: 'with-certificate' });
    const form = authority.requests[1]?.form;
    expect(form?.client_assertion_type).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    expect(form).not.toHaveProperty('client_secret');
  });

  test('can be sent with its chain', async () => {
    const { result } = await getToken(
      certificate(JSON.stringify(at('registered.pem')), 'sendCertificateChain: true'),
    );
    expect(verifiedClaims(result.token)).toMatchObject({ appid: 'with-certificate' });
  });

  test('that is not registered is refused', async () => {
    const file = { certificatePath: at('stranger.pem'), certificatePassword: 'open sesame' };
    const { result } = await getToken(certificate(JSON.stringify(file)));
    expect(result.message).toMatch(/^invalid_client: .*AADSTS700027: /);
  });
});

describe('a federated token', () => {
  const workload = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: 'federated' };

  test('in a file is sent unchanged', async () => {
    const env = { ...workload, AZURE_FEDERATED_TOKEN_FILE: at('federated') };
    const { result } = await getToken('new identity.WorkloadIdentityCredential(options)', env);
    expect(verifiedClaims(result.token)).toMatchObject({ appid: 'federated' });
    expect(authority.requests[1]?.form.client_assertion).toBe('federated.token.one');
  });

  test('that is not trusted is refused', async () => {
    const env = { ...workload, AZURE_FEDERATED_TOKEN_FILE: at('other') };
    const { result } = await getToken('new identity.WorkloadIdentityCredential(options)', env);
    expect(result.message).toMatch(/^invalid_client: .*AADSTS700213: /);
  });

  test('of Azure Pipelines is requested for the service connection, then sent', async () => {
    const { result } = await getToken(
      `new identity.AzurePipelinesCredential(tenant, 'federated', 'connection', process.env.SYSTEM_ACCESSTOKEN, options)`,
      azurePipelinesEnvironment(authority.url, pipeline),
    );
    expect(verifiedClaims(result.token)).toMatchObject({ appid: 'federated' });
    expect(requestLines()).toContain('POST /oidc/azure-pipelines');
  });

  test('of Azure Pipelines is not issued for a wrong request token', async () => {
    const { result } = await getToken(
      `new identity.AzurePipelinesCredential(tenant, 'federated', 'connection', 'a guess', options)`,
      azurePipelinesEnvironment(authority.url, pipeline),
    );
    expect(result.error).toBe('AuthenticationError');
    expect(requestLines()).not.toContain(`POST ${TOKEN}`);
  });

  test('of GitHub Actions is requested by the callback of a client assertion', async () => {
    const { result } = await getToken(
      `new identity.ClientAssertionCredential(tenant, 'federated', async () => {
  const url = process.env.ACTIONS_ID_TOKEN_REQUEST_URL + '&audience=api://AzureADTokenExchange';
  const authorization = 'bearer ' + process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
  return (await (await fetch(url, { headers: { authorization } })).json()).value;
}, options)`,
      githubEnvironment(authority.url, pipeline),
    );
    expect(verifiedClaims(result.token)).toMatchObject({ appid: 'federated' });
    expect(requestLines()).toContain('GET /oidc/github');
  });
});

describe('the keys', () => {
  test('that sign the tokens are published', async () => {
    const { result } =
      await program(`const answer = await fetch(options.authorityHost + '/common/discovery/v2.0/keys');
print(await answer.json());`);
    const [header = ''] = authority.issue().split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
    expect(result.keys).toEqual([expect.objectContaining({ kid, kty: 'RSA', use: 'sig', alg: 'RS256' })]);
  });
});

describe('a token of issue()', () => {
  test('has the default claims, the given claims, and a valid signature', () => {
    const claims = verifiedClaims(
      authority.issue({ scp: 'User.Read', aud: 'https://graph.microsoft.us', tid: undefined }),
    );
    expect(claims).toMatchObject({ aud: 'https://graph.microsoft.us', scp: 'User.Read' });
    expect(claims).not.toHaveProperty('tid');
  });
});
