import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { installBrowser } from '../authority/browser.ts';
import { createAppCertificate } from '../authority/certificates.ts';
import {
  AZ_NOT_SIGNED_IN,
  installAz,
  installAzd,
  installPwsh,
  pathWith,
} from '../authority/developer-tools.ts';
import { startManagedIdentity } from '../authority/managed-identity.ts';
import { azurePipelinesEnvironment, githubEnvironment } from '../authority/pipeline-tokens.ts';
import { defaultBehaviour } from '../authority/tenant.ts';
import type { Ended } from '../support/binary.ts';
import { distrustRoot, trustRoot } from '../support/trust-root.ts';
import {
  environmentOf,
  errorOf,
  folderFor,
  patchHere,
  patchWith,
  READ,
  type StrictGraph,
  servePermissions,
  TENANT,
  WRITE,
} from './sign-in-fixture.ts';

const folder = folderFor('sign-in');
const SECRET_APP = '11111111-1111-4111-8111-111111111111';
const CERTIFICATE_APP = '22222222-2222-4222-8222-222222222222';
const FEDERATED_APP = '33333333-3333-4333-8333-333333333333';
const READER_APP = '44444444-4444-4444-8444-444444444444';
const PIPELINE = {
  requestToken: 'the-request-token-of-this-job',
  federatedToken: 'the-token-of-the-other-issuer',
};

let authority: Authority;
let graph: StrictGraph;
let certificateFile: string;

beforeAll(async () => {
  const { certificate, privateKey } = await createAppCertificate();
  certificateFile = join(folder, 'app.pem');
  writeFileSync(certificateFile, `${privateKey}\n${certificate}`);
  authority = await startAuthority({
    folder,
    pipeline: PIPELINE,
    apps: [
      { clientId: SECRET_APP, secret: 'a~secret/of+the=app', roles: [WRITE] },
      { clientId: CERTIFICATE_APP, certificate, roles: [WRITE] },
      { clientId: FEDERATED_APP, federatedToken: PIPELINE.federatedToken, roles: [WRITE] },
      { clientId: READER_APP, secret: 'reader-secret', roles: [READ] },
    ],
  });
  trustRoot(readFileSync(authority.caFile, 'utf8'));
  graph = await servePermissions();
});

afterEach(() => {
  authority.requests.length = 0;
  Object.assign(authority.behaviour, defaultBehaviour());
});

afterAll(() => {
  distrustRoot();
  return Promise.all([authority.close(), graph.close()]);
});

/** Runs an explicit method in another process, and `auto` in this one. */
const patchBy = (auth: string): typeof patchWith => (auth === 'auto' ? patchHere : patchWith);

function app(clientId: string): Record<string, string> {
  return { ...environmentOf(authority), AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: clientId };
}

function expectPatched(ended: Ended): void {
  expect([ended.code, ended.stderr.includes('error')]).toEqual([0, false]);
  expect(JSON.parse(ended.stdout)).toMatchObject({ pendingCount: 5 });
}

const grants = (): unknown[] =>
  authority.requests.filter(({ path }) => path.endsWith('/token')).map(({ form }) => form.grant_type);

describe('the sign-in of a pipeline with', () => {
  test.each(['client-secret', 'auto'])('a client secret, --auth %s', async (auth) => {
    expectPatched(
      await patchBy(auth)(auth, graph, { ...app(SECRET_APP), AZURE_CLIENT_SECRET: 'a~secret/of+the=app' }),
    );
    expect(grants()).toEqual(['client_credentials']);
  });

  test.each(['certificate', 'auto'])('a certificate, --auth %s', async (auth) => {
    expectPatched(
      await patchBy(auth)(auth, graph, {
        ...app(CERTIFICATE_APP),
        AZURE_CLIENT_CERTIFICATE_PATH: certificateFile,
      }),
    );
    expect(authority.requests.at(-1)?.form.client_assertion).toBeDefined();
  });

  test.each(['workload-identity', 'auto'])('a federated token in a file, --auth %s', async (auth) => {
    const file = join(folder, `federated-${auth}`);
    writeFileSync(file, PIPELINE.federatedToken);
    expectPatched(
      await patchBy(auth)(auth, graph, { ...app(FEDERATED_APP), AZURE_FEDERATED_TOKEN_FILE: file }),
    );
    expect(authority.requests.at(-1)?.form.client_assertion).toBe(PIPELINE.federatedToken);
  });

  test.each(['workload-identity', 'auto'])('GitHub Actions, --auth %s', async (auth) => {
    expectPatched(
      await patchBy(auth)(auth, graph, {
        ...app(FEDERATED_APP),
        ...githubEnvironment(authority.url, PIPELINE),
      }),
    );
    expect(authority.requests.at(-1)?.form.client_assertion).toBe(PIPELINE.federatedToken);
  });

  test('GitHub Actions without the permission for a token', async () => {
    const env = {
      ...app(FEDERATED_APP),
      ...githubEnvironment(authority.url, { ...PIPELINE, requestToken: 'another-one' }),
    };
    const ended = await patchHere('workload-identity', graph, env);
    expect(ended.code).toBe(3);
    expect(errorOf(ended).message).toContain('GitHub’s token service answered 401');
  });

  test.each(['azure-pipelines', 'auto'])('Azure Pipelines, --auth %s', async (auth) => {
    const connection = {
      AZURESUBSCRIPTION_TENANT_ID: TENANT,
      AZURESUBSCRIPTION_CLIENT_ID: FEDERATED_APP,
      AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: 'connection',
    };
    const env = {
      ...environmentOf(authority),
      ...connection,
      ...azurePipelinesEnvironment(authority.url, PIPELINE),
    };
    expectPatched(await patchWith(auth, graph, env));
  });

  test.each(['managed-identity', 'auto'])('the managed identity of App Service, --auth %s', async (auth) => {
    const identity = await startManagedIdentity({
      token: () => authority.issue({ roles: [WRITE], scp: undefined }),
    });
    expectPatched(await patchWith(auth, graph, { ...environmentOf(authority), ...identity.env }));
    expect(identity.requests.map(({ query }) => query.resource)).toEqual(['https://graph.microsoft.com']);
    await identity.close();
  });
});

describe('the sign-in of a user with', () => {
  test('a device code that is pending, then granted', async () => {
    authority.behaviour.deviceCode.pending = 2;
    const ended = await patchWith('device-code', graph, environmentOf(authority), '--tenant', TENANT);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/enter the code|https:/);
    expect(grants()).toHaveLength(3);
  });

  test.each([
    ['declined', 'the sign-in was declined'],
    ['expired', 'the code was not entered in time'],
  ] as const)('a device code that is %s', async (outcome, hint) => {
    authority.behaviour.deviceCode.outcome = outcome;
    const ended = await patchHere('device-code', graph, environmentOf(authority), '--tenant', TENANT);
    expect(ended.code).toBe(3);
    expect(errorOf(ended).hint).toContain(hint);
  });

  test('the browser', async () => {
    const env = { ...environmentOf(authority), ...installBrowser(join(folder, 'browser')) };
    const ended = await patchWith('browser', graph, env, '--tenant', TENANT);
    expect(ended.code).toBe(0);
    expect(authority.requests.find(({ path }) => path.endsWith('/authorize'))?.query.scope).toContain(WRITE);
  });

  test('the token in GRAPH_TOKEN', async () => {
    const env = { ...environmentOf(authority), GRAPH_TOKEN: authority.issue({ scp: WRITE }) };
    expectPatched(await patchWith('token', graph, env));
    expectPatched(await patchHere('auto', graph, env));
    expect(authority.requests).toEqual([]);
  });

  const hour = new Date(Date.now() + 3_600_000);

  test.each(['azure-cli', 'auto'])('az login, --auth %s', async (auth) => {
    const bin = folderFor('bin');
    const az = installAz(bin, { token: authority.issue({ scp: WRITE }), expires: hour });
    expectPatched(await patchBy(auth)(auth, graph, { ...environmentOf(authority), PATH: pathWith(bin) }));
    expect(az.calls()).toEqual([expect.stringContaining('--resource https://graph.microsoft.com')]);
  });

  test.each([
    ['azd', installAzd],
    ['azure-powershell', installPwsh],
  ] as const)('%s', async (auth, install) => {
    const bin = folderFor('bin');
    install(bin, { token: authority.issue({ scp: WRITE }), expires: hour });
    expectPatched(await patchWith(auth, graph, { ...environmentOf(authority), PATH: pathWith(bin) }));
  });

  test('az without a login is an error with a hint', async () => {
    const bin = folderFor('bin');
    installAz(bin, AZ_NOT_SIGNED_IN);
    const ended = await patchHere('azure-cli', graph, { ...environmentOf(authority), PATH: pathWith(bin) });
    expect(ended.code).toBe(3);
    expect(errorOf(ended).hint).toContain('az login');
  });
});

describe('--auth auto', () => {
  test('lists every credential with its reason in --verbose if none is configured', async () => {
    const ended = await patchHere('auto', graph, environmentOf(authority), '--verbose');
    expect(ended.code).toBe(3);
    expect(errorOf(ended)).toMatchObject({
      message: 'not signed in: no credential is configured here',
      hint: 'sign in with `graph-overview login`, or set GRAPH_TOKEN; `--verbose` lists the credentials',
    });
    const names = ended.stderr
      .split('\n')
      .flatMap((line) => /^skipped credential ([\w-]+): ./.exec(line)?.slice(1) ?? []);
    expect(names).toEqual([
      ...['token', 'client-secret', 'certificate', 'workload-identity', 'azure-pipelines', 'login'],
      ...['managed-identity', 'azure-cli', 'azure-powershell', 'azd'],
    ]);
    expect(authority.requests).toEqual([]);
  });

  test('skips a token that lacks the permission if another credential works', async () => {
    const bin = folderFor('bin');
    installAz(bin, {
      token: authority.issue({ scp: 'User.Read' }),
      expires: new Date(Date.now() + 3_600_000),
    });
    installAzd(bin, { token: authority.issue({ scp: WRITE }), expires: new Date(Date.now() + 3_600_000) });
    const ended = await patchWith(
      'auto',
      graph,
      { ...environmentOf(authority), PATH: pathWith(bin) },
      '--verbose',
    );
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain(`skipped credential azure-cli: its token lacks ${WRITE}`);
    expect(ended.stderr).toContain('signed in with azd');
  });

  test('names the missing permission if no other credential works', async () => {
    const bin = folderFor('bin');
    installAz(bin, {
      token: authority.issue({ scp: 'User.Read' }),
      expires: new Date(Date.now() + 3_600_000),
    });
    const ended = await patchHere('auto', graph, { ...environmentOf(authority), PATH: pathWith(bin) });
    expect(ended.code).toBe(4);
    expect(errorOf(ended).message).toContain(`the token of azure-cli lacks ${WRITE}`);
  });

  test('reports a wrong secret with its reason, and tries the next credential', async () => {
    const env = { ...app(SECRET_APP), AZURE_CLIENT_SECRET: 'not-the-secret' };
    const failed = await patchHere('auto', graph, env);
    expect(failed.code).toBe(3);
    expect(errorOf(failed).message).toBe(
      `client-secret: AADSTS7000215: The client secret for app '${SECRET_APP}' is not valid.`,
    );
    const bin = folderFor('bin');
    installAz(bin, { token: authority.issue({ scp: WRITE }), expires: new Date(Date.now() + 3_600_000) });
    expectPatched(await patchHere('auto', graph, { ...env, PATH: pathWith(bin) }));
  });
});

describe('an error of Graph or of the token', () => {
  test('403 names the missing permission and suggests doctor', async () => {
    const env = { ...app(READER_APP), AZURE_CLIENT_SECRET: 'reader-secret' };
    const ended = await patchHere('client-secret', graph, env);
    expect(ended.code).toBe(4);
    expect(errorOf(ended)).toMatchObject({ status: 403, hint: expect.stringContaining(WRITE) });
    expect(errorOf(ended).hint).toContain('graph-overview doctor');
  });

  test('is reported for an expired token, which is not sent', async () => {
    const env = { ...environmentOf(authority), GRAPH_TOKEN: authority.issue({ scp: WRITE, exp: 1_000 }) };
    const ended = await patchHere('token', graph, env);
    expect(ended.code).toBe(3);
    expect(errorOf(ended)).toMatchObject({
      status: null,
      message: expect.stringContaining('expired at 1970'),
    });
  });

  test('is reported for a sign-in service that cannot be reached, without a long wait', async () => {
    const env = {
      ...app(SECRET_APP),
      AZURE_CLIENT_SECRET: 'x-secret',
      AZURE_AUTHORITY_HOST: 'https://127.0.0.1:1',
    };
    const ended = await patchHere('client-secret', graph, env);
    expect(ended.code).toBe(7);
    expect(errorOf(ended).message).toContain('the connection was refused');
  });

  test('is reported for a certificate that is not trusted', async () => {
    const env: Record<string, string> = { ...app(SECRET_APP), AZURE_CLIENT_SECRET: 'x-secret' };
    delete env.NODE_EXTRA_CA_CERTS;
    const ended = await patchWith('client-secret', graph, env);
    expect(ended.code).toBe(7);
    expect(errorOf(ended).hint).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('is reported for an unknown tenant', async () => {
    authority.behaviour.tenants = ['someone-else'];
    const ended = await patchHere('client-secret', graph, {
      ...app(SECRET_APP),
      AZURE_CLIENT_SECRET: 'a~secret/of+the=app',
    });
    expect(ended.code).toBe(3);
    expect(errorOf(ended).message).toContain('tenant');
  });
});
