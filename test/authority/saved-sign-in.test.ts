import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ConnectProxy, startConnectProxy } from '../proxy/connect-proxy.ts';
import { type Authority, startAuthority } from './authority.ts';
import { runIdentityProgram } from './identity-program.ts';

const TENANT = '7a6f2c1e-3f57-4d0c-9f0e-5b1d6a2c8e90';
const SCOPE = 'https://graph.microsoft.com/.default';

/** Stores MSAL's serialized cache in a file that only its owner can read, and the account's record in another file. */
const PERSISTENCE = `
import { readFileSync, writeFileSync } from 'node:fs';
identity.useIdentityPlugin(({ cachePluginControl }) =>
  cachePluginControl.setPersistence(async ({ name }) => ({
    async beforeCacheAccess({ tokenCache }) {
      try {
        tokenCache.deserialize(readFileSync(process.env.FOLDER + '/' + name, 'utf8'));
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
      }
    },
    async afterCacheAccess({ cacheHasChanged, tokenCache }) {
      if (!cacheHasChanged) return;
      writeFileSync(process.env.FOLDER + '/' + name, tokenCache.serialize(), { mode: 0o600 });
    },
  })),
);
const recordFile = process.env.FOLDER + '/record';
const options = {
  authorityHost: process.env.AUTHORITY, disableInstanceDiscovery: true, tenantId: '${TENANT}',
  clientId: '14d82eec-204b-4c2f-b7e8-296a70dab67e', tokenCachePersistenceOptions: { enabled: true },
};
`;

const LOGIN = `${PERSISTENCE}
const credential = new identity.DeviceCodeCredential({ ...options, userPromptCallback: () => {} });
const record = await credential.authenticate('${SCOPE}');
writeFileSync(recordFile, identity.serializeAuthenticationRecord(record));
print(await credential.getToken('${SCOPE}'));
`;

const REUSE = `${PERSISTENCE}
const authenticationRecord = identity.deserializeAuthenticationRecord(readFileSync(recordFile, 'utf8'));
const credential = new identity.InteractiveBrowserCredential({
  ...options, authenticationRecord, disableAutomaticAuthentication: true,
});
await attempt(() => credential.getToken('${SCOPE}'));
`;

let authority: Authority;
let proxy: ConnectProxy;
let folder: string;

beforeAll(async () => {
  const hosts = ['login.microsoftonline.com', 'login.microsoftonline.us', 'login.chinacloudapi.cn'];
  authority = await startAuthority({ folder: mkdtempSync(join(tmpdir(), 'saved-sign-in-test-')), hosts });
  proxy = await startConnectProxy({
    targets: Object.fromEntries(hosts.map((host) => [`${host}:443`, authority.port])),
  });
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saved-sign-in-test-'));
  authority.requests.length = 0;
});

afterAll(async () => {
  await proxy.close();
  await authority.close();
});

/** Runs a program with a sign-in host of Microsoft; the proxy connects it to the authority. */
function run(body: string, host: string) {
  const env = {
    ...{ PATH: process.env.PATH ?? '', HOME: folder, FOLDER: folder, NODE_EXTRA_CA_CERTS: authority.caFile },
    ...(host.startsWith('127.') ? {} : { HTTPS_PROXY: proxy.url }),
    AUTHORITY: `https://${host}`,
  };
  return runIdentityProgram(folder, env, body);
}

const paths = (): string[] => authority.requests.map(({ path }) => path.replace(`/${TENANT}/`, ''));

describe('a saved sign-in', () => {
  test.each(['login.microsoftonline.com', 'login.microsoftonline.us'])(
    'at %s is reused by the next process without a request',
    async (host) => {
      const first = await run(LOGIN, host);
      expect(paths()).toContain('oauth2/v2.0/token');
      expect(JSON.parse(readFileSync(join(folder, 'record'), 'utf8'))).toMatchObject({
        ...{ authority: host, tenantId: TENANT, username: 'adele@contoso.example' },
      });
      expect(statSync(join(folder, 'msal.cache.nocae')).mode & 0o777).toBe(0o600);
      authority.requests.length = 0;
      const second = await run(REUSE, host);
      expect(second.result.token).toBe(first.result.token);
      expect(authority.requests).toEqual([]);
    },
  );

  test.each([
    ['login.chinacloudapi.cn', () => 'login.chinacloudapi.cn'],
    ['loopback', () => new URL(authority.url).host],
  ])(
    'at %s, which is not in the metadata of MSAL, is reused after one request for the configuration',
    async (_, host) => {
      const first = await run(LOGIN, host());
      authority.requests.length = 0;
      const second = await run(REUSE, host());
      expect(second.result.token).toBe(first.result.token);
      expect(paths()).toEqual(['v2.0/.well-known/openid-configuration']);
    },
  );

  test('is renewed with its refresh token shortly before it expires', async () => {
    authority.behaviour.accessTokenSeconds = 200;
    const first = await run(LOGIN, 'login.microsoftonline.com');
    authority.requests.length = 0;
    authority.behaviour.accessTokenSeconds = 3600;
    const second = await run(REUSE, 'login.microsoftonline.com');
    expect(second.result.token).not.toBe(first.result.token);
    expect(authority.requests.map(({ form }) => form.grant_type)).toEqual(['refresh_token']);
    authority.requests.length = 0;
    const third = await run(REUSE, 'login.microsoftonline.com');
    expect(third.result.token).toBe(second.result.token);
    expect(authority.requests).toEqual([]);
  });

  test('that was revoked fails without a browser', async () => {
    authority.behaviour.accessTokenSeconds = 200;
    await run(LOGIN, 'login.microsoftonline.com');
    authority.behaviour.accessTokenSeconds = 3600;
    authority.revokeRefreshTokens();
    const { result } = await run(REUSE, 'login.microsoftonline.com');
    expect(result.error).toBe('AuthenticationRequiredError');
  });
});
