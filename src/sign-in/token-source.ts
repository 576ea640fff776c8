import type { TokenSource } from '../graph/client.ts';
import { LOCAL_TOKEN } from '../secrets.ts';
import { givenToken } from './bearer.ts';
import type { SignInContext } from './context.ts';
import type { TokenKeeper } from './keeper.ts';
import type { AuthMethod } from './methods.ts';

/** Which method, and whether it was asked for on the command line. */
export interface AuthChoice {
  readonly method: AuthMethod;
  readonly onCommandLine: boolean;
}

/**
 * Where the bearer token comes from. On loopback nothing is probed unless a method was asked for on the command line.
 * The ways of signing in are loaded when a token has to be acquired, and not before.
 */
export function tokenSource(auth: AuthChoice, context: SignInContext): TokenSource {
  const { target, runtime, secrets } = context;
  if (target.loopback && !auth.onCommandLine) {
    const given = runtime.env.GRAPH_TOKEN;
    if (given === undefined || given === '') return async () => LOCAL_TOKEN;
    return async () => {
      const token = givenToken(given);
      secrets.conceal(token);
      return token;
    };
  }
  let keeper: Promise<TokenKeeper> | undefined;
  return async (claims) => {
    keeper ??= import('./open-keeper.ts').then(({ openKeeper }) => openKeeper(auth.method, context));
    const kept = await keeper;
    const { value } = await (claims === undefined ? kept.token() : kept.answer(claims));
    return value;
  };
}
