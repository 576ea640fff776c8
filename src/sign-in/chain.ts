import { graphScope } from '../catalog/clouds.ts';
import { PERMISSIONS } from '../catalog/permissions.ts';
import { Failure } from '../errors.ts';
import { checkToken } from './check.ts';
import { lacks, readClaims } from './claims.ts';
import type { SignInContext } from './context.ts';
import type { TokenRequest } from './identity.ts';
import type { AuthMethod } from './methods.ts';
import type { AccessToken } from './token.ts';
import type { TokenGiver } from './way.ts';
import { AUTOMATIC, BY_METHOD, type NamedWay } from './ways.ts';

/** A way that works: its name, its first token, and who gives the next. */
export interface Chosen {
  readonly name: string;
  readonly token: AccessToken;
  readonly giver: TokenGiver;
}

/** One way that did not work out, with its one-line reason. */
interface Passed {
  readonly name: string;
  readonly reason: string;
  readonly failure: Failure | undefined;
  readonly lacking: boolean;
}

/**
 * Finds the way of signing in: the one that was asked for, or for `auto` the first that gives a token that will do.
 * @throws a Failure that lists each way with its reason
 */
export async function chooseWay(method: AuthMethod, context: SignInContext): Promise<Chosen> {
  const ways = method === 'auto' ? AUTOMATIC : BY_METHOD[method];
  const passed: Passed[] = [];
  for (const named of ways) {
    const outcome = await attempt(named, context, method === 'auto');
    if ('token' in outcome) {
      context.report({ kind: 'detail', text: `signed in by ${named.name}` });
      return outcome;
    }
    // A token that was given on purpose and will not do must not be dropped in silence.
    const kind = outcome.lacking ? 'note' : 'detail';
    context.report({ kind, text: `sign-in by ${named.name} passed over: ${outcome.reason}` });
    passed.push(outcome);
  }
  throw noneLeft(method, passed, context);
}

async function attempt(
  { name, way }: NamedWay,
  context: SignInContext,
  automatic: boolean,
): Promise<Chosen | Passed> {
  const missing = await way.missing(context);
  if (missing !== undefined) return { name, reason: missing, failure: undefined, lacking: false };
  try {
    const giver = await way.open(context);
    const token = await giver(requestOf(context));
    checkToken(token, context.target, context.runtime.clock.now());
    const lacking = automatic && lacks(readClaims(token.value) ?? { permissions: undefined }, context.access);
    if (!lacking) return { name, token, giver };
    const reason = `its token has no ${PERMISSIONS[context.access]}`;
    return { name, reason, failure: undefined, lacking: true };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
    return { name, reason: error.message, failure: error, lacking: false };
  }
}

/** What is asked for at first: everything that was consented to. */
export function requestOf({ target }: SignInContext, claims?: string): TokenRequest {
  return { scope: graphScope(target.cloud), claims };
}

function noneLeft(method: AuthMethod, passed: readonly Passed[], context: SignInContext): Failure {
  const [only] = passed;
  if (passed.length === 1 && only !== undefined) {
    return (
      only.failure ?? new Failure('sign-in', `--auth ${method}: ${only.reason}`, { hint: hintFor(method) })
    );
  }
  const lines = passed.map(({ name, reason }) => `- ${name}: ${reason}`);
  const lacking = passed.find((one) => one.lacking);
  if (lacking !== undefined) {
    return new Failure(
      'permission',
      `the token of ${lacking.name} has no ${PERMISSIONS[context.access]}, and there is no other way to sign in:\n${lines.join('\n')}`,
      { hint: LACKING_HINT, listed: true },
    );
  }
  // What was configured and failed matters more than what is not there.
  const network = passed.find(({ failure }) => failure?.kind === 'network')?.failure;
  return new Failure(network?.kind ?? 'sign-in', `there is no way to sign in:\n${lines.join('\n')}`, {
    hint:
      network?.details.hint ??
      'sign in with `graph-overview login`, or set GRAPH_TOKEN; `graph-overview doctor` looks into it',
    listed: true,
  });
}

const LACKING_HINT =
  'sign in with `graph-overview login`, or with an app registration that an administrator gave the permission';

function hintFor(method: AuthMethod): string {
  return `\`graph-overview doctor --auth ${method}\` looks into it`;
}
