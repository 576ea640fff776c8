import type { AuthMethod } from './methods.ts';

/** An access token from a credential. */
export interface AccessToken {
  readonly value: string;
  /** Milliseconds since the epoch; undefined if it is unknown. */
  readonly expires: number | undefined;
  readonly method: AuthMethod;
  /** The user name of the account, if the credential knows it; the claims of the token may not have it. */
  readonly account?: string | undefined;
}
