import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { runIdentityProgram } from './identity-program.ts';
import { type ManagedIdentity, startManagedIdentity } from './managed-identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'managed-identity-test-'));
let identity: ManagedIdentity;

beforeAll(async () => {
  identity = await startManagedIdentity({
    token: (resource) => `token for ${resource}`,
    expiresInSeconds: 3600,
  });
});

beforeEach(() => {
  identity.requests.length = 0;
});

afterAll(() => identity.close());

function getToken(options = '', env: Record<string, string> = {}) {
  return runIdentityProgram(
    folder,
    { PATH: process.env.PATH ?? '', ...identity.env, ...env },
    `await attempt(() => new identity.ManagedIdentityCredential(${options}).getToken('https://graph.microsoft.com/.default'));`,
  );
}

describe('the identity endpoint of App Service', () => {
  test('returns a token for the resource', async () => {
    const { result } = await getToken();
    expect(result.token).toBe('token for https://graph.microsoft.com');
    expect(identity.requests.map(({ query }) => query)).toEqual([
      { 'api-version': '2019-08-01', resource: 'https://graph.microsoft.com' },
    ]);
  });

  test('receives the client id of the identity', async () => {
    await getToken(`'an-identity'`);
    expect(identity.requests[0]?.query.client_id).toBe('an-identity');
  });

  test('refuses a request with a wrong X-IDENTITY-HEADER', async () => {
    const { result } = await getToken('', { IDENTITY_HEADER: 'a guess' });
    expect(result.error).toBe('CredentialUnavailableError');
    expect(result.message).toContain('X-IDENTITY-HEADER is missing or wrong');
  });
});
