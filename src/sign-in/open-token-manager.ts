import { Failure } from '../outcome/errors.ts';
import { checkToken } from './check-token.ts';
import { chooseCredential, tokenRequest } from './choose-credential.ts';
import type { SignInContext } from './context.ts';
import type { TokenProvider } from './credential.ts';
import type { AuthMethod } from './methods.ts';
import { TokenManager } from './token-manager.ts';

/** A token manager that chooses the credential with the first token, and acquires later tokens with the same credential. */
export function openTokenManager(method: AuthMethod, context: SignInContext): TokenManager {
  let provider: TokenProvider | undefined;
  return new TokenManager(context.runtime.clock, async (claims) => {
    if (provider === undefined) {
      const chosen = await chooseCredential(method, context);
      provider = chosen.provider;
      if (claims === undefined) return chosen.token;
    }
    const token = await provider(tokenRequest(context, claims));
    if (claims !== undefined && token.method === 'token') {
      throw new Failure('sign-in', 'Graph requires a new sign-in, and GRAPH_TOKEN cannot be renewed', {
        hint: 'set GRAPH_TOKEN to a new token',
      });
    }
    checkToken(token, context.target, context.runtime.clock.now());
    return token;
  });
}
