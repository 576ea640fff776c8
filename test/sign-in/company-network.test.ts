import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { installAz, pathWith, type ToolOutcome } from '../authority/developer-tools.ts';
import type { Answer } from '../authority/exchange.ts';
import { type ImdsAnswer, startImds } from '../authority/imds.ts';
import { defaultBehaviour } from '../authority/tenant.ts';
import { environmentOf, folderFor, runHere, TENANT, WRITE } from '../end-to-end/sign-in-fixture.ts';
import { type ConnectProxy, startConnectProxy } from '../proxy/connect-proxy.ts';
import { type Ended, runBinary } from '../support/binary.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { distrustRoot, trustRoot } from '../support/trust-root.ts';

const APP = '11111111-1111-4111-8111-111111111111';
const IDENTITY = '66666666-6666-4666-8666-666666666666';
const HOUR = 3_600;

let authority: Authority;
let proxy: ConnectProxy;

beforeAll(async () => {
  authority = await startAuthority({
    folder: folderFor('company'),
    hosts: ['login.microsoftonline.com', 'graph.microsoft.com'],
    apps: [{ clientId: APP, secret: 'the-secret', roles: [WRITE] }],
  });
  trustRoot(readFileSync(authority.caFile, 'utf8'));
  const targets = ['login.microsoftonline.com:443', 'graph.microsoft.com:443'];
  proxy = await startConnectProxy({
    targets: Object.fromEntries(targets.map((target) => [target, authority.port])),
  });
});

afterEach(() => {
  authority.requests.length = 0;
  proxy.requests.length = 0;
  Object.assign(authority.behaviour, defaultBehaviour());
});

afterAll(() => {
  distrustRoot();
  return Promise.all([authority.close(), proxy.close()]);
});

/** The environment of an app with a secret that signs in at the authority on loopback. */
function app(more: Record<string, string> = {}): Record<string, string> {
  const secret = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: APP, AZURE_CLIENT_SECRET: 'the-secret' };
  return { ...environmentOf(authority), ...secret, ...more };
}

/** The same for login.microsoftonline.com, which can be reached only through the proxy. */
function cloudApp(more: Record<string, string>): Record<string, string> {
  const { AZURE_AUTHORITY_HOST: _, ...env } = app(more);
  return env as Record<string, string>;
}

/** The exit code and both streams, with values that vary from run to run replaced. */
async function outcomeOf(
  args: readonly string[],
  env: Record<string, string>,
  run: (
    args: readonly string[],
    options: { readonly env: Record<string, string> },
  ) => Promise<Ended> = runHere,
) {
  const { code, stdout, stderr } = await run(args, { env });
  const stable = (text: string): string =>
    text
      .replaceAll(authority.url, 'https://authority')
      .replaceAll(env.HOME ?? '\0', '<home>')
      .replace(/http:\/\/127\.0\.0\.1:\d{4,}/g, 'http://loopback')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/client-request-id: \S+/g, 'client-request-id: <id>')
      .replace(/code [\dA-F]{9} /g, 'code <code> ');
  return { code, stdout: stable(stdout), stderr: stable(stderr) };
}

const failed = (code: number, stderr: string) => ({ code, stdout: '', stderr });

describe('proxy variables', () => {
  const WHOAMI = ['whoami', '--auth', 'client-secret', '--query', 'method', '-o', 'tsv'];
  const usage = (message: string, hint: string) => failed(2, `error: ${message}\nhint: ${hint}\n`);

  test.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])(
    '%s=host:port is used by the sign-in',
    async (name) => {
      const env = cloudApp({ [name]: new URL(proxy.url).host });
      expect(await outcomeOf(WHOAMI, env)).toEqual({ code: 0, stdout: 'client-secret\n', stderr: '' });
      expect(proxy.requests.map(({ target }) => target)).toContain('login.microsoftonline.com:443');
    },
  );

  test('an empty NO_PROXY does not hide no_proxy', async () => {
    authority.behaviour.intercept = ({ path }) =>
      path.startsWith('/beta/') ? { status: 200, body: { pendingCount: 7 } } : undefined;
    const env = app({ HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '', no_proxy: '127.0.0.1' });
    const args = ['get', 'id:x', '--auth', 'client-secret', '--endpoint', authority.url, '-o', 'json'];
    const { code, stdout } = await outcomeOf([...args, '--query', 'pendingCount'], env);
    expect([code, stdout]).toEqual([0, '7\n']);
  });

  test.each([
    ['ALL_PROXY', 'socks5://127.0.0.1:1080', 'socks5'],
    ['HTTPS_PROXY', 'socks://127.0.0.1:1080', 'socks'],
  ])('%s=%s is refused before the sign-in', async (name, value, scheme) => {
    expect(await outcomeOf(['get', 'id:x'], cloudApp({ [name]: value }))).toEqual(
      usage(
        `${name} is a SOCKS proxy (${scheme}://), which is not supported`,
        'set HTTPS_PROXY to an HTTP proxy, such as http://host:8080, or list the hosts in NO_PROXY',
      ),
    );
  });

  test('a SOCKS proxy is not used for hosts in NO_PROXY', async () => {
    const env = app({ ALL_PROXY: 'socks5://127.0.0.1:1080', NO_PROXY: '127.0.0.1' });
    expect(await outcomeOf(WHOAMI, env)).toEqual({ code: 0, stdout: 'client-secret\n', stderr: '' });
  });

  test('a user name with a backslash is refused, and shown without the password', async () => {
    const env = cloudApp({ HTTPS_PROXY: 'http://CONTOSO\\adele:pass-word@127.0.0.1:3128' });
    expect(await outcomeOf(['whoami', '--auth', 'client-secret'], env)).toEqual(
      usage('HTTPS_PROXY: the user name CONTOSO\\adele has a backslash', 'write it as CONTOSO%5Cadele'),
    );
  });

  test('doctor reports a SOCKS proxy and skips the checks that need it', async () => {
    const ended = await outcomeOf(
      ['doctor', '-o', 'json', '--query', '[1:].[check, verdict, detail]'],
      cloudApp({ https_proxy: 'socks5h://127.0.0.1:1080' }),
    );
    const rest = [
      'Sign-in service',
      'Graph',
      'Clock',
      'Sign-in',
      'Audience',
      'Tenant',
      'Expiry',
      'Permission',
    ];
    expect(JSON.parse(ended.stdout)).toEqual([
      ['Proxy', 'fail', 'https_proxy is a SOCKS proxy (socks5h://), which is not supported'],
      ...[...rest, 'Read'].map((check) => [check, 'skip', 'skipped: the proxy cannot be used']),
    ]);
    expect(ended.code).toBe(2);
  });

  test('doctor warns that address ranges in NO_PROXY are not supported', async () => {
    const env = app({ HTTPS_PROXY: 'proxy.example:8080', NO_PROXY: 'localhost,10.0.0.0/8' });
    const args = ['doctor', '--local', '-o', 'json', '--query', "[?check=='Proxy'] | [0]"];
    const { code, stdout } = await outcomeOf(args, env);
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        check: 'Proxy',
        verdict: 'warn',
        detail:
          'http://proxy.example:8080, except for localhost,10.0.0.0/8; address ranges in NO_PROXY are not supported: 10.0.0.0/8',
        remedy: 'list host names or addresses in NO_PROXY',
      },
    ]);
  });
});

describe('refusals of the sign-in service', () => {
  const refusal = (status: number, error: string, description: string): Answer => ({
    status,
    body: { error, error_description: `${description} Trace ID: x Correlation ID: y Timestamp: z` },
  });
  const page: Answer = { status: 403, text: '<!DOCTYPE html><title>Blocked</title>' };
  const CHECK_TENANT = 'hint: check the tenant: `--tenant` or AZURE_TENANT_ID\n';

  test.each([
    [
      'an unknown tenant',
      refusal(400, 'invalid_tenant', "AADSTS90002: Tenant 'contoso' not found."),
      3,
      `error: the sign-in service does not know the tenant: AADSTS90002: Tenant 'contoso' not found.\n${CHECK_TENANT}`,
    ],
    [
      'an invalid tenant',
      refusal(400, 'invalid_request', "AADSTS900023: Specified tenant identifier 'x' is not valid."),
      3,
      `error: the sign-in service does not know the tenant: AADSTS900023: Specified tenant identifier 'x' is not valid.\n${CHECK_TENANT}`,
    ],
    [
      'tenant restrictions of the network',
      refusal(403, 'access_denied', 'AADSTS500021: Access to tenant is denied.'),
      3,
      'error: AADSTS500021: Access to tenant is denied.\nhint: run `graph-overview doctor --auth client-secret` for details\n',
    ],
    [
      'the HTML page of a proxy',
      page,
      7,
      'error: the sign-in service: https://authority answered 403 with an HTML page instead of JSON\n' +
        'hint: a proxy or gateway may have answered instead: check HTTPS_PROXY and NO_PROXY\n',
    ],
  ])('for %s are reported by whoami', async (_, answer, code, stderr) => {
    authority.behaviour.intercept = ({ path }) =>
      path.endsWith('openid-configuration') ? answer : undefined;
    expect(await outcomeOf(['whoami', '--auth', 'client-secret'], app())).toEqual(failed(code, stderr));
  });

  test('are reported by doctor with the same message', async () => {
    authority.behaviour.intercept = ({ path }) =>
      path.endsWith('openid-configuration')
        ? refusal(403, 'access_denied', 'AADSTS500021: Access to tenant is denied.')
        : undefined;
    const args = ['doctor', '--auth', 'client-secret', '--endpoint', 'http://127.0.0.1:1', '-o', 'json'];
    const { stdout } = await outcomeOf([...args, '--query', "[?check=='Sign-in service'].detail"], app());
    expect(JSON.parse(stdout)).toEqual(['AADSTS500021: Access to tenant is denied.']);
  });
});

describe('login', () => {
  const CODE = ['login', '--device-code', '--tenant', TENANT, '--query', 'account', '-o', 'tsv'];

  test('with a device code reports the refusal of the endpoint', async () => {
    authority.behaviour.intercept = ({ path }) =>
      path.endsWith('/devicecode')
        ? {
            status: 401,
            body: { error: 'invalid_client', error_description: 'AADSTS7000218: The app is not public.' },
          }
        : undefined;
    expect(await outcomeOf([...CODE, '--allow-unencrypted-storage'], environmentOf(authority))).toEqual(
      failed(
        3,
        'error: AADSTS7000218: The app is not public.\nhint: run `graph-overview doctor --auth device-code` for details\n',
      ),
    );
  });

  test.each([[[]], [['--quiet']]])('prints the prompt unchanged with %j', async (more) => {
    const args = [...CODE, '--allow-unencrypted-storage', ...more];
    expect(await outcomeOf(args, environmentOf(authority))).toEqual({
      code: 0,
      stdout: 'adele@contoso.example\n',
      stderr: 'Open https://microsoft.com/devicelogin and enter the code <code> to sign in.\n',
    });
  });

  const needsCode = (why: string) =>
    failed(2, `error: ${why}\nhint: use \`graph-overview login --device-code\`\n`);

  test.each([
    [{}, 'no browser can be opened: DISPLAY, WAYLAND_DISPLAY and BROWSER are not set'],
    [{ DISPLAY: ':0', CI: 'true' }, 'no browser can be opened: CI is set'],
    [
      { WAYLAND_DISPLAY: 'wayland-0', GRAPH_OVERVIEW_NO_INPUT: '1' },
      'no browser can be opened: GRAPH_OVERVIEW_NO_INPUT is set',
    ],
  ])('with a browser does not wait where there is no user: %j', async (more, why) => {
    const env = { ...environmentOf(authority), ...more };
    expect(await outcomeOf(['login'], env)).toEqual(needsCode(why));
    expect(authority.requests).toEqual([]);
  });

  test('waits for the user for at most --timeout', async () => {
    Object.assign(authority.behaviour.deviceCode, { pending: 10_000, intervalSeconds: 1 });
    const { code, stderr } = await outcomeOf([...CODE, '--timeout', '1500ms'], environmentOf(authority));
    expect([code, stderr.split('\n').slice(-3)]).toEqual([
      3,
      ['error: timed out: no sign-in within 1.5 s', 'hint: try again; wait longer with `--timeout`', ''],
    ]);
  });
});

describe('IMDS', () => {
  const granted = (): ImdsAnswer => ({
    status: 200,
    body: {
      access_token: authority.issue({ roles: [WRITE] }),
      expires_on: String(Math.floor(Date.now() / 1_000) + HOUR),
      resource: 'https://graph.microsoft.com',
      token_type: 'Bearer',
    },
  });
  const notFound: ImdsAnswer = {
    status: 400,
    body: { error: 'invalid_request', error_description: 'Identity not found' },
  };
  const whoami = async (answers: readonly ImdsAnswer[], more: Record<string, string> = {}) => {
    const imds = await startImds(answers);
    const args = ['whoami', '--auth', 'managed-identity', '--query', 'method', '-o', 'tsv'];
    // The library reads the address from process.env, and caches tokens in the process.
    const ended = await outcomeOf(args, { ...environmentOf(authority), ...imds.env, ...more }, runBinary);
    await imds.close();
    return { ended, requests: imds.queries.length };
  };
  const works = { code: 0, stdout: 'managed-identity\n', stderr: '' };

  test('is retried while it throttles or is updated', async () => {
    const throttles = [{ status: 429, body: { error: 'throttled' } }];
    const updated = [{ status: 410, body: {} }, ...throttles];
    const both = await Promise.all([throttles, updated].map((answers) => whoami([...answers, granted()])));
    expect(both).toEqual([
      { ended: works, requests: 2 },
      { ended: works, requests: 3 },
    ]);
  });

  test('behind a proxy that answers with an HTML page is reported as a network failure', async () => {
    const { ended, requests } = await whoami([{ status: 403, text: '<html><title>Blocked</title></html>' }]);
    expect(requests).toBe(1);
    expect(ended).toEqual(
      failed(
        7,
        'error: the managed identity service: http://loopback answered 403 with an HTML page instead of JSON\n' +
          'hint: another server answers at this address, such as a proxy or firewall: allow direct connections to it\n',
      ),
    );
  });

  test.each([
    [
      {},
      'this machine has no managed identity (Identity not found)',
      'assign one to the machine, or set AZURE_CLIENT_ID to the client id of a user-assigned identity',
    ],
    [
      { AZURE_CLIENT_ID: IDENTITY },
      `this machine has no managed identity with the client id ${IDENTITY} (Identity not found)`,
      'set AZURE_CLIENT_ID to the client id of an identity that is assigned to this machine, or unset it',
    ],
  ])('without the identity is a failed sign-in, with %j', async (more, message, hint) => {
    const { ended } = await whoami([notFound], more);
    expect(ended).toEqual(failed(3, `error: ${message}\nhint: ${hint}\n`));
  });
});

describe('az', () => {
  const CHECK =
    'run `az account get-access-token --output json --resource https://graph.microsoft.com` to see why';
  const az = (outcome: ToolOutcome) => {
    const bin = folderFor('az');
    const tool = installAz(bin, outcome);
    return { tool, env: { ...environmentOf(authority), PATH: pathWith(bin) } };
  };
  const printed = (json: object, before = '', after = ''): ToolOutcome => ({
    stdout: `${before}${JSON.stringify(json, null, 2)}${after}\n`,
    stderr: '',
    exitCode: 0,
  });
  const expiry = ['whoami', '--auth', 'azure-cli', '--query', 'expires', '-o', 'tsv'];

  test.each([
    ['expiresOn null', { expiresOn: null }, '', ''],
    ['expiresOn N/A', { expiresOn: 'N/A', expires_on: 'N/A' }, '', ''],
    ['colour codes', { expiresOn: null }, '\u001b[33m', '\u001b[0m'],
    [
      'warnings around it',
      { expiresOn: '2031-01-01 00:00:00.000000' },
      'WARNING: A new version {2.90} is available.\n',
      '\nWARNING: see {docs}',
    ],
  ])('that prints %s: the expiry is read from the token', async (_, members, before, after) => {
    const accessToken = authority.issue({ scp: WRITE, exp: 1_900_000_000 });
    const { env } = az(printed({ accessToken, ...members }, before, after));
    const { code, stdout, stderr } = await runHere(expiry, { env });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '2030-03-17T17:46:40.000Z\n', stderr: '' });
  });

  test('that prints expires_on in seconds, and an opaque token: the expiry is expires_on', async () => {
    const { env } = az(printed({ accessToken: 'opaque-token', expiresOn: 'N/A', expires_on: 1_900_000_000 }));
    const { code, stdout } = await runHere(expiry, { env });
    expect([code, stdout]).toEqual([0, '2030-03-17T17:46:40.000Z\n']);
  });

  test('is started once for all requests of a process', async () => {
    let left = 2;
    const server = await startRecordingServer((_, response) => {
      left -= 1;
      response.writeHead(left < 0 ? 200 : 503, { 'content-type': 'application/json', 'retry-after': '0' });
      const counts = ['pending', 'notApplicable', 'success', 'error', 'failed'];
      response.end(JSON.stringify(Object.fromEntries(counts.map((name) => [`${name}Count`, 7]))));
    });
    const { tool, env } = az(printed({ accessToken: 'opaque-token', expiresOn: 'N/A' }));
    const args = ['get', 'id:x', '--auth', 'azure-cli', '--endpoint', server.url, '-o', 'none', '--quiet'];
    const ended = await outcomeOf(args, env);
    await server.close();
    expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
    expect([server.requests.length, tool.calls().length]).toEqual([3, 1]);
  });

  test.each<[string, ToolOutcome, string, string]>([
    ['nothing', { stdout: '', stderr: '', exitCode: 0 }, 'az printed nothing', CHECK],
    [
      'a traceback',
      {
        stdout: '',
        stderr:
          'ERROR: The command failed with an unexpected error. Here is the traceback:\nERROR: x\n' +
          'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    import x\n' +
          "ModuleNotFoundError: No module named 'azure.cli'\n" +
          'To check existing issues, please visit: https://github.com/Azure/azure-cli/issues',
        exitCode: 1,
      },
      "az: ModuleNotFoundError: No module named 'azure.cli'",
      CHECK,
    ],
    [
      'a coloured refusal, followed by advice',
      {
        stdout: '',
        stderr:
          '\u001b[31mERROR: AADSTS70043: The refresh token has expired. Trace ID: x\u001b[0m\n' +
          'Interactive authentication is needed. Please run:\naz login --scope x',
        exitCode: 1,
      },
      'az: AADSTS70043: The refresh token has expired.',
      'sign in with `az login`',
    ],
    [
      'lines without ERROR',
      { stdout: '', stderr: 'starting\nSegmentation fault', exitCode: 139 },
      'az: Segmentation fault',
      CHECK,
    ],
  ])('that prints %s is reported with the cause', async (_, outcome, message, hint) => {
    const ended = await outcomeOf(['whoami', '--auth', 'azure-cli'], az(outcome).env);
    expect(ended).toEqual(failed(3, `error: ${message}\nhint: ${hint}\n`));
  });
});

describe('a token that Graph refuses', () => {
  const refusing = (headers: Record<string, string>, message: string) =>
    startRecordingServer((_, response) => {
      response.writeHead(401, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ error: { code: 'InvalidAuthenticationToken', message } }));
    });
  const dateIn = (seconds: number) => ({ date: new Date(Date.now() + seconds * 1_000).toUTCString() });
  const tokenFor = (seconds: number): Record<string, string> => ({
    ...environmentOf(authority),
    GRAPH_TOKEN: authority.issue({ scp: WRITE, exp: Math.floor(Date.now() / 1_000) + seconds }),
  });
  const get = async (
    server: Awaited<ReturnType<typeof refusing>>,
    auth: string,
    env: Record<string, string>,
  ) => {
    const ended = await outcomeOf(['get', 'id:x', '--auth', auth, '--endpoint', server.url], env);
    await server.close();
    return ended;
  };

  test('is reported with Conditional Access if it is new and challenged again', async () => {
    const claims = Buffer.from('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}').toString(
      'base64',
    );
    const challenge = `Bearer realm="", error="insufficient_claims", claims="${claims}"`;
    const server = await refusing({ 'www-authenticate': challenge }, 'Policy');
    expect(await get(server, 'client-secret', app())).toEqual(
      failed(
        3,
        'error: Graph challenges the new token as well (Policy)\n' +
          '  status: 401  code: InvalidAuthenticationToken  client-request-id: <id>\n' +
          'hint: a Conditional Access policy of the tenant is not met: sign in from a device and a network that it allows, or ask an administrator\n',
      ),
    );
  });

  test('is reported as expired if GRAPH_TOKEN has expired', async () => {
    const server = await refusing(dateIn(0), 'x');
    expect(await get(server, 'token', tokenFor(-HOUR))).toEqual(
      failed(3, 'error: the token in GRAPH_TOKEN expired at <time>\nhint: set GRAPH_TOKEN to a new token\n'),
    );
  });

  test('is reported with the clock if GRAPH_TOKEN has expired by a wrong clock', async () => {
    const server = await refusing(dateIn(-2 * HOUR), 'x');
    expect(await get(server, 'token', tokenFor(-HOUR))).toEqual(
      failed(
        3,
        'error: this machine’s clock is 120 min ahead of the service, and by this clock the token in GRAPH_TOKEN expired at <time>\n' +
          'hint: set the clock, for example by NTP\n',
      ),
    );
  });

  test.each([
    [0, 'the token has expired: sign in again, or set GRAPH_TOKEN to a new token'],
    [2 * HOUR, 'this machine’s clock is 120 min behind the service: set the clock, then sign in again'],
  ])(
    'because it has expired, with a clock that is %i s behind, gets the matching hint',
    async (seconds, hint) => {
      const server = await refusing(dateIn(seconds), 'Lifetime validation failed, the token is expired.');
      expect(await get(server, 'token', tokenFor(HOUR))).toEqual(
        failed(
          3,
          'error: Graph does not accept the sign-in: Lifetime validation failed, the token is expired.\n' +
            `  status: 401  code: InvalidAuthenticationToken  client-request-id: <id>\nhint: ${hint}\n`,
        ),
      );
    },
  );
});

describe('whoami', () => {
  test.each([[{ oid: undefined }], [{ oid: 'an-object-id' }]])(
    'names the account of the saved sign-in if the token has %j',
    async (claims) => {
      const env = environmentOf(authority);
      authority.behaviour.claims = { preferred_username: undefined, upn: undefined, ...claims };
      const login = ['login', '--device-code', '--tenant', TENANT, '--allow-unencrypted-storage'];
      const account = ['--query', 'account', '-o', 'tsv'];
      const signedIn = await outcomeOf([...login, ...account], env);
      const who = await outcomeOf(['whoami', ...account], env);
      expect([signedIn.stdout, who.stdout]).toEqual(['adele@contoso.example\n', 'adele@contoso.example\n']);
    },
  );

  test.each([
    [
      {},
      'error: not signed in: no credential is configured here\n' +
        'hint: sign in with `graph-overview login`, or set GRAPH_TOKEN; `--verbose` lists the credentials\n',
    ],
    [
      { AZURE_CLIENT_SECRET: 'x' },
      'error: client-secret: AZURE_CLIENT_ID, AZURE_TENANT_ID are not set\n' +
        'hint: set AZURE_CLIENT_SECRET, AZURE_CLIENT_ID, AZURE_TENANT_ID together; `--tenant` can replace AZURE_TENANT_ID\n',
    ],
    [
      { GRAPH_TOKEN: '"quoted token"' },
      'error: GRAPH_TOKEN is set, but is not a bearer token\nhint: set it to the token alone, without quotes or line breaks\n',
    ],
  ])('without a working credential prints the cause and one hint with %j', async (more, stderr) => {
    expect(await outcomeOf(['whoami'], { ...environmentOf(authority), ...more })).toEqual(failed(3, stderr));
  });

  test('lists the credentials with --verbose', async () => {
    const { stderr } = await outcomeOf(['whoami', '--verbose'], environmentOf(authority));
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      'skipped credential token: GRAPH_TOKEN is not set',
      'skipped credential client-secret: AZURE_CLIENT_SECRET, AZURE_CLIENT_ID, AZURE_TENANT_ID are not set',
      'skipped credential certificate: AZURE_CLIENT_CERTIFICATE_PATH, AZURE_CLIENT_ID, AZURE_TENANT_ID are not set',
    ]);
  });
});

describe('the saved sign-in', () => {
  const signIn = async () => {
    const env = environmentOf(authority);
    const args = ['login', '--device-code', '--tenant', TENANT, '--allow-unencrypted-storage', '-o', 'none'];
    expect((await runHere(args, { env })).code).toBe(0);
    const state = env.GRAPH_OVERVIEW_STATE ?? '';
    return { env, state, folder: join(state, 'sign-in') };
  };
  const unused = (why: string) =>
    failed(
      3,
      `error: the saved sign-in is not used: ${why}\n` +
        'hint: sign out with `graph-overview logout`, correct the folder, and sign in again\n',
    );

  test('is not used from a folder that others can write to', async () => {
    const { env, folder } = await signIn();
    chmodSync(folder, 0o777);
    expect(await outcomeOf(['whoami'], env)).toEqual(
      unused('<home>/state/sign-in can be written by other users'),
    );
  });

  test('is not used if others can replace its folder', async () => {
    const { env, state } = await signIn();
    chmodSync(state, 0o777);
    expect(await outcomeOf(['whoami'], env)).toEqual(unused('<home>/state can be written by other users'));
  });

  test('is not used if its folder is a link', async () => {
    const { env, folder } = await signIn();
    const elsewhere = join(mkdtempSync(join(tmpdir(), 'graph-overview-elsewhere-')), 'sign-in');
    renameSync(folder, elsewhere);
    symlinkSync(elsewhere, folder);
    expect(await outcomeOf(['whoami'], env)).toEqual(unused('<home>/state/sign-in is a link'));
  });

  // Only root can change the owner of a folder.
  (process.getuid?.() === 0 ? test : test.skip)('is not used from a folder of another user', async () => {
    const { env, folder } = await signIn();
    chownSync(folder, 12_345, 12_345);
    expect(await outcomeOf(['whoami'], env)).toEqual(unused('<home>/state/sign-in belongs to another user'));
  });

  test('is reported even if another credential works', async () => {
    const { env, folder } = await signIn();
    chmodSync(folder, 0o777);
    const bin = folderFor('az');
    installAz(bin, { token: authority.issue({ scp: WRITE }), expires: new Date(Date.now() + HOUR * 1_000) });
    const args = ['whoami', '--query', 'method', '-o', 'tsv'];
    expect(await outcomeOf(args, { ...env, PATH: pathWith(bin) })).toEqual({
      code: 0,
      stdout: 'azure-cli\n',
      stderr:
        'skipped credential login: the saved sign-in is not used: <home>/state/sign-in can be written by other users\n',
    });
  });

  const challengeOf = (nbf: string): string => {
    const claims = JSON.stringify({ access_token: { nbf: { essential: true, value: nbf } } });
    return `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
  };

  const signOut = (env: Record<string, string>) => runBinary(['logout'], { env });

  /** Writes the files of a login with another account. */
  const replace = async (_: Record<string, string>, folder: string) => {
    const file = join(folder, 'session.json');
    const session = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...session, record: '{}' }));
    writeFileSync(join(folder, 'tokens.json'), '{"cache":"of another account"}');
  };

  test.each([
    ['logout', signOut, {}],
    [
      'a login with another account',
      replace,
      { 'session.json': expect.any(String), 'tokens.json': '{"cache":"of another account"}' },
    ],
  ])('does not save new tokens after %s in another process', async (_, end, left) => {
    const { env, folder } = await signIn();
    // After the first challenge the command reads the saved tokens; after the second it renews them when they are removed.
    const server = await startRecordingServer(async (__, response) => {
      const request = server.requests.length;
      if (request === 3) await end(env, folder);
      const challenge =
        request === 1 || request === 3 ? { 'www-authenticate': challengeOf(String(request)) } : {};
      const status = [401, 503, 401, 200][request - 1] ?? 500;
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0', ...challenge });
      response.end(status === 200 ? '{"pendingCount":7}' : '{"error":{"code":"x","message":"y"}}');
    });
    const args = ['get', 'id:x', '--auth', 'auto', '--endpoint', server.url, '-o', 'none'];
    const got = await runHere(args, { env });
    await server.close();
    expect([got.code, server.requests.length]).toEqual([0, 4]);
    const renewals = authority.requests.filter(({ form }) => form.grant_type === 'refresh_token');
    expect(renewals).toHaveLength(2);
    const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
    expect(Object.fromEntries(files)).toEqual(left);
  });
});
