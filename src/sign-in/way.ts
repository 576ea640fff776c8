import type { SignInContext } from './context.ts';
import type { TokenRequest } from './identity.ts';
import type { AuthMethod } from './methods.ts';
import type { AccessToken } from './token.ts';

/** Gives a token as often as it is asked. @throws a Failure */
export type TokenGiver = (request: TokenRequest) => Promise<AccessToken>;

/** One way of signing in. */
export interface Way {
  readonly method: AuthMethod;
  /** Why it cannot be tried here, found out without asking anyone; undefined where it can. */
  missing(context: SignInContext): string | undefined | Promise<string | undefined>;
  /** Makes it ready. Whoever needs the token again asks the same giver: it may hold what it was given. */
  open(context: SignInContext): Promise<TokenGiver>;
}
