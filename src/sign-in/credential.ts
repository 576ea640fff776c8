import type { AccessToken } from './access-token.ts';
import type { SignInContext } from './context.ts';
import type { TokenRequest } from './identity-library.ts';
import type { AuthMethod } from './methods.ts';

/** Returns an access token, possibly a cached one. @throws a Failure */
export type TokenProvider = (request: TokenRequest) => Promise<AccessToken>;

/** One source of access tokens, such as a client secret or Azure CLI. */
export interface Credential {
  readonly method: AuthMethod;
  /** Why it cannot be tried here, determined without a request; undefined if it can be tried. */
  unavailable(context: SignInContext): string | undefined | Promise<string | undefined>;
  /** Prepares it. Later tokens come from the same provider. @throws a Failure */
  open(context: SignInContext): Promise<TokenProvider>;
}
