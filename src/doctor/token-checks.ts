import { PERMISSIONS } from '../catalog/permissions.ts';
import { Failure } from '../outcome/errors.ts';
import type { AccessToken } from '../sign-in/access-token.ts';
import { checkToken } from '../sign-in/check-token.ts';
import { type Claims, lacks } from '../sign-in/claims.ts';
import type { SignInContext } from '../sign-in/context.ts';
import { type Finding, warn } from './checklist.ts';

const UNREADABLE = 'the token is not readable here; only Graph can read it';

export function audience(token: AccessToken, claims: Claims | undefined, context: SignInContext): Finding {
  checkToken(token, context.target, context.runtime.clock.now());
  if (claims?.audience === undefined) return warn(UNREADABLE, 'nothing to do while Graph accepts it');
  return claims.audience;
}

export function tenant(claims: Claims | undefined, requested: string | undefined): Finding {
  const held = claims?.tenant;
  if (held === undefined) return warn(UNREADABLE, 'nothing to do while Graph accepts it');
  const isId = requested !== undefined && /^[\da-f-]{36}$/i.test(requested);
  if (isId && requested.toLowerCase() !== held.toLowerCase()) {
    throw new Failure('sign-in', `the token is for the tenant ${held}, not for ${requested}`, {
      hint: 'sign in to the other tenant, or remove `--tenant`',
    });
  }
  return held;
}

export function expiry(token: AccessToken, claims: Claims | undefined, now: number): Finding {
  const expires = claims?.expires ?? token.expires;
  if (expires === undefined) return warn(UNREADABLE, 'nothing to do while Graph accepts it');
  return `${new Date(expires).toISOString()}, in ${Math.round((expires - now) / 60_000)} min`;
}

export function permission(claims: Claims | undefined): Finding {
  if (claims?.permissions === undefined) return warn(UNREADABLE, 'nothing to do while Graph accepts it');
  if (!lacks(claims, 'write')) return `${PERMISSIONS.write}: read and write`;
  if (!lacks(claims, 'read')) {
    return warn(`${PERMISSIONS.read}: read only`, `to write, ${PERMISSIONS.write} must be granted`);
  }
  throw new Failure('permission', `the token has neither ${PERMISSIONS.write} nor ${PERMISSIONS.read}`, {
    hint: `sign in with \`graph-overview login\`, or ask an administrator to grant ${PERMISSIONS.write} to the app; to read, ${PERMISSIONS.read} is enough`,
  });
}
