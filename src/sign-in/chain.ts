import { graphScope } from '../catalog/clouds.ts';
import { PERMISSIONS } from '../catalog/permissions.ts';
import { Failure } from '../outcome/errors.ts';
import { checkToken } from './check.ts';
import { lacks, readClaims } from './claims.ts';
import type { SignInContext } from './context.ts';
import type { TokenRequest } from './identity.ts';
import { signInFailure } from './identity.ts';
import type { AuthMethod } from './methods.ts';
import type { AccessToken } from './token.ts';
import type { TokenGiver, Way } from './way.ts';
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
  /** What it would be to take the way all the same: its token provably lacks the permission. */
  readonly lacking: Chosen | undefined;
  /** Whoever set it up meant it, so its failure is said even where another way is found. */
  readonly deliberate: boolean;
}

export interface ChainOptions {
  /** Whoever looks at the token, not at Graph, takes one that lacks the permission rather than none. */
  readonly lackingWillDo?: boolean;
}

/**
 * Finds the way of signing in: the one that was asked for, or for `auto` the first that gives a token that will do.
 * @throws a Failure that lists each way with its reason
 */
export async function chooseWay(
  method: AuthMethod,
  context: SignInContext,
  { lackingWillDo = false }: ChainOptions = {},
): Promise<Chosen> {
  const ways = method === 'auto' ? AUTOMATIC : BY_METHOD[method];
  const passed: Passed[] = [];
  for (const named of ways) {
    const outcome = await attempt(named, context, method === 'auto');
    if ('token' in outcome) {
      // What was set up on purpose and will not do must not be dropped in silence.
      for (const one of passed) report(one, one.lacking !== undefined || one.deliberate, context);
      context.report({ kind: 'detail', text: `signed in by ${named.name}` });
      return outcome;
    }
    passed.push(outcome);
  }
  for (const one of passed) report(one, false, context);
  const lacking = passed.find((one) => one.lacking !== undefined)?.lacking;
  if (lackingWillDo && lacking !== undefined) return lacking;
  throw noneLeft(method, passed, context);
}

function report({ name, reason }: Passed, aloud: boolean, context: SignInContext): void {
  context.report({
    kind: aloud ? 'note' : 'detail',
    text: `sign-in by ${name} passed over: ${reason}`,
  });
}

async function attempt(
  { name, way, deliberate }: NamedWay,
  context: SignInContext,
  automatic: boolean,
): Promise<Chosen | Passed> {
  const missing = await way.missing(context);
  if (missing !== undefined)
    return { name, reason: missing, failure: undefined, lacking: undefined, deliberate: false };
  try {
    const giver = await opened(way, context);
    const token = await giver(requestOf(context));
    checkToken(token, context.target, context.runtime.clock.now());
    const lacking = automatic && lacks(readClaims(token.value) ?? { permissions: undefined }, context.access);
    if (!lacking) return { name, token, giver };
    const reason = `its token has no ${PERMISSIONS[context.access]}`;
    return { name, reason, failure: undefined, lacking: { name, token, giver }, deliberate };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
    return { name, reason: reasonOf(error), failure: error, lacking: undefined, deliberate };
  }
}

/** The library's credentials refuse in their constructors what they cannot work with: that is no defect of ours. */
async function opened(way: Way, context: SignInContext): Promise<TokenGiver> {
  try {
    return await way.open(context);
  } catch (error) {
    throw signInFailure(way.method, error, {
      failure: undefined,
      refusal: undefined,
      blank: (text) => context.secrets.blank(text),
    });
  }
}

/** Where the token itself is refused, what to do about it belongs to the reason: one line of several has no hint. */
function reasonOf({ message, details: { hint, refusedToken } }: Failure): string {
  return refusedToken === true && hint !== undefined ? `${message}: ${hint}` : message;
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
  const lacking = passed.find((one) => one.lacking !== undefined);
  if (lacking !== undefined) {
    return new Failure(
      'permission',
      `the token of ${lacking.name} has no ${PERMISSIONS[context.access]}, and there is no other way to sign in:\n${lines.join('\n')}`,
      { hint: LACKING_HINT, listed: true },
    );
  }
  // What was configured and failed matters more than what is not there.
  const network = passed.find(({ failure }) => failure?.kind === 'network')?.failure;
  const refused = passed.find(({ failure }) => failure?.details.refusedToken)?.failure;
  return new Failure(network?.kind ?? 'sign-in', `there is no way to sign in:\n${lines.join('\n')}`, {
    hint:
      (refused ?? network)?.details.hint ??
      'sign in with `graph-overview login`, or set GRAPH_TOKEN; `graph-overview doctor` looks into it',
    listed: true,
  });
}

const LACKING_HINT =
  'sign in with `graph-overview login`, or with an app registration that an administrator gave the permission';

function hintFor(method: AuthMethod): string {
  return `\`graph-overview doctor --auth ${method}\` looks into it`;
}
