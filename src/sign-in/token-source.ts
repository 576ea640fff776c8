import type { TokenSource } from '../graph/client.ts';
import type { Target } from '../graph/target.ts';
import { LOCAL_TOKEN } from '../process/secrets.ts';
import type { SignInContext } from './context.ts';
import type { TokenKeeper } from './keeper.ts';
import type { AuthMethod } from './methods.ts';

/** Which method, and whether it was asked for on the command line. */
export interface AuthChoice {
  readonly method: AuthMethod;
  readonly onCommandLine: boolean;
}

/** Whether a token of a sign-in is sent: any program of this machine may listen on loopback, so there it has to be asked for. */
export function sendsToken({ onCommandLine }: AuthChoice, { loopback }: Pick<Target, 'loopback'>): boolean {
  return !loopback || onCommandLine;
}

/**
 * Where the bearer token comes from. On loopback it is the word `local` unless a method was asked for on the command line.
 * The ways of signing in are loaded when a token has to be acquired, and not before.
 */
export function tokenSource(auth: AuthChoice, context: SignInContext): TokenSource {
  if (!sendsToken(auth, context.target)) return async () => LOCAL_TOKEN;
  let keeper: Promise<TokenKeeper> | undefined;
  return async (claims) => {
    keeper ??= import('./open-keeper.ts').then(({ openKeeper }) => openKeeper(auth.method, context));
    const kept = await keeper;
    const { value } = await (claims === undefined ? kept.token() : kept.answer(claims));
    return value;
  };
}
