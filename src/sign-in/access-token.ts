import type { AuthMethod } from './methods.ts';

/** An access token from a credential. */
export interface AccessToken {
  readonly value: string;
  /** Milliseconds since the epoch; undefined where it is not known. */
  readonly expires: number | undefined;
  readonly method: AuthMethod;
  /** User name of the account, where the credential knows it; the claims of the token may lack it. */
  readonly account?: string | undefined;
}
