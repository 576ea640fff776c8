import { PERMISSIONS } from '../catalog/permissions.ts';
import { Failure } from '../outcome/errors.ts';
import { checkToken } from '../sign-in/check.ts';
import { type Claims, lacks } from '../sign-in/claims.ts';
import type { SignInContext } from '../sign-in/context.ts';
import type { AccessToken } from '../sign-in/token.ts';
import { type Finding, warn } from './check.ts';

const UNREADABLE = 'the token cannot be read here, so only Graph can tell';

export function audience(token: AccessToken, claims: Claims | undefined, context: SignInContext): Finding {
  checkToken(token, context.target, context.runtime.clock.now());
  if (claims?.audience === undefined) return warn(UNREADABLE, 'nothing to do, as long as Graph takes it');
  return claims.audience;
}

export function tenant(claims: Claims | undefined, wanted: string | undefined): Finding {
  const held = claims?.tenant;
  if (held === undefined) return warn(UNREADABLE, 'nothing to do, as long as Graph takes it');
  const isId = wanted !== undefined && /^[\da-f-]{36}$/i.test(wanted);
  if (isId && wanted.toLowerCase() !== held.toLowerCase()) {
    throw new Failure('sign-in', `the token is of the tenant ${held}, not of ${wanted}`, {
      hint: 'sign in to the other tenant, or leave `--tenant` out',
    });
  }
  return held;
}

export function expiry(token: AccessToken, claims: Claims | undefined, now: number): Finding {
  const expires = claims?.expires ?? token.expires;
  if (expires === undefined) return warn(UNREADABLE, 'nothing to do, as long as Graph takes it');
  return `${new Date(expires).toISOString()}, in ${Math.round((expires - now) / 60_000)} min`;
}

export function permission(claims: Claims | undefined): Finding {
  if (claims?.permissions === undefined) return warn(UNREADABLE, 'nothing to do, as long as Graph takes it');
  if (!lacks(claims, 'write')) return `${PERMISSIONS.write}: reading and writing`;
  if (!lacks(claims, 'read')) {
    return warn(
      `${PERMISSIONS.read}: enough to read, not to write`,
      `for writing, ${PERMISSIONS.write} must be granted`,
    );
  }
  throw new Failure('permission', `the token has neither ${PERMISSIONS.write} nor ${PERMISSIONS.read}`, {
    hint: `sign in with \`graph-overview login\`, or let an administrator grant ${PERMISSIONS.write} to the app; to read, ${PERMISSIONS.read} is enough`,
  });
}
