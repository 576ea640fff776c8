import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { installAz, pathWith } from '../authority/developer-tools.ts';
import { startManagedIdentity } from '../authority/managed-identity.ts';
import {
  environmentOf,
  errorOf,
  folderFor,
  runHere,
  type StrictGraph,
  servePermissions,
  TENANT,
  WRITE,
} from '../end-to-end/sign-in-fixture.ts';
import { BINARY, runBinary } from '../support/binary.ts';
import { distrustRoot, trustRoot } from '../support/trust-root.ts';

let authority: Authority;
let graph: StrictGraph;

beforeAll(async () => {
  authority = await startAuthority({ folder: folderFor('refusals') });
  trustRoot(readFileSync(authority.caFile, 'utf8'));
  graph = await servePermissions();
});

afterAll(() => {
  distrustRoot();
  return Promise.all([authority.close(), graph.close()]);
});

const inAnHour = () => new Date(Date.now() + 3_600_000);

/** The environment with an `az` that prints a token with these claims. */
function withAz(claims: Record<string, unknown>): Record<string, string> {
  const bin = folderFor('bin');
  installAz(bin, { token: authority.issue(claims), expires: inAnHour() });
  return { ...environmentOf(authority), PATH: pathWith(bin) };
}

describe('a GRAPH_TOKEN that cannot be used', () => {
  test.each([
    [{ aud: 'https://graph.microsoft.us' }, '--cloud usgov'],
    [{ exp: 1_000 }, 'set GRAPH_TOKEN to a new token'],
  ])('is reported with a hint, also by auto: %j', async (claims, remedy) => {
    const env = { ...environmentOf(authority), GRAPH_TOKEN: authority.issue({ scp: WRITE, ...claims }) };
    const ended = await runHere(['whoami', '-o', 'json'], { env });
    expect(ended.code).toBe(3);
    expect(errorOf(ended).message).toMatch(/^the token in GRAPH_TOKEN /);
    expect(errorOf(ended).hint).toContain(remedy);
  });

  test('is reported if another credential is used', async () => {
    const env = { ...withAz({ scp: WRITE }), GRAPH_TOKEN: authority.issue({ scp: WRITE, exp: 1_000 }) };
    const ended = await runHere(['whoami', '-o', 'json'], { env });
    expect(JSON.parse(ended.stdout)).toMatchObject({ method: 'azure-cli' });
    expect(ended.stderr).toContain('skipped credential token: the token in GRAPH_TOKEN expired');
  });
});

describe('a token that lacks the permission, without any other', () => {
  test('is shown by whoami', async () => {
    const ended = await runHere(['whoami', '-o', 'json'], { env: withAz({ scp: 'User.Read' }) });
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ method: 'azure-cli', permissions: ['User.Read'] });
  });

  test('is checked by doctor', async () => {
    const args = ['doctor', '--auth', 'auto', '--endpoint', graph.url, '-o', 'json'];
    const ended = await runHere(args, { env: withAz({ scp: 'User.Read' }) });
    const verdicts = Object.fromEntries(
      (JSON.parse(ended.stdout) as { check: string; verdict: string }[]).map(({ check, verdict }) => [
        check,
        verdict,
      ]),
    );
    expect(verdicts).toMatchObject({ 'Sign-in': 'ok', Audience: 'ok', Expiry: 'ok', Permission: 'fail' });
    expect(ended.code).toBe(4);
  });
});

test('doctor checks GRAPH_TOKEN on loopback only if it is sent, and otherwise says that it is not', async () => {
  const env = { ...environmentOf(authority), GRAPH_TOKEN: authority.issue({ scp: 'User.Read' }) };
  const unsent = await runHere(['doctor', '--local', '-o', 'json'], { env });
  expect(unsent.code).toBe(0);
  expect(JSON.parse(unsent.stdout)).toContainEqual({
    check: 'Sign-in',
    verdict: 'skip',
    detail: 'a Graph on loopback needs no sign-in: GRAPH_TOKEN is sent to it only with `--auth token`',
    remedy: null,
  });
  const ended = await runHere(['doctor', '--auth', 'token', '--endpoint', graph.url, '-o', 'json'], {
    env,
  });
  expect(JSON.parse(ended.stdout)).toContainEqual(
    expect.objectContaining({ check: 'Permission', verdict: 'fail' }),
  );
  expect(ended.code).toBe(4);
});

test.each([{ GRAPH_OVERVIEW_LOCAL: '1' }, { GRAPH_OVERVIEW_ENDPOINT: 'http://127.0.0.1:1' }])(
  'whoami says that its token is not sent to loopback: %j',
  async (where) => {
    const env = { ...environmentOf(authority), ...where, GRAPH_TOKEN: authority.issue({ scp: WRITE }) };
    const note = 'is on loopback: the token is not sent to it without `--auth`';
    expect((await runHere(['whoami'], { env })).stderr).toContain(note);
    expect((await runHere(['whoami', '--auth', 'token'], { env })).stderr).toBe('');
  },
);

describe('a wrong setting is a usage error', () => {
  test.each([
    ['an invalid tenant', ['login', '--device-code', '--tenant', 'a b'], {}, '--tenant: "a b"'],
    ['a proxy that is not a URL', ['doctor'], { HTTPS_PROXY: ':::' }, 'HTTPS_PROXY is not a proxy URL'],
    [
      'a password with a lone percent sign',
      ['get', 'id:x'],
      { HTTPS_PROXY: 'http://me:100%@127.0.0.1:1' },
      'HTTPS_PROXY is not a proxy URL',
    ],
    [
      'the authority of another cloud',
      ['login', '--device-code'],
      { AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.us' },
      'to the cloud usgov or dod, not to global',
    ],
    ['a login with a secret', ['login', '--auth', 'client-secret'], {}, '--auth client-secret'],
  ])('such as %s', async (_, args, more, words) => {
    const ended = await runHere([...args, '-o', 'json'], { env: { ...environmentOf(authority), ...more } });
    expect([ended.code, errorOf(ended).message]).toEqual([2, expect.stringContaining(words)]);
  });

  test('except for an invalid proxy, if the command does not use it', async () => {
    const args = ['get', '5a3b1c00-0b1e-4d5a-9c3e-000000000001', '--local'];
    for (const HTTPS_PROXY of [':::', 'http://me:100%@127.0.0.1:1'])
      expect((await runHere(args, { env: { ...environmentOf(authority), HTTPS_PROXY } })).code).toBe(0);
  });
});

test('a managed identity is requested without the proxy', async () => {
  const identity = await startManagedIdentity({ token: () => authority.issue({ scp: WRITE }) });
  const env = { ...environmentOf(authority), ...identity.env, HTTPS_PROXY: 'http://127.0.0.1:1' };
  const ended = await runBinary(['whoami', '--auth', 'managed-identity'], { env });
  await identity.close();
  expect(ended.code).toBe(0);
});

test('one Ctrl-C ends the wait for a browser', async () => {
  const folder = folderFor('closed-browser');
  const opened = join(folder, 'opened');
  writeFileSync(join(folder, 'browser'), `#!/bin/sh\ntouch '${opened}'\n`, { mode: 0o755 });
  const env = {
    ...environmentOf(authority),
    BROWSER: join(folder, 'browser'),
    XDG_CURRENT_DESKTOP: 'X-Generic',
  };
  const child = spawn(process.execPath, [BINARY, 'whoami', '--auth', 'browser', '--tenant', TENANT], {
    env,
    stdio: 'ignore',
  });
  while (!existsSync(opened)) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  expect(code).toBe(130);
});

test('a host that never completes the TLS handshake ends with the time-out', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const env = { ...environmentOf(authority), AZURE_AUTHORITY_HOST: url, GRAPH_TOKEN: authority.issue() };
  const args = ['--endpoint', url, '--timeout', '500ms', '--retries', '0', '-o', 'json'];
  const got = await runBinary(['get', 'id:x', ...args], { env });
  expect([got.code, errorOf(got).message]).toEqual([7, expect.stringContaining('within 0.5 s')]);
  const signIn = await runBinary(['login', '--device-code', '--timeout', '500ms', '-o', 'json'], { env });
  expect([signIn.code, errorOf(signIn).message]).toEqual([7, expect.stringContaining('within 0.5 s')]);
  silent.close();
});
