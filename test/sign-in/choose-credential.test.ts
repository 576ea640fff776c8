import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import { azureCli } from '../../src/sign-in/azure-cli.ts';
import { type ChoiceOptions, chooseCredential } from '../../src/sign-in/choose-credential.ts';
import { BY_METHOD } from '../../src/sign-in/credentials.ts';
import { AUTH_METHODS, type AuthMethod } from '../../src/sign-in/methods.ts';
import { openTokenManager } from '../../src/sign-in/open-token-manager.ts';
import { sendsToken, tokenSource } from '../../src/sign-in/token-source.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { replacePrograms } from './replaced-programs.ts';
import { type ContextOptions, contextOf, failureOf, jwt, READ, TENANT, WRITE } from './sign-in-context.ts';

const NOW = Date.UTC(2026, 0, 1);
const CLAIMS = { aud: 'https://graph.microsoft.com', exp: NOW / 1_000 + 3_600 };
const GOOD = jwt({ ...CLAIMS, scp: WRITE });
const POOR = jwt({ ...CLAIMS, scp: 'User.Read' });
const EXPIRED = jwt({ ...CLAIMS, scp: WRITE, exp: NOW / 1_000 - 60 });

/** With this clock, the limit of the time for a tool never passes. */
const forever = () => new Promise<void>(() => undefined);

// The programs of these tests are shell scripts.
const onPosix = process.platform === 'win32' ? test.skip : test;

let folder: string;
let graph: RecordingServer;
beforeAll(async () => {
  // Its Date is the time of the tests.
  graph = await startRecordingServer((_, response) => {
    response.setHeader('date', new Date(NOW).toUTCString());
    response.end('{}');
  });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
});
afterAll(() => graph.close());

/** Installs an `az` that runs these shell lines, and returns the environment with its PATH. */
function withAz(...lines: readonly string[]): Record<string, string> {
  const file = join(folder, 'az');
  writeFileSync(file, `#!/bin/sh\n${lines.join('\n')}\n`);
  chmodSync(file, 0o755);
  return { PATH: folder };
}

const printing = (text: string): string => `printf '%s' '${text}'`;
const azWith = (accessToken: string) => withAz(printing(JSON.stringify({ accessToken, expires_on: 99 })));

/** Puts an `azd` on the same PATH. Only its presence matters. */
function withAzd(): Record<string, string> {
  writeFileSync(join(folder, 'azd'), '', { mode: 0o755 });
  return { PATH: folder };
}

/** A context that is not on Linux, where a managed identity could be available. */
function here({ env, ...more }: ContextOptions = {}) {
  const target = { baseUrl: graph.url };
  return contextOf({ platform: 'darwin', now: NOW, target, ...more, env: { PATH: '', ...env } });
}

describe('the choice of a credential', () => {
  async function choice(method: AuthMethod, options: ContextOptions, more?: ChoiceOptions) {
    const context = here(options);
    let name: string | undefined;
    const failure = await failureOf(async () => {
      ({ name } = await chooseCredential(method, context, more));
    });
    return {
      outcome: name ?? failure,
      notes: context.texts('note'),
      details: context.texts('detail'),
    };
  }

  const SKIPPED = [
    'token: GRAPH_TOKEN is not set',
    'client-secret: AZURE_CLIENT_SECRET, AZURE_CLIENT_ID, AZURE_TENANT_ID are not set',
    'certificate: AZURE_CLIENT_CERTIFICATE_PATH, AZURE_CLIENT_ID, AZURE_TENANT_ID are not set',
    'workload-identity: neither AZURE_FEDERATED_TOKEN_FILE nor GitHub’s ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are set',
    'azure-pipelines: SYSTEM_OIDCREQUESTURI, SYSTEM_ACCESSTOKEN, AZURESUBSCRIPTION_TENANT_ID, ' +
      'AZURESUBSCRIPTION_CLIENT_ID, AZURESUBSCRIPTION_SERVICE_CONNECTION_ID are not set',
    'login: not signed in with `graph-overview login`',
    'managed-identity: IDENTITY_ENDPOINT is not set, and this is not an Azure virtual machine',
    'azure-cli: az is not on PATH',
    'azure-powershell: pwsh is not on PATH',
    'azd: azd is not on PATH',
  ].map((line) => `skipped credential ${line}`);

  test('fails if none is configured, and lists all in their order', async () => {
    expect(await choice('auto', {})).toEqual({
      outcome:
        'sign-in: not signed in: no credential is configured here | sign in with `graph-overview login`, ' +
        'or set GRAPH_TOKEN; `--verbose` lists the credentials',
      notes: [],
      details: SKIPPED,
    });
  });

  test('takes the first that works', async () => {
    expect(await choice('auto', { env: { GRAPH_TOKEN: GOOD } })).toEqual({
      outcome: 'token',
      notes: [],
      details: ['signed in with token'],
    });
  });

  test('returns its token, and the provider of later tokens', async () => {
    const chosen = await chooseCredential('token', here({ env: { GRAPH_TOKEN: POOR } }));
    expect([chosen.name, chosen.token.value]).toEqual(['token', POOR]);
    expect(await chosen.provider({ scope: 'x', claims: undefined })).toEqual(chosen.token);
  });

  onPosix('reports a configured one that does not work, but not the unconfigured ones', async () => {
    expect(await choice('auto', { env: { ...azWith(GOOD), GRAPH_TOKEN: EXPIRED } })).toEqual({
      outcome: 'azure-cli',
      notes: [
        'skipped credential token: the token in GRAPH_TOKEN expired at 2025-12-31T23:59:00.000Z: ' +
          'set GRAPH_TOKEN to a new token',
      ],
      details: [...SKIPPED.slice(1, 7), 'signed in with azure-cli'],
    });
  });

  onPosix('reports a token that lacks the permission', async () => {
    const env = { ...azWith(POOR), GRAPH_TOKEN: POOR };
    const permission = 'DeviceManagementConfiguration.ReadWrite.All';
    expect(await choice('auto', { env })).toEqual({
      outcome:
        `permission: the token in GRAPH_TOKEN lacks ${permission}, and no other credential works | ` +
        'sign in with `graph-overview login`, or with an app registration to which an administrator granted the permission',
      notes: [],
      details: [
        `skipped credential token: its token lacks ${permission}`,
        ...SKIPPED.slice(1, 7),
        `skipped credential azure-cli: its token lacks ${permission}`,
        ...SKIPPED.slice(8),
      ],
    });
    expect(await choice('auto', { env: { ...azWith(GOOD), GRAPH_TOKEN: POOR } })).toMatchObject({
      outcome: 'azure-cli',
      notes: [`skipped credential token: its token lacks ${permission}`],
    });
  });

  test('accepts a token that lacks the permission if there is no other and acceptMissingPermission is set', async () => {
    const more = { acceptMissingPermission: true };
    expect(await choice('auto', { env: { GRAPH_TOKEN: POOR } }, more)).toMatchObject({ outcome: 'token' });
    expect((await choice('auto', {}, more)).outcome).toContain('no credential is configured here');
    expect(await choice('token', { env: { GRAPH_TOKEN: POOR } })).toMatchObject({ outcome: 'token' });
  });

  test('depends on the required access, and accepts an opaque token', async () => {
    const reading = jwt({ ...CLAIMS, roles: [READ] });
    expect(await choice('auto', { access: 'read', env: { GRAPH_TOKEN: reading } })).toMatchObject({
      outcome: 'token',
    });
    expect((await choice('auto', { access: 'read', env: { GRAPH_TOKEN: POOR } })).outcome).toContain(
      'lacks DeviceManagementConfiguration.Read.All, and',
    );
    expect(await choice('auto', { env: { GRAPH_TOKEN: 'opaque' } })).toMatchObject({ outcome: 'token' });
  });

  onPosix('shows a hint with the reason only if the token itself was refused', async () => {
    const path = '/nowhere/x';
    const env = {
      ...azWith(GOOD),
      AZURE_CLIENT_ID: 'x',
      AZURE_TENANT_ID: 'x',
      AZURE_CLIENT_CERTIFICATE_PATH: path,
    };
    expect((await choice('auto', { env })).notes).toEqual([
      `skipped credential certificate: AZURE_CLIENT_CERTIFICATE_PATH: ${path} cannot be read (ENOENT)`,
    ]);
  });

  onPosix(
    'reports a token of a tool that lacks the permission, and accepts it if it is the only one',
    async () => {
      const env = azWith(POOR);
      expect(await choice('auto', { env }, { acceptMissingPermission: true })).toMatchObject({
        outcome: 'azure-cli',
      });
      withAzd();
      const az = JSON.stringify({ accessToken: POOR });
      const azd = JSON.stringify({ token: GOOD, expiresOn: '2030-01-01' });
      const restore = replacePrograms((line) => ({ stdout: line.includes('get-access-token') ? az : azd }));
      try {
        expect(await choice('auto', { env, sleep: forever })).toMatchObject({
          outcome: 'azd',
          notes: [
            'skipped credential azure-cli: its token lacks DeviceManagementConfiguration.ReadWrite.All',
          ],
        });
      } finally {
        restore();
      }
    },
  );

  test('names the method that is not configured', async () => {
    expect(await choice('azure-cli', {})).toEqual({
      outcome:
        'sign-in: --auth azure-cli: az is not on PATH | run `graph-overview doctor --auth azure-cli` for details',
      notes: [],
      details: ['skipped credential azure-cli: az is not on PATH'],
    });
  });

  test('fails with the failure of the method', async () => {
    expect((await choice('token', { env: { GRAPH_TOKEN: EXPIRED } })).outcome).toBe(
      'sign-in: the token in GRAPH_TOKEN expired at 2025-12-31T23:59:00.000Z | set GRAPH_TOKEN to a new token',
    );
  });

  test('reports a wrong clock for an expired token', async () => {
    const now = NOW + 7_200_000;
    expect((await choice('token', { now, env: { GRAPH_TOKEN: GOOD } })).outcome).toBe(
      'sign-in: this machine’s clock is 120 min ahead of the service, and by this clock ' +
        'the token in GRAPH_TOKEN expired at 2026-01-01T01:00:00.000Z | set the clock, for example by NTP',
    );
  });

  const NO_FILE = { AZURE_CLIENT_ID: 'x', AZURE_TENANT_ID: 'x', AZURE_CLIENT_CERTIFICATE_PATH: '/nowhere/x' };
  const UNREADABLE = 'AZURE_CLIENT_CERTIFICATE_PATH: /nowhere/x cannot be read (ENOENT)';

  test('fails with the first failure of auto, and names the credential of an app registration', async () => {
    const { outcome } = await choice('auto', {
      env: { ...NO_FILE, AZURE_FEDERATED_TOKEN_FILE: '/nowhere/y' },
    });
    expect(outcome).toBe(`sign-in: certificate: ${UNREADABLE} | check the path and its permissions`);
    expect((await choice('certificate', { env: NO_FILE })).outcome).toBe(
      `sign-in: ${UNREADABLE} | check the path and its permissions`,
    );
    expect((await choice('auto', { env: { GRAPH_TOKEN: 'a b', ...NO_FILE } })).outcome).toBe(
      'sign-in: GRAPH_TOKEN is set, but is not a bearer token | set it to the token alone, without quotes or line breaks',
    );
  });

  test.each([
    ['client-secret', { AZURE_CLIENT_SECRET: 'x' }],
    ['workload-identity', { AZURE_FEDERATED_TOKEN_FILE: 'x' }],
  ])('names %s', async (name, env) => {
    expect((await choice('auto', { env })).outcome).toContain(`sign-in: ${name}: AZURE_CLIENT_ID, `);
  });

  test('names azure-pipelines', async () => {
    const env = {
      ...{ SYSTEM_OIDCREQUESTURI: 'x', SYSTEM_ACCESSTOKEN: 'x', AZURESUBSCRIPTION_TENANT_ID: 'a b' },
      ...{ AZURESUBSCRIPTION_CLIENT_ID: 'x', AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: 'x' },
    };
    expect((await choice('auto', { env })).outcome).toContain('sign-in: azure-pipelines: Invalid tenant id');
  });

  test('keeps the cause of the failure', async () => {
    await expect(chooseCredential('auto', here({ env: NO_FILE }))).rejects.toMatchObject({
      details: { cause: expect.objectContaining({ message: UNREADABLE }) },
    });
  });

  test('stops at a wrong setting and at an interruption', async () => {
    const app = { AZURE_CLIENT_ID: 'x', AZURE_TENANT_ID: TENANT, AZURE_CLIENT_SECRET: 'the-secret' };
    const wrong = { ...app, AZURE_AUTHORITY_HOST: 'http://x' };
    expect((await choice('auto', { env: wrong })).outcome).toContain(
      'usage: AZURE_AUTHORITY_HOST: "http://x"',
    );
    const interrupted = new Failure('interrupted', 'interrupted');
    const context = here({ env: app, signal: AbortSignal.abort(interrupted) });
    await expect(chooseCredential('auto', context)).rejects.toBe(interrupted);
  });

  test('fails with the message of the library, without secrets', async () => {
    const env = { AZURE_CLIENT_ID: 'x', AZURE_TENANT_ID: 'the secret', AZURE_CLIENT_SECRET: 'x' };
    const context = here({ env });
    context.secrets.conceal('tenant');
    const failure = await failureOf(() => chooseCredential('client-secret', context));
    expect(failure).toMatch(/^sign-in: Invalid \*\*\* id/);
    expect(failure).toContain(' | run `graph-overview doctor --auth client-secret` for details');
  });

  test('has a credential for every method', () => {
    const { auto: _, ...rest } = Object.fromEntries(AUTH_METHODS.map((method) => [method, method]));
    const methods = Object.entries(BY_METHOD).map(([name, { credential }]) => [name, credential.method]);
    expect(Object.fromEntries(methods)).toEqual(rest);
    expect(Object.entries(BY_METHOD).filter(([name, row]) => row.name !== name || row.configured)).toEqual(
      [],
    );
  });
});

describe('az', () => {
  const REQUEST = { scope: 'https://graph.microsoft.com/.default', claims: undefined };
  const acquire = async (env: Record<string, string>, more: ContextOptions = {}, claims?: string) => {
    const provider = await azureCli.open(here({ env, ...more }));
    return provider({ ...REQUEST, claims });
  };
  const tokenIn = async (text: string) => (await acquire(withAz(printing(text)))).value;
  const COMMAND = 'az account get-access-token --output json --resource https://graph.microsoft.com';
  const CHECK = ` | run \`${COMMAND}\` to see why`;

  onPosix('is available if it is on PATH', async () => {
    expect(await azureCli.unavailable(here())).toBe('az is not on PATH');
    expect(await azureCli.unavailable(here({ env: azWith('x') }))).toBeUndefined();
    expect(azureCli.method).toBe('azure-cli');
  });

  onPosix('is run with the resource, and with the tenant if one is given', async () => {
    const log = join(folder, 'called');
    const env = withAz(`echo "$@" >> '${log}'`, `pwd >> '${log}'`, `echo '{"accessToken":"the-token"}'`);
    const context = here({ env, tenant: TENANT });
    const token = await (await azureCli.open(context))(REQUEST);
    await acquire(env);
    expect(token).toEqual({ value: 'the-token', expires: undefined, method: 'azure-cli' });
    expect(context.secrets.blank('the-token')).toBe('***');
    const args = COMMAND.slice('az '.length);
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    expect(lines).toEqual([`${args} --tenant ${TENANT}`, '/', args, '/']);
  });

  onPosix.each(['SystemRoot', 'SYSTEMROOT'])(
    'is run by a shell on Windows, in the folder of %s',
    async (name) => {
      const log = join(folder, 'called');
      const env = withAz(`pwd > '${log}'`, `echo "$@" >> '${log}'`, `echo '{"accessToken":"the-token"}'`);
      const expanded = { [name]: folder, TENANT_OF_SHELL: 'expanded' };
      await acquire({ ...env, ...expanded }, { platform: 'win32', tenant: '$TENANT_OF_SHELL' });
      const [cwd, args] = readFileSync(log, 'utf8').split('\n');
      expect([cwd, args?.split(' ').at(-1)]).toEqual([folder, 'expanded']);
    },
  );

  onPosix.each([
    ['{"accessToken":"t"}', 't'],
    ['WARNING: a\n{"accessToken":"t"}', 't'],
    ['  {\n"accessToken":"t"\n}\nWARNING: {b}\n', 't'],
    ['\u001b[32m{"accessToken":"t"}\u001b[0m', 't'],
    ['WARNING: {a}\n{"accessToken":"t"}\n', 't'],
    ['{"accessToken":"t"} } {', 't'],
  ])('that prints %j returns the token %j', async (text, token) => {
    expect(await tokenIn(text)).toBe(token);
  });

  onPosix.each([
    ['', 'printed nothing'],
    ['\n ', 'printed nothing'],
    ['no JSON', 'printed no token'],
    ['{', 'printed no token'],
    ['}', 'printed no token'],
    ['{a}', 'printed no token'],
    ['x {"accessToken":"t"}', 'printed no token'],
    ['{}', 'printed no token'],
    ['{"accessToken":""}', 'printed no token'],
    ['{"accessToken":1}', 'printed no token'],
  ])('that prints %j is a failed sign-in: it %s', async (text, what) => {
    expect(await failureOf(() => tokenIn(text))).toBe(`sign-in: az ${what}${CHECK}`);
  });

  onPosix.each([
    [{ accessToken: jwt({ exp: 12 }), expires_on: 34 }, 12_000],
    [{ accessToken: 't', expires_on: 34, expiresOn: '2026-01-02 03:04:05.000000' }, 34_000],
    [{ accessToken: 't', expires_on: '34' }, 34_000],
    [{ accessToken: 't', expiresOn: '2026-01-02 03:04:05.000000' }, new Date(2026, 0, 2, 3, 4, 5).getTime()],
    [{ accessToken: 't', expires_on: null, expiresOn: 'never' }, undefined],
  ])('that prints %j returns the expiry %p', async (answer, expires) => {
    expect((await acquire(withAz(printing(JSON.stringify(answer))))).expires).toBe(expires);
  });

  test('cannot answer a challenge', async () => {
    expect(await failureOf(() => acquire({}, {}, '{"a":1}'))).toBe(
      'sign-in: Graph requires a new sign-in, which az cannot do by itself | ' +
        'run `az login --scope https://graph.microsoft.com/.default --claims-challenge "eyJhIjoxfQ=="`',
    );
  });

  const TRACEBACK = [
    'ERROR: The command failed with an unexpected error.',
    'Traceback (most recent call last):',
    '  File "x.py", line 1, in y',
    'azure.cli.core.Error: the cause',
    'To check existing issues, please visit: https://x',
  ].join('\n');
  onPosix.each([
    ['ERROR: the cause', 'the cause'],
    ['WARNING: x\nERROR: first\r\nERROR: the cause\nsome more', 'the cause'],
    ['one\ntwo\n the cause \n \n', 'the cause'],
    ['the ERROR: cause', 'the ERROR: cause'],
    ['ERROR: the cause.Trace ID: 1', 'the cause.'],
    ['ERROR: the cause. Trace ID: 1 Correlation ID: 2', 'the cause.'],
    [TRACEBACK, 'azure.cli.core.Error: the cause'],
    ['Traceback (most recent call last):\n  File "x"\nKeyboardInterrupt\nERROR: x', 'KeyboardInterrupt'],
    ['Traceback (most recent call last):\n  File "x"\nERROR: the cause', 'the cause'],
    ['Traceback 1\nOneError: a\nTraceback 2\n  x\nTwoError: b', 'TwoError: b'],
    ['\u001b[31mERROR: the cause\u001b[0m', 'the cause'],
    ['', 'ended with 3 and printed nothing'],
  ])('that writes %j to stderr is reported as %j', async (stderr, cause) => {
    const env = withAz(`printf '%s' '${stderr}' >&2`, 'exit 3');
    expect(await failureOf(() => acquire(env))).toBe(`sign-in: az: ${cause}${CHECK}`);
  });

  onPosix.each([
    ["ERROR: Please run 'az login' to setup account.", 'sign in with `az login`'],
    ['ERROR: AADSTS50076: x', 'sign in with `az login`'],
    ['WARNING: az login\nERROR: x', 'sign in with `az login`'],
    ['ERROR: AADSTS65001: x', 'an administrator must consent to the permission first'],
  ])('that writes %j to stderr gets the hint %j', async (stderr, hint) => {
    const env = withAz(`printf '%s' "${stderr}" >&2`, 'exit 1');
    expect(await failureOf(() => acquire(env))).toMatch(new RegExp(` \\| ${hint}$`));
  });

  onPosix('has no secrets in its failure, which keeps the cause', async () => {
    const context = here({ env: withAz('echo "ERROR: the-secret" >&2', 'exit 1') });
    context.secrets.conceal('the-secret');
    const failed = (await azureCli.open(context))(REQUEST);
    await expect(failed).rejects.toMatchObject({ message: 'az: ***', details: { cause: { code: 1 } } });
  });

  onPosix('that a signal terminates is reported with the signal', async () => {
    expect(await failureOf(() => acquire(withAz('kill -9 $$')))).toBe(
      `sign-in: az: ended with SIGKILL and printed nothing${CHECK}`,
    );
  });

  onPosix('that prints without end is stopped, and the reason is given', async () => {
    expect(
      await failureOf(() =>
        acquire(withAz('while :; do echo "WARNING: a line that is printed again and again"; done')),
      ),
    ).toBe(`sign-in: az printed more than 1048576 bytes${CHECK}`);
  });

  onPosix('with half a megabyte of braces is read in linear time', async () => {
    const braces = `b='}'; while [ \${#b} -lt 500000 ]; do b="$b$b"; done; echo "{\\"a\\":$b"`;
    expect(await failureOf(() => acquire(withAz(braces)))).toBe(`sign-in: az printed no token${CHECK}`);
  });

  onPosix('that takes too long is stopped, although it ignores SIGTERM', async () => {
    const programs = process.getBuiltinModule('node:child_process');
    const { execFile } = programs;
    const sooner = (file: string, args: string[], options: object, callback: () => void) =>
      execFile(file, args, { ...options, timeout: 300 }, callback);
    Object.assign(programs, { execFile: sooner });
    try {
      expect(await failureOf(() => acquire(withAz("trap '' TERM", 'while :; do :; done')))).toBe(
        `sign-in: az did not answer within 20 s${CHECK}`,
      );
    } finally {
      Object.assign(programs, { execFile });
    }
  });

  onPosix('is the checked program, although the system would find another one', async () => {
    const { PATH } = withAz(`echo '{"accessToken":"checked"}'`);
    const other = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
    writeFileSync(join(other, 'az'), `#!/bin/sh\necho '{"accessToken":"other"}'\n`, { mode: 0o755 });
    const relative = other.slice(1);
    expect((await acquire({ PATH: `${relative}:${PATH}` })).value).toBe('checked');
  });

  onPosix('is interrupted by the signal of the run', async () => {
    const interrupted = new Failure('interrupted', 'interrupted');
    const failed = acquire(azWith('x'), { signal: AbortSignal.abort(interrupted) });
    await expect(failed).rejects.toBe(interrupted);
  });
});

describe('the token of a request', () => {
  const given = (method: AuthMethod) => ({ method, onCommandLine: true });
  const byDefault = (method: AuthMethod) => ({ method, onCommandLine: false });
  const CHALLENGE = '{"a":1}';

  test('is a real one except on loopback without --auth', async () => {
    expect(sendsToken(byDefault('auto'), { loopback: false })).toBe(true);
    expect(sendsToken(byDefault('auto'), { loopback: true })).toBe(false);
    expect(sendsToken(given('auto'), { loopback: true })).toBe(true);
    const env = { GRAPH_TOKEN: GOOD };
    const loopback = here({ env, target: { loopback: true, baseUrl: graph.url } });
    expect(await tokenSource(byDefault('token'), loopback)(undefined)).toBe('local');
    expect(await tokenSource(given('token'), loopback)(undefined)).toBe(GOOD);
  });

  test('is not requested if the proxy for Graph cannot be used', async () => {
    const env = { HTTPS_PROXY: 'socks5://127.0.0.1:1' };
    const failure = (options: ContextOptions) =>
      failureOf(() => tokenSource(byDefault('token'), here(options))(undefined));
    const baseUrl = 'https://graph.microsoft.com';
    expect(await failure({ env, target: { baseUrl } })).toContain('usage: HTTPS_PROXY is a SOCKS proxy');
    const unset = 'sign-in: --auth token: GRAPH_TOKEN is not set';
    expect(await failure({ target: { baseUrl } })).toContain(unset);
    expect(await failure({ env })).toContain(unset);
    expect(
      await failure({ env: { ...env, NO_PROXY: 'graph.microsoft.com' }, target: { baseUrl } }),
    ).toContain(unset);
  });

  /** An `az` that prints these tokens, one for each run. */
  function azPrinting(...tokens: readonly string[]): Record<string, string> {
    const count = join(folder, 'count');
    const cases = tokens.map((token, index) => `${index + 1}) echo '{"accessToken":"${token}"}';;`);
    writeFileSync(count, '0');
    return withAz(
      `read -r n < '${count}'`,
      `n=$((n + 1)); echo "$n" > '${count}'`,
      `case $n in ${cases.join('\n')} esac`,
    );
  }

  onPosix('is requested once for many requests, and again before it expires', async () => {
    const soon = jwt({ ...CLAIMS, exp: NOW / 1_000 });
    const late = jwt({ ...CLAIMS, exp: NOW / 1_000 + 60 });
    const env = azPrinting(late, GOOD, soon);
    let now = NOW;
    const context = here({ env });
    const clock = { ...context.runtime.clock, now: () => now };
    const source = tokenSource(byDefault('azure-cli'), {
      ...context,
      runtime: { ...context.runtime, clock },
    });
    expect([await source(undefined), await source(undefined)]).toEqual([late, late]);
    now += 31_000;
    expect(await source(undefined)).toBe(GOOD);
    now += 3_600_000;
    // The renewed token is checked too.
    expect(await failureOf(() => source(undefined))).toContain('sign-in: the token of azure-cli expired');
  });

  onPosix('comes from the same credential after a challenge', async () => {
    const source = tokenSource(byDefault('azure-cli'), here({ env: azPrinting(GOOD) }));
    expect(await source(undefined)).toBe(GOOD);
    expect(await failureOf(() => source(CHALLENGE))).toContain('which az cannot do by itself');
  });

  onPosix('of another credential can answer a challenge', async () => {
    const lines: string[] = [];
    const restore = replacePrograms((line) => {
      lines.push(line);
      return { stdout: JSON.stringify({ token: GOOD, expiresOn: '2030-01-01' }) };
    });
    const source = tokenSource(byDefault('azd'), here({ env: withAzd(), sleep: forever }));
    expect(await source(CHALLENGE)).toBe(GOOD);
    restore();
    expect(lines.map((line) => line.includes('--claims'))).toEqual([false, true]);
  });

  test('in GRAPH_TOKEN cannot answer a challenge', async () => {
    const refused =
      'sign-in: Graph requires a new sign-in, and GRAPH_TOKEN cannot be renewed | set GRAPH_TOKEN to a new token';
    const manager = openTokenManager('token', here({ env: { GRAPH_TOKEN: GOOD } }));
    expect(await failureOf(() => manager.answer(CHALLENGE))).toBe(refused);
    expect((await manager.token()).value).toBe(GOOD);
    expect(await failureOf(() => manager.answer('{"b":2}'))).toBe(refused);
  });

  test('is requested again after a failure', async () => {
    const env: Record<string, string> = { PATH: '' };
    const context = here();
    const source = tokenSource(byDefault('token'), { ...context, runtime: { ...context.runtime, env } });
    expect(await failureOf(() => source(undefined))).toContain('GRAPH_TOKEN is not set');
    env.GRAPH_TOKEN = GOOD;
    expect(await source(undefined)).toBe(GOOD);
  });
});
