import { parseJson } from '../text/parse-json.ts';
import type { Incoming } from './transport.ts';

/**
 * The claims of a 401 with a claims challenge (continuous access evaluation): JSON for the next token request.
 * @returns undefined if the answer is not such a challenge
 */
export function claimsChallenge({ status, headers }: Incoming): string | undefined {
  if (status !== 401) return undefined;
  const encoded = /\bclaims="([^"]+)"/i.exec(headers['www-authenticate'] ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const claims = Buffer.from(encoded, 'base64').toString('utf8');
  return parseJson(claims) === undefined ? undefined : claims;
}
