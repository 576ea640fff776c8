import { PERMISSIONS } from '../catalog/permissions.ts';
import { type EmulatorRequest, reads } from './message.ts';
import { Problem } from './problem.ts';

/** Intune's own challenge, which shows that Intune and not Graph refused. */
const INTUNE_REALM =
  'Bearer realm="urn:intune:service,c3998d6e-2e37-4c56-87b5-7b444ee1cb26,f0f3c450-59bf-4f0d-b1b2-0ef84ddfe3c7"';

/**
 * Checks that the token is valid at `now` and permits the request: either permission for reading, only the second one for
 * writing, delegated (`scp`) or application (`roles`). Signatures are not checked.
 * @param now milliseconds since the epoch
 * @throws a Problem: 401 for a token that is missing, malformed or expired, 403 for one that does not permit the request
 */
export function requirePermission({ method, headers }: EmulatorRequest, now: number): void {
  const token = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw unauthenticated('Access token is empty.');
  const claims = claimsOf(token);
  if (claims === undefined) throw unauthenticated('IDX14100: JWT is not well formed.');
  if (typeof claims.exp !== 'number' || claims.exp * 1_000 <= now) {
    throw unauthenticated('Lifetime validation failed, the token is expired.');
  }
  const held = [...(typeof claims.scp === 'string' ? claims.scp.split(' ') : []), ...listOf(claims.roles)];
  const enough: readonly string[] = reads(method)
    ? [PERMISSIONS.read, PERMISSIONS.write]
    : [PERMISSIONS.write];
  if (held.some((permission) => enough.includes(permission))) return;
  const message = `Application is not authorized to perform this operation. Application must have one of the following scopes: ${enough.join(', ')}`;
  throw new Problem(403, 'Forbidden', message, { intune: { headers: { 'WWW-Authenticate': INTUNE_REALM } } });
}

function unauthenticated(message: string): Problem {
  const challenge =
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"';
  return new Problem(401, 'InvalidAuthenticationToken', message, {
    headers: { 'WWW-Authenticate': challenge },
  });
}

function claimsOf(token: string): Record<string, unknown> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
