import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { publishedKeys } from './signing-key.ts';

/** The claims of a token. @throws if the authority did not sign it */
export function verifiedClaims(token: unknown): Readonly<Record<string, unknown>> {
  const [header = '', claims = '', signature = ''] = String(token).split('.');
  const [key] = publishedKeys().keys;
  const publicKey = createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
  const signed = Buffer.from(`${header}.${claims}`);
  if (!verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))) {
    throw new Error(`not a token of the authority: ${token}`);
  }
  return JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
}
