import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

let key: SigningKey | undefined;

/** Generated once for each process, because 2048 bits take long. */
function signingKey(): SigningKey {
  key ??= {
    kid: randomBytes(16).toString('base64url'),
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
  };
  return key;
}

/** The answer of `discovery/v2.0/keys`. */
export function publishedKeys(): { readonly keys: readonly object[] } {
  const { kid, publicKey } = signingKey();
  return { keys: [{ use: 'sig', alg: 'RS256', kid, x5t: kid, ...publicKey.export({ format: 'jwk' }) }] };
}

/** An RS256 JSON Web Token with exactly these claims, without those that are undefined. */
export function signToken(claims: Readonly<Record<string, unknown>>): string {
  const { kid, privateKey } = signingKey();
  const signed = `${segment({ typ: 'JWT', alg: 'RS256', kid, x5t: kid })}.${segment(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

export function segment(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
