import type { AccessToken } from './access-token.ts';
import { readClaims } from './claims.ts';
import type { SignInContext } from './context.ts';

/** The signed-in account, as `whoami` and `login` print it. */
export interface IdentityRecord {
  readonly account: string | null;
  readonly tenant: string | null;
  readonly cloud: string;
  readonly client: string | null;
  /** ISO 8601, UTC. */
  readonly expires: string | null;
  readonly permissions: readonly string[];
  readonly method: string;
}

/** The record for the account of a token. */
export function identityRecord(
  name: string,
  { value, expires, account }: AccessToken,
  { target }: SignInContext,
): IdentityRecord {
  const claims = readClaims(value);
  const until = expires ?? claims?.expires;
  return {
    account: claims?.account ?? account ?? claims?.objectId ?? null,
    tenant: claims?.tenant ?? null,
    cloud: target.cloud,
    client: claims?.client ?? null,
    expires: until === undefined ? null : new Date(until).toISOString(),
    permissions: claims?.permissions ?? [],
    method: name,
  };
}
