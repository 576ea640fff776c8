import { Failure } from '../outcome/errors.ts';
import { chooseWay, requestOf } from './chain.ts';
import { checkToken } from './check.ts';
import type { SignInContext } from './context.ts';
import { TokenKeeper } from './keeper.ts';
import type { AuthMethod } from './methods.ts';
import type { TokenGiver } from './way.ts';

/** A keeper whose first token chooses the way of signing in, and whose next ones come the same way. */
export function openKeeper(method: AuthMethod, context: SignInContext): TokenKeeper {
  let giver: TokenGiver | undefined;
  return new TokenKeeper(context.runtime.clock, async (claims) => {
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
