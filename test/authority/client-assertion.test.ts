import {
  constants,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createAppCertificate } from './certificates.ts';
import { type Expected, verifyClientAssertion } from './client-assertion.ts';
import { segment } from './signing-key.ts';

const NOW = Date.UTC(2026, 0, 2);
const AUDIENCE = 'https://login.example/tenant/oauth2/v2.0/token';

let expected: Expected;
let key: KeyObject;
let sha1: string;
let sha256: string;

beforeAll(async () => {
  const { certificate, privateKey } = await createAppCertificate();
  expected = { certificate, clientId: 'app', audience: AUDIENCE, now: NOW };
  key = createPrivateKey(privateKey);
  const parsed = new X509Certificate(certificate);
  sha1 = Buffer.from(parsed.fingerprint.replaceAll(':', ''), 'hex').toString('base64url');
  sha256 = Buffer.from(parsed.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
});

interface AssertionOptions {
  readonly header?: object;
  readonly claims?: object;
  readonly key?: KeyObject;
  readonly padding?: number;
}

function assertion(options: AssertionOptions = {}): string {
  const claims = { aud: AUDIENCE, iss: 'app', sub: 'app', nbf: NOW / 1000, exp: NOW / 1000 + 600 };
  const header = options.header ?? { alg: 'PS256', 'x5t#S256': sha256 };
  const signed = `${segment(header)}.${segment({ ...claims, ...options.claims })}`;
  const padding = options.padding ?? constants.RSA_PKCS1_PSS_PADDING;
  const signature = sign('sha256', Buffer.from(signed), {
    key: options.key ?? key,
    padding,
    ...(padding === constants.RSA_PKCS1_PSS_PADDING ? { saltLength: 32 } : {}),
  });
  return `${signed}.${signature.toString('base64url')}`;
}

const verifying = (token: string) => () => verifyClientAssertion(token, expected);

describe('a client assertion', () => {
  test('is accepted with PS256 and the SHA-256 thumbprint', () => {
    expect(verifying(assertion())).not.toThrow();
  });

  test('is accepted with RS256 and the SHA-1 thumbprint', () => {
    const token = assertion({ header: { alg: 'RS256', x5t: sha1 }, padding: constants.RSA_PKCS1_PADDING });
    expect(verifying(token)).not.toThrow();
  });

  test('that another key signed is refused', () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect(verifying(assertion({ key: other }))).toThrow('failed signature validation');
  });

  test('that was changed after signing is refused', () => {
    const [header, , signature] = assertion().split('.');
    const claims = segment({ aud: AUDIENCE, iss: 'app', sub: 'app', exp: NOW / 1000 + 601 });
    expect(verifying(`${header}.${claims}.${signature}`)).toThrow('failed signature validation');
  });

  test.each([
    ['without an algorithm', { alg: 'none' }, 'failed signature validation'],
    ['with a signature of another algorithm', { alg: 'RS256' }, 'failed signature validation'],
  ])('%s is refused', (_, header, message) => {
    expect(verifying(assertion({ header: { ...header, 'x5t#S256': sha256 } }))).toThrow(message);
  });

  test('of another certificate is refused', () => {
    expect(verifying(assertion({ header: { alg: 'PS256', 'x5t#S256': sha1 } }))).toThrow('not registered');
  });

  test.each([
    ['for another audience', { aud: `${AUDIENCE}2` }, 'is not accepted'],
    ['of another app', { iss: 'other', sub: 'other' }, 'must be the client id'],
    ['that has expired', { exp: NOW / 1000 - 301 }, 'valid time range'],
    ['that is not yet valid', { nbf: NOW / 1000 + 301 }, 'valid time range'],
    ['without an expiry', { exp: undefined }, 'valid time range'],
  ])('%s is refused', (_, claims, message) => {
    expect(verifying(assertion({ claims }))).toThrow(message);
  });

  test('that is not a JSON Web Token is refused', () => {
    expect(verifying('not-a-token')).toThrow('not a JSON Web Token');
  });
});
