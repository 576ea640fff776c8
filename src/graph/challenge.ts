import type { Incoming } from './transport.ts';

/**
 * The claims that a 401 asks for (continuous access evaluation): JSON that the next token request has to carry.
 * @returns undefined where the answer is no such challenge
 */
export function claimsChallenge({ status, headers }: Incoming): string | undefined {
  if (status !== 401) return undefined;
  const encoded = /\bclaims="([^"]+)"/i.exec(headers['www-authenticate'] ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const claims = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    JSON.parse(claims);
    return claims;
  } catch {
    return undefined;
  }
}
