import type { Report } from '../events.ts';
import type { TokenSource } from '../graph/client.ts';
import type { Target } from '../graph/target.ts';
import type { Clock, Runtime } from '../runtime.ts';
import { givenToken } from './bearer.ts';
import type { AuthMethod } from './methods.ts';

export interface SignInOptions {
  readonly target: Target;
  readonly auth: { readonly method: AuthMethod; readonly onCommandLine: boolean };
  readonly tenant: string | undefined;
  readonly env: Runtime['env'];
  readonly report: Report;
  readonly clock: Clock;
}

/** What the embedded Graph, and any rehearsal on loopback, takes for a token. */
const LOCAL_TOKEN = 'local';

/**
 * Where the bearer token comes from. On loopback nothing is probed unless a method was asked for on the command line.
 * The identity library is loaded when a token has to be acquired, and not before.
 */
export function tokenSource(options: SignInOptions): TokenSource {
  const { method, onCommandLine } = options.auth;
  const given = options.env.GRAPH_TOKEN;
  const hasGiven = given !== undefined && given !== '';
  if (method === 'token' || (method === 'auto' && hasGiven)) return async () => givenToken(given ?? '');
  if (options.target.loopback && !onCommandLine)
    return async () => (hasGiven ? givenToken(given) : LOCAL_TOKEN);
  let acquire: Promise<TokenSource> | undefined;
  return async () => {
    acquire ??= import('./credentials.ts').then(({ credentialSource }) => credentialSource(options));
    return (await acquire)();
  };
}
