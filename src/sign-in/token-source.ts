import type { TokenSource } from '../graph/client.ts';
import { proxyOf, usesProxy } from '../graph/proxy.ts';
import type { Target } from '../graph/target.ts';
import { LOCAL_TOKEN } from '../process/secrets.ts';
import type { SignInContext } from './context.ts';
import type { AuthMethod } from './methods.ts';
import type { TokenManager } from './token-manager.ts';

/** The `--auth` method, and whether it was given on the command line rather than by the environment. */
export interface AuthChoice {
  readonly method: AuthMethod;
  readonly onCommandLine: boolean;
}

/** Whether a real token is sent. Any program on this machine can listen on loopback, so `--auth` is required there. */
export function sendsToken({ onCommandLine }: AuthChoice, { loopback }: Pick<Target, 'loopback'>): boolean {
  return !loopback || onCommandLine;
}

/**
 * The bearer token of each request. On loopback it is the word `local` unless `--auth` was given on the command line.
 * The credentials are loaded when the first token is acquired.
 */
export function tokenSource(auth: AuthChoice, context: SignInContext): TokenSource {
  if (!sendsToken(auth, context.target)) return async () => LOCAL_TOKEN;
  let manager: Promise<TokenManager> | undefined;
  return async (claims) => {
    // An unsupported proxy is an invalid setting, which is reported before any sign-in.
    requireProxy(context);
    manager ??= import('./open-token-manager.ts').then(({ openTokenManager }) =>
      openTokenManager(auth.method, context),
    );
    const opened = await manager;
    const { value } = await (claims === undefined ? opened.token() : opened.answer(claims));
    return value;
  };
}

/** @throws a `usage` Failure if Graph is reached through an unsupported proxy */
function requireProxy({ target, runtime }: SignInContext): void {
  const url = new URL(target.baseUrl);
  const proxy = url.protocol === 'https:' ? proxyOf(runtime.env) : undefined;
  if (proxy !== undefined) usesProxy(proxy, url);
}
