import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { defaultBehaviour } from '../authority/tenant.ts';
import { type ConnectProxy, startConnectProxy } from '../proxy/connect-proxy.ts';
import { type Ended, runBinary } from '../support/binary.ts';
import { distrustRoot, trustRoot } from '../support/trust-root.ts';
import {
  environmentOf,
  errorOf,
  folderFor,
  READ,
  runHere,
  type StrictGraph,
  servePermissions,
  TENANT,
  WRITE,
} from './sign-in-fixture.ts';

const APP = '11111111-1111-4111-8111-111111111111';
const READER = '44444444-4444-4444-8444-444444444444';
const STRANGER = '55555555-5555-4555-8555-555555555555';

let authority: Authority;
let graph: StrictGraph;

beforeAll(async () => {
  authority = await startAuthority({
    folder: folderFor('doctor'),
    hosts: ['login.microsoftonline.com', 'graph.microsoft.com'],
    apps: [
      { clientId: APP, secret: 'the-secret', roles: [WRITE] },
      { clientId: READER, secret: 'the-secret', roles: [READ] },
      { clientId: STRANGER, secret: 'the-secret', roles: ['User.Read.All'] },
    ],
  });
  trustRoot(readFileSync(authority.caFile, 'utf8'));
  graph = await servePermissions();
});

afterEach(() => {
  Object.assign(authority.behaviour, defaultBehaviour());
});

afterAll(() => {
  distrustRoot();
  return Promise.all([authority.close(), graph.close()]);
});

function app(clientId: string): Record<string, string> {
  return {
    ...environmentOf(authority),
    AZURE_TENANT_ID: TENANT,
    AZURE_CLIENT_ID: clientId,
    AZURE_CLIENT_SECRET: 'the-secret',
  };
}

async function doctor(env: Record<string, string>, ...more: string[]) {
  const ended = await runHere(
    ['doctor', '--auth', 'client-secret', '--endpoint', graph.url, '-o', 'json', ...more],
    { env },
  );
  const checks = JSON.parse(ended.stdout) as {
    check: string;
    verdict: string;
    detail: string;
    remedy: string | null;
  }[];
  return { ended, checks, of: (name: string) => checks.find(({ check }) => check === name) };
}

describe('doctor', () => {
  test('passes all checks', async () => {
    const { ended, checks, of } = await doctor(app(APP));
    expect(ended.code).toBe(0);
    expect(checks.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['Node', 'ok'],
      ['Proxy', 'skip'],
      ['Sign-in service', 'ok'],
      ['Graph', 'ok'],
      ['Clock', 'ok'],
      ['Sign-in', 'ok'],
      ['Audience', 'ok'],
      ['Tenant', 'ok'],
      ['Expiry', 'ok'],
      ['Permission', 'ok'],
      ['Read', 'ok'],
    ]);
    expect(of('Sign-in')?.detail).toBe('with client-secret');
    expect(of('Audience')?.detail).toBe('https://graph.microsoft.com');
    expect(of('Tenant')?.detail).toBe(TENANT);
  });

  test('warns about a permission that only allows reading', async () => {
    const { ended, of } = await doctor(app(READER));
    expect(ended.code).toBe(0);
    expect(of('Permission')).toMatchObject({
      verdict: 'warn',
      detail: expect.stringContaining('read only'),
    });
  });

  test('exits with code 4 if the permission is missing', async () => {
    const { ended, of } = await doctor(app(STRANGER));
    expect(ended.code).toBe(4);
    expect(of('Permission')?.verdict).toBe('fail');
    expect(of('Read')?.verdict).toBe('fail');
    expect(errorOf(ended)).toMatchObject({ kind: 'permission' });
  });

  test('exits with code 3 for a wrong secret, and skips checks that need a token', async () => {
    const { ended, of } = await doctor({ ...app(APP), AZURE_CLIENT_SECRET: 'wrong-secret' });
    expect(ended.code).toBe(3);
    expect(of('Sign-in')).toMatchObject({
      verdict: 'fail',
      detail: expect.stringContaining('AADSTS7000215'),
    });
    expect([of('Audience')?.verdict, of('Read')?.verdict]).toEqual(['skip', 'skip']);
  });

  test.each([
    [120, 'warn', 0],
    [900, 'fail', 3],
  ])('checks a clock that is wrong by %i s: %s', async (seconds, verdict, code) => {
    authority.behaviour.clockAheadSeconds = seconds;
    const { ended, of } = await doctor(app(APP));
    expect(of('Clock')?.verdict).toBe(verdict);
    expect(ended.code).toBe(code);
  });

  test('exits with code 7 if Graph cannot be reached', async () => {
    const ended = await runHere(
      ['doctor', '--auth', 'client-secret', '--endpoint', 'http://127.0.0.1:1', '-o', 'json'],
      { env: app(APP) },
    );
    expect(ended.code).toBe(7);
  });

  test('prints remedies below the table', async () => {
    const { stdout } = await runBinary(['doctor', '--auth', 'client-secret', '--endpoint', graph.url], {
      env: app(STRANGER),
    });
    expect(stdout).toMatch(/Permission +✗ fail/);
    expect(stdout).toContain('What to do');
  });
});

describe('through a CONNECT proxy, with the names of the real cloud', () => {
  let proxy: ConnectProxy;
  const seen: string[] = [];

  beforeAll(async () => {
    // One TLS server is both hosts; the test covers the tunnels, and the certificate of each name.
    const port = authority.port;
    proxy = await startConnectProxy({
      targets: { 'graph.microsoft.com:443': port, 'login.microsoftonline.com:443': port },
      credentials: { user: 'me', password: 'pass word' },
    });
  });

  beforeEach(() => {
    authority.behaviour.intercept = ({ method, path }) => {
      if (!path.startsWith('/beta/')) return undefined;
      seen.push(`${method} ${path}`);
      return { status: 200, body: { id: 'x', pendingCount: 7, value: [] } };
    };
  });

  afterAll(() => proxy.close());

  function environment(): Record<string, string> {
    const { AZURE_AUTHORITY_HOST: _, ...env } = app(APP) as Record<string, string>;
    return { ...env, HTTPS_PROXY: proxy.url };
  }

  const GET = ['get', 'id:x', '-o', 'json'];
  const get = (env: Record<string, string>): Promise<Ended> => runHere(GET, { env });

  test('Graph and the sign-in are reached through it', async () => {
    const ended = await runBinary(GET, { env: environment() });
    expect([ended.code, JSON.parse(ended.stdout || '{}').pendingCount]).toEqual([0, 7]);
    expect(seen.at(-1)).toBe('GET /beta/deviceManagement/deviceConfigurations/x/deviceStatusOverview');
    expect(proxy.requests.map(({ target, status }) => `${target} ${status}`)).toEqual(
      expect.arrayContaining(['login.microsoftonline.com:443 200', 'graph.microsoft.com:443 200']),
    );
  });

  test('a proxy that cannot be reached, or requires a password, is reported', async () => {
    const claims = { aud: 'https://graph.microsoft.com', exp: 9_000_000_000, roles: [READ] };
    const token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
    const gone = await get({ ...environment(), GRAPH_TOKEN: token, HTTPS_PROXY: 'http://127.0.0.1:1' });
    expect(gone.code).toBe(7);
    const without = proxy.urlWithoutCredentials;
    const refused = await get({ ...environment(), GRAPH_TOKEN: token, HTTPS_PROXY: without });
    expect(refused.code).toBe(7);
    // Without a token the sign-in fails first, with its own message.
    const unsigned = await get({ ...environment(), HTTPS_PROXY: without });
    expect([unsigned.code, unsigned.stderr.includes('proxy')]).toEqual([7, true]);
    expect(gone.stderr).toContain('no answer from the proxy http://127.0.0.1:1: the connection was refused');
    expect(refused.stderr).toContain('the proxy requires a user and a password');
  });

  test('hosts in NO_PROXY are reached directly', async () => {
    const before = proxy.requests.length;
    // The real names cannot be reached here without the proxy, so loopback is the excepted host.
    const env = { ...environment(), AZURE_AUTHORITY_HOST: authority.url, NO_PROXY: '127.0.0.1' };
    const ended = await runHere(
      ['get', 'id:x', '--auth', 'client-secret', '--endpoint', authority.url, '-o', 'json'],
      { env },
    );
    expect(ended.code).toBe(0);
    expect(proxy.requests).toHaveLength(before);
  });

  test('doctor prints the proxy without its password', async () => {
    const ended = await runHere(['doctor', '-o', 'json'], { env: environment() });
    const checks = JSON.parse(ended.stdout) as { check: string; detail: string }[];
    expect(checks.find(({ check }) => check === 'Proxy')?.detail).toBe(
      `http://me:***@127.0.0.1:${new URL(proxy.url).port}`,
    );
  });

  test('the certificate is not trusted without the private root', async () => {
    const env = environment();
    delete env.NODE_EXTRA_CA_CERTS;
    const ended = await runBinary(GET, { env });
    expect(ended.code).toBe(7);
    expect(ended.stderr).toContain('NODE_EXTRA_CA_CERTS');
  });
});
