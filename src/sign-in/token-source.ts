import { Failure } from '../errors.ts';
import type { TokenSource } from '../graph/client.ts';
import { givenToken } from './bearer.ts';
import type { SignInContext } from './context.ts';
import type { AuthMethod } from './methods.ts';
import type { AccessToken } from './token.ts';
import type { TokenGiver } from './way.ts';

/** Which method, and whether it was asked for on the command line. */
export interface AuthChoice {
  readonly method: AuthMethod;
  readonly onCommandLine: boolean;
}

/** What the embedded Graph, and any rehearsal on loopback, takes for a token. */
const LOCAL_TOKEN = 'local';

/**
 * Where the bearer token comes from. On loopback nothing is probed unless a method was asked for on the command line.
 * The ways of signing in are loaded when a token has to be acquired, and not before.
 */
export function tokenSource(auth: AuthChoice, context: SignInContext): TokenSource {
  const { target, runtime, conceal } = context;
  if (target.loopback && !auth.onCommandLine) {
    const given = runtime.env.GRAPH_TOKEN;
    if (given === undefined || given === '') return async () => LOCAL_TOKEN;
    return async () => {
      const token = givenToken(given);
      conceal(token);
      return token;
    };
  }
  let keeper: Promise<import('./keeper.ts').TokenKeeper> | undefined;
  return async (claims) => {
    keeper ??= openKeeper(auth.method, context);
    const kept = await keeper;
    const { value } = await (claims === undefined ? kept.token() : kept.answer(claims));
    return value;
  };
}

async function openKeeper(method: AuthMethod, context: SignInContext) {
  const [{ TokenKeeper }, { chooseWay, requestOf }, { checkToken }] = await Promise.all([
    import('./keeper.ts'),
    import('./chain.ts'),
    import('./check.ts'),
  ]);
  let giver: TokenGiver | undefined;
  return new TokenKeeper(context.runtime.clock, async (claims): Promise<AccessToken> => {
    if (giver === undefined) {
      const chosen = await chooseWay(method, context);
      giver = chosen.giver;
      if (claims === undefined) return chosen.token;
    }
    const token = await giver(requestOf(context, claims));
    if (claims !== undefined && token.method === 'token') {
      throw new Failure('sign-in', 'Graph wants a fresh sign-in, and GRAPH_TOKEN cannot be renewed', {
        hint: 'set GRAPH_TOKEN to a fresh one',
      });
    }
    checkToken(token, context.target, context.runtime.clock.now());
    return token;
  });
}
