import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from './authority.ts';
import { installBrowser } from './browser.ts';
import { runIdentityProgram } from './identity-program.ts';
import { postForm } from './post-form.ts';
import { defaultBehaviour } from './tenant.ts';
import { verifiedClaims } from './verified-claims.ts';

const TENANT = '7a6f2c1e-3f57-4d0c-9f0e-5b1d6a2c8e90';
const CLIENT = '14d82eec-204b-4c2f-b7e8-296a70dab67e';
const SCOPE = 'https://graph.microsoft.com/.default';
const TOKEN = `/${TENANT}/oauth2/v2.0/token`;

const folder = mkdtempSync(join(tmpdir(), 'user-sign-in-test-'));
let authority: Authority;

beforeAll(async () => {
  authority = await startAuthority({ folder });
});

afterEach(() => {
  authority.requests.length = 0;
  Object.assign(authority.behaviour, defaultBehaviour());
});

afterAll(() => authority.close());

function signIn(credential: string, env: Record<string, string> = {}) {
  return runIdentityProgram(
    folder,
    { PATH: process.env.PATH ?? '', HOME: folder, NODE_EXTRA_CA_CERTS: authority.caFile, ...env },
    `const options = {
  authorityHost: '${authority.url}', disableInstanceDiscovery: true, tenantId: '${TENANT}', clientId: '${CLIENT}',
};
const prompts = [];
const userPromptCallback = (prompt) => prompts.push(prompt);
await attempt(async () => {
  const credential = ${credential};
  const { token } = await credential.getToken('${SCOPE}');
  const again = await credential.getToken('${SCOPE}');
  return { token, again: again.token, prompts };
});`,
  );
}

const paths = (): string[] => authority.requests.map(({ path }) => path.split('/').slice(2).join('/'));

describe('a device code', () => {
  const DEVICE = 'new identity.DeviceCodeCredential({ ...options, userPromptCallback })';

  test('is granted after the set number of polls', async () => {
    authority.behaviour.deviceCode.pending = 2;
    const { result } = await signIn(DEVICE);
    expect(verifiedClaims(result.token)).toMatchObject({
      ...{ aud: 'https://graph.microsoft.com', tid: TENANT, appid: CLIENT, name: 'Adele Vance' },
      ...{ scp: 'DeviceManagementConfiguration.ReadWrite.All User.Read' },
      preferred_username: 'adele@contoso.example',
    });
    expect(result.again).toBe(result.token);
    expect(result.prompts).toEqual([
      expect.objectContaining({ verificationUri: 'https://microsoft.com/devicelogin', expiresIn: 900 }),
    ]);
    expect(paths()).toEqual([
      'v2.0/.well-known/openid-configuration',
      'oauth2/v2.0/devicecode',
      ...['oauth2/v2.0/token', 'oauth2/v2.0/token', 'oauth2/v2.0/token'],
    ]);
  });

  test.each([
    ['declined', 'post_request_failed: authorization_declined'],
    ['expired', 'post_request_failed: expired_token'],
  ] as const)('is %s', async (outcome, message) => {
    authority.behaviour.deviceCode.outcome = outcome;
    const { result } = await signIn(DEVICE);
    expect(result).toEqual({ error: 'AuthenticationRequiredError', message });
  });

  test('that is unknown is refused', async () => {
    const form = { client_id: CLIENT, grant_type: 'device_code', device_code: 'another' };
    const { status, body } = await postForm(authority, TOKEN, form);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'bad_verification_code', error_codes: [70018] });
    expect(body.error_description).toMatch(/^AADSTS70018: .* Trace ID: .* Correlation ID: .* Timestamp: /);
  });
});

describe('a browser', () => {
  const BROWSER = 'new identity.InteractiveBrowserCredential(options)';

  test('follows the redirect to the client, which redeems the code with PKCE', async () => {
    const { result } = await signIn(BROWSER, installBrowser(join(folder, 'browser')));
    expect(verifiedClaims(result.token)).toMatchObject({ preferred_username: 'adele@contoso.example' });
    expect(paths()).toEqual([
      'v2.0/.well-known/openid-configuration',
      'oauth2/v2.0/authorize',
      'oauth2/v2.0/token',
    ]);
    const [, authorize, token] = authority.requests;
    const verifier = token?.form.code_verifier ?? '';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    expect(authorize?.query).toMatchObject({ code_challenge_method: 'S256', code_challenge: challenge });
    expect(authorize?.query.redirect_uri).toMatch(/^http:\/\/localhost:\d+$/);
  });

  test('returns the refusal of the authority', async () => {
    authority.behaviour.authorizeError = { error: 'access_denied', description: 'AADSTS65004: declined' };
    const { result } = await signIn(BROWSER, installBrowser(join(folder, 'browser')));
    expect(result).toEqual({
      error: 'AuthenticationRequiredError',
      message: 'access_denied: AADSTS65004: declined',
    });
  });
});

describe('the token endpoint', () => {
  const verifier = 'a-verifier-of-the-test-that-is-long-enough-to-be-one';
  const redirectUri = 'http://localhost:4711';

  /** Signs in as a browser would, and returns the code of the redirect. */
  async function code(): Promise<string> {
    const { answer } = (
      await runIdentityProgram(
        folder,
        { PATH: process.env.PATH ?? '', NODE_EXTRA_CA_CERTS: authority.caFile },
        `const answer = await fetch(${JSON.stringify(authorizeUrl())}, { redirect: 'manual' });
print({ answer: answer.headers.get('location') });`,
      )
    ).result;
    return new URL(String(answer)).searchParams.get('code') ?? '';
  }

  function authorizeUrl(): string {
    const url = new URL(`/${TENANT}/oauth2/v2.0/authorize`, authority.url);
    url.search = new URLSearchParams({
      ...{ client_id: CLIENT, redirect_uri: redirectUri, scope: SCOPE, state: 'x', response_type: 'code' },
      ...{ code_challenge_method: 'S256' },
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    }).toString();
    return url.href;
  }

  const redeem = (value: string, more: Record<string, string> = {}) =>
    postForm(authority, TOKEN, {
      ...{ client_id: CLIENT, grant_type: 'authorization_code', redirect_uri: redirectUri },
      ...{ code: value, code_verifier: verifier, ...more },
    });

  test('accepts a code once', async () => {
    const value = await code();
    expect((await redeem(value)).status).toBe(200);
    expect((await redeem(value)).body).toMatchObject({ error: 'invalid_grant', error_codes: [54005] });
  });

  test('refuses a code without its verifier', async () => {
    const { body } = await redeem(await code(), { code_verifier: 'another' });
    expect(body).toMatchObject({ error: 'invalid_grant', error_codes: [501481] });
  });

  test('returns new tokens for a refresh token until it is revoked', async () => {
    const { body } = await redeem(await code());
    const refresh = { client_id: CLIENT, grant_type: 'refresh_token', scope: SCOPE };
    const form = { ...refresh, refresh_token: String(body.refresh_token) };
    const renewed = await postForm(authority, TOKEN, form);
    expect(verifiedClaims(renewed.body.access_token)).toMatchObject({ name: 'Adele Vance' });
    expect(renewed.body.access_token).not.toBe(body.access_token);
    authority.revokeRefreshTokens();
    const revoked = await postForm(authority, TOKEN, form);
    expect(revoked.body).toMatchObject({ error: 'invalid_grant', error_codes: [700082] });
  });
});
