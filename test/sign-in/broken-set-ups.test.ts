import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { defaultBehaviour } from '../authority/tenant.ts';
import { environmentOf, folderFor, TENANT, WRITE } from '../end-to-end/sign-in-fixture.ts';
import { type ConnectProxy, startConnectProxy } from '../proxy/connect-proxy.ts';
import { runBinary } from '../support/binary.ts';

/** Broken set-ups, and the whole output of `doctor` for each: both streams, as a new user sees them. */

const APP = '11111111-1111-4111-8111-111111111111';
const STRANGER = '55555555-5555-4555-8555-555555555555';
const LOGIN = 'login.microsoftonline.com:443';
const GRAPH = 'graph.microsoft.com:443';

const blocked = new Set<string>();
let authority: Authority;
let proxy: ConnectProxy;

beforeAll(async () => {
  authority = await startAuthority({
    folder: folderFor('set-ups'),
    hosts: ['login.microsoftonline.com', 'graph.microsoft.com'],
    apps: [
      { clientId: APP, secret: 'the-secret', roles: [WRITE] },
      { clientId: STRANGER, secret: 'the-secret', roles: ['User.Read.All'] },
    ],
  });
  // One TLS server answers for both hosts.
  proxy = await startConnectProxy({ targets: { [LOGIN]: authority.port, [GRAPH]: authority.port }, blocked });
});

afterEach(() => {
  blocked.clear();
  Object.assign(authority.behaviour, defaultBehaviour());
});

afterAll(() => Promise.all([authority.close(), proxy.close()]));

const problem = (status: number, code: string, message: string) => ({
  status,
  headers: { 'request-id': 'r-1' },
  body: { error: { code, message } },
});
const CONFIGURATIONS = { status: 200, body: { value: [{ id: 'x', displayName: 'Corporate Wi-Fi' }] } };

function answering(answer: ReturnType<typeof problem> | typeof CONFIGURATIONS): void {
  authority.behaviour.intercept = ({ path }) => (path.startsWith('/beta/') ? answer : undefined);
}

/** The environment of an app with a secret, behind the proxy of a company. */
function app(more: Record<string, string> = {}): Record<string, string> {
  const { AZURE_AUTHORITY_HOST: _, ...env } = environmentOf(authority) as Record<string, string>;
  return {
    ...(env as Record<string, string>),
    AZURE_TENANT_ID: TENANT,
    AZURE_CLIENT_ID: APP,
    AZURE_CLIENT_SECRET: 'the-secret',
    HTTPS_PROXY: proxy.url,
    ...more,
  };
}

const token = (claims: Record<string, unknown>): string =>
  `${['RS256', claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.signature`;

/** The environment with a pasted GRAPH_TOKEN and no other credential. */
function pasted(claims: Record<string, unknown>): Record<string, string> {
  const { AZURE_CLIENT_ID: _, AZURE_CLIENT_SECRET: __, ...env } = app();
  return {
    ...(env as Record<string, string>),
    GRAPH_TOKEN: token({ tid: TENANT, roles: [WRITE], ...claims }),
  };
}

/** The exit code and both streams, without the rule of the table and with bars between its columns. */
async function doctor(env: Record<string, string>) {
  const { code, stdout, stderr } = await runBinary(['doctor'], { env });
  const stable = (text: string): string =>
    text
      .replaceAll(proxy.url, 'http://proxy')
      .replace(`Node ${process.versions.node}`, 'Node <version>')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z, in \d+ min/g, '<expiry>')
      .replace(/client-request-id: \S+/g, 'client-request-id: <id>');
  const lines = stable(stdout).split('\n');
  return {
    code,
    stdout: lines
      .filter((line) => !line.startsWith('─'))
      .map((line) => line.replaceAll(/ {2,}/g, ' | '))
      .join('\n'),
    stderr: stable(stderr),
  };
}

const REACHED = `Check | Result | Detail
Node | ✓ ok | Node <version>
Proxy | ✓ ok | http://proxy
Sign-in service | ✓ ok | login.microsoftonline.com answers
Graph | ✓ ok | graph.microsoft.com answers
Clock | ✓ ok | agrees with the service
`;
const SIGNED_IN = `Sign-in | ✓ ok | with client-secret
Audience | ✓ ok | https://graph.microsoft.com
Tenant | ✓ ok | ${TENANT}
Expiry | ✓ ok | <expiry>
`;
const PERMITTED = 'Permission | ✓ ok | DeviceManagementConfiguration.ReadWrite.All: read and write\n';
const NO_TOKEN = `Audience | – skip | there is no token to check
Tenant | – skip | there is no token to check
Expiry | – skip | there is no token to check
Permission | – skip | there is no token to check
Read | – skip | skipped: there is no token
`;

describe('doctor reports', () => {
  test('a missing permission', async () => {
    answering(problem(403, 'Forbidden', 'Application is not authorized to perform this operation.'));
    const lacks =
      'the token has neither DeviceManagementConfiguration.ReadWrite.All nor DeviceManagementConfiguration.Read.All';
    const grant =
      'sign in with `graph-overview login`, or ask an administrator to grant DeviceManagementConfiguration.ReadWrite.All to the app; to read, DeviceManagementConfiguration.Read.All is enough';
    expect(await doctor(app({ AZURE_CLIENT_ID: STRANGER }))).toEqual({
      code: 4,
      stdout: `${REACHED}${SIGNED_IN}Permission | ✗ fail | ${lacks}
Read | ✗ fail | the token of client-secret lacks DeviceManagementConfiguration.Read.All, and no other credential works

What to do
✗ Permission: ${grant}
✗ Read: sign in with \`graph-overview login\`, or with an app registration to which an administrator granted the permission
`,
      stderr: `error: Permission: ${lacks}\nhint: ${grant}\n`,
    });
  });

  test('a missing Intune role', async () => {
    const intune = {
      _version: 3,
      Message:
        'User is not authorized to perform this operation - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: 11111111-2222-3333-4444-555555555555 - Url: https://fef.unit01.manage.microsoft.com/x',
    };
    const message = JSON.stringify({ ErrorCode: 'Forbidden', Message: JSON.stringify(intune) });
    answering(problem(403, 'Forbidden', message));
    const refusal =
      'Intune does not permit this: User is not authorized to perform this operation [activity id 11111111-2222-3333-4444-555555555555]';
    const role =
      'the token holds the permission that this needs: the account lacks an Intune role for device configurations, the scope tag of this one, or an Intune licence';
    expect(await doctor(app())).toEqual({
      code: 4,
      stdout: `${REACHED}${SIGNED_IN}${PERMITTED}Read | ✗ fail | ${refusal}

What to do
✗ Read: ${role}
`,
      stderr: `error: Read: ${refusal}
  status: 403  code: Forbidden  request-id: r-1  client-request-id: <id>
hint: ${role}
`,
    });
  });

  test('a token for another cloud', async () => {
    answering(CONFIGURATIONS);
    expect(await doctor(pasted({ aud: 'https://graph.microsoft.us', exp: 9_000_000_000 }))).toEqual({
      code: 3,
      stdout: `${REACHED}Sign-in | ✗ fail | the token in GRAPH_TOKEN is for the cloud usgov, not for global
${NO_TOKEN}
What to do
✗ Sign-in: add \`--cloud usgov\`, or sign in to global
`,
      stderr: `error: Sign-in: the token in GRAPH_TOKEN is for the cloud usgov, not for global\nhint: add \`--cloud usgov\`, or sign in to global\n`,
    });
  });

  test('a token for another cloud once, as a note, if an app works', async () => {
    answering(CONFIGURATIONS);
    const { GRAPH_TOKEN = '' } = pasted({ aud: 'https://graph.microsoft.us', exp: 9_000_000_000 });
    const { code, stdout, stderr } = await doctor(app({ GRAPH_TOKEN }));
    expect([code, stdout]).toEqual([
      0,
      `${REACHED}${SIGNED_IN}${PERMITTED}Read | ✓ ok | read "Corporate Wi-Fi"\n`,
    ]);
    expect(stderr).toBe(
      'skipped credential token: the token in GRAPH_TOKEN is for the cloud usgov, not for global: add `--cloud usgov`, or sign in to global\n',
    );
  });

  test('an expired token', async () => {
    answering(
      problem(401, 'InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'),
    );
    expect(await doctor(pasted({ aud: 'https://graph.microsoft.com', exp: 1_700_000_000 }))).toEqual({
      code: 3,
      stdout: `${REACHED}Sign-in | ✗ fail | the token in GRAPH_TOKEN expired at 2023-11-14T22:13:20.000Z
${NO_TOKEN}
What to do
✗ Sign-in: set GRAPH_TOKEN to a new token
`,
      stderr: `error: Sign-in: the token in GRAPH_TOKEN expired at 2023-11-14T22:13:20.000Z\nhint: set GRAPH_TOKEN to a new token\n`,
    });
  });

  test('a proxy that blocks the sign-in', async () => {
    answering(CONFIGURATIONS);
    blocked.add(LOGIN);
    const refusal = 'no answer from https://login.microsoftonline.com:443: the proxy refused (403)';
    const check = 'check HTTPS_PROXY, or add the host to NO_PROXY';
    expect(await doctor(app())).toEqual({
      code: 7,
      stdout: `${REACHED.replace('✓ ok | login.microsoftonline.com answers', `✗ fail | ${refusal}`)}Sign-in | ✗ fail | client-secret: the sign-in service: ${refusal}
${NO_TOKEN}
What to do
✗ Sign-in service: ${check}
✗ Sign-in: ${check}
`,
      stderr: `error: Sign-in service: ${refusal}\nhint: ${check}\n`,
    });
  });

  test('a proxy that blocks Graph', async () => {
    answering(CONFIGURATIONS);
    blocked.add(GRAPH);
    const refusal = 'no answer from https://graph.microsoft.com:443: the proxy refused (403)';
    const check = 'check HTTPS_PROXY, or add the host to NO_PROXY';
    expect(await doctor(app())).toEqual({
      code: 7,
      stdout: `${REACHED.replace('✓ ok | graph.microsoft.com answers', `✗ fail | ${refusal}`)}${SIGNED_IN}${PERMITTED}Read | ✗ fail | ${refusal}

What to do
✗ Graph: ${check}
✗ Read: ${check}
`,
      stderr: `error: Graph: ${refusal}\nhint: ${check}\n`,
    });
  });

  test('a wrong clock', async () => {
    answering(CONFIGURATIONS);
    authority.behaviour.clockAheadSeconds = 1_800;
    const skew = 'this machine’s clock is 30 min behind the service: tokens seem expired or not yet valid';
    expect(await doctor(app())).toEqual({
      code: 3,
      stdout: `${REACHED.replace('✓ ok | agrees with the service', `✗ fail | ${skew}`)}${SIGNED_IN}${PERMITTED}Read | ✓ ok | read "Corporate Wi-Fi"

What to do
✗ Clock: set the clock, for example by NTP
`,
      stderr: `error: Clock: ${skew}\nhint: set the clock, for example by NTP\n`,
    });
  });

  test('a missing private root certificate', async () => {
    answering(CONFIGURATIONS);
    const { NODE_EXTRA_CA_CERTS: _, ...env } = app();
    const untrusted = (host: string) => `no answer from https://${host}: its certificate is not trusted`;
    const root =
      'if a proxy or a private certificate authority is used, set NODE_EXTRA_CA_CERTS to its root certificate';
    expect(await doctor(env as Record<string, string>)).toEqual({
      code: 7,
      stdout: `Check | Result | Detail
Node | ✓ ok | Node <version>
Proxy | ✓ ok | http://proxy
Sign-in service | ✗ fail | ${untrusted('login.microsoftonline.com')}
Graph | ✗ fail | ${untrusted('graph.microsoft.com')}
Clock | – skip | no answer had a Date
Sign-in | ✗ fail | client-secret: the sign-in service: ${untrusted('login.microsoftonline.com')}
${NO_TOKEN}
What to do
✗ Sign-in service: ${root}
✗ Graph: ${root}
✗ Sign-in: ${root}
`,
      stderr: `error: Sign-in service: ${untrusted('login.microsoftonline.com')}
  code: UNABLE_TO_VERIFY_LEAF_SIGNATURE
hint: ${root}
`,
    });
  });
});
