import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { runIdentityProgram } from '../authority/identity-program.ts';
import { type ConnectProxy, type ConnectProxyOptions, startConnectProxy } from './connect-proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'connect-proxy-test-'));
let authority: Authority;
let proxy: ConnectProxy;

beforeAll(async () => {
  authority = await startAuthority({
    folder,
    hosts: ['login.microsoftonline.com', 'login.elsewhere.example'],
    apps: [{ clientId: 'app', secret: 'the secret' }],
  });
});

afterEach(() => proxy.close());
afterAll(() => authority.close());

async function start(options: ConnectProxyOptions): Promise<ConnectProxy> {
  proxy = await startConnectProxy(options);
  return proxy;
}

function getToken(env: Record<string, string>, host = authority.url, disableInstanceDiscovery = true) {
  return runIdentityProgram(
    folder,
    { PATH: process.env.PATH ?? '', NODE_EXTRA_CA_CERTS: authority.caFile, ...env },
    `const options = {
  authorityHost: '${host}', disableInstanceDiscovery: ${disableInstanceDiscovery}, retryOptions: { maxRetries: 0 },
};
await attempt(() => new identity.ClientSecretCredential('contoso.example', 'app', 'the secret', options)
  .getToken('https://graph.microsoft.com/.default'));`,
  );
}

const CREDENTIALS = { user: 'someone@example', password: 'p:/ä' };

describe('a CONNECT proxy', () => {
  test('tunnels a host of Microsoft to a server on loopback, which has a certificate for it', async () => {
    const { url, requests } = await start({ targets: { 'login.microsoftonline.com:443': authority.port } });
    const { result } = await getToken({ HTTPS_PROXY: url }, 'https://login.microsoftonline.com');
    expect(result).toHaveProperty('token');
    expect(requests).toEqual([
      { target: 'login.microsoftonline.com:443', authorization: undefined, status: 200 },
    ]);
  });

  test('tunnels the discovery of a host that MSAL does not know', async () => {
    const ports = {
      'login.microsoftonline.com:443': authority.port,
      'login.elsewhere.example:443': authority.port,
    };
    const { url, requests } = await start({ targets: ports });
    const { result } = await getToken({ HTTPS_PROXY: url }, 'https://login.elsewhere.example', false);
    expect(result).toHaveProperty('token');
    expect(authority.requests.at(-3)).toMatchObject({ path: '/common/discovery/instance' });
    expect(requests.map(({ target }) => target)).toContain('login.microsoftonline.com:443');
  });

  test('does not connect to other hosts', async () => {
    const { url, requests } = await start({});
    const { result } = await getToken({ HTTPS_PROXY: url }, 'https://login.microsoftonline.com');
    expect(result).toHaveProperty('error');
    expect(requests.map(({ status }) => status)).toEqual([502]);
  });

  test('accepts the right credentials', async () => {
    const { url, requests } = await start({ credentials: CREDENTIALS });
    const { result } = await getToken({ HTTPS_PROXY: url });
    expect(result).toHaveProperty('token');
    expect(new Set(requests.map(({ target, status }) => `${target} ${status}`))).toEqual(
      new Set([`127.0.0.1:${authority.port} 200`]),
    );
  });

  test('rejects requests without credentials', async () => {
    const { urlWithoutCredentials, requests } = await start({ credentials: CREDENTIALS });
    const { result } = await getToken({ HTTPS_PROXY: urlWithoutCredentials });
    expect(result).toHaveProperty('error');
    expect(requests.map(({ status }) => status)).toEqual([407]);
  });

  test('is not used for hosts in NO_PROXY', async () => {
    const { url, requests } = await start({});
    const { result } = await getToken({ HTTPS_PROXY: url, NO_PROXY: '127.0.0.1' });
    expect(result).toHaveProperty('token');
    expect(requests).toEqual([]);
  });
});
