import { graphScope } from '../catalog/clouds.ts';
import { PERMISSIONS } from '../catalog/permissions.ts';
import { Failure } from '../outcome/errors.ts';
import type { AccessToken } from './access-token.ts';
import { checkToken, explainRefusal, tokenLabel } from './check-token.ts';
import { lacks, readClaims } from './claims.ts';
import type { SignInContext } from './context.ts';
import type { Credential, TokenProvider } from './credential.ts';
import { AUTOMATIC, BY_METHOD, type NamedCredential } from './credentials.ts';
import { signInFailure, type TokenRequest } from './identity-library.ts';
import type { AuthMethod } from './methods.ts';

/** A credential that works: its name, its first token, and the provider of the next ones. */
export interface ChosenCredential {
  readonly name: string;
  readonly token: AccessToken;
  readonly provider: TokenProvider;
}

/** A credential that does not work, with its reason on one line. */
interface FailedAttempt {
  readonly name: string;
  readonly reason: string;
  /** undefined if the credential is not configured here, or if its token lacks the permission. */
  readonly failure: Failure | undefined;
  /** Set if there is a token, but it lacks the permission. */
  readonly lacking: ChosenCredential | undefined;
  /** Whether the failure is reported even if another credential works. */
  readonly configured: boolean;
}

export interface ChoiceOptions {
  /** Accepts a token without the permission if there is no other, for commands that inspect the token. */
  readonly acceptMissingPermission?: boolean;
}

/**
 * Chooses the credential: the one that `method` names, or for `auto` the first whose token has the permission.
 * @throws a Failure if none works
 */
export async function chooseCredential(
  method: AuthMethod,
  context: SignInContext,
  { acceptMissingPermission = false }: ChoiceOptions = {},
): Promise<ChosenCredential> {
  const automatic = method === 'auto';
  const failed: FailedAttempt[] = [];
  for (const candidate of automatic ? AUTOMATIC : [BY_METHOD[method]]) {
    const outcome = await attempt(candidate, context, automatic);
    if ('token' in outcome) {
      // A configured credential that does not work must not be skipped silently.
      for (const each of failed) reportSkipped(each, each.lacking !== undefined || each.configured, context);
      context.emit({ kind: 'detail', text: `signed in with ${outcome.name}` });
      return outcome;
    }
    failed.push(outcome);
  }
  for (const each of failed) reportSkipped(each, false, context);
  const lacking = failed.find((each) => each.lacking !== undefined)?.lacking;
  if (acceptMissingPermission && lacking !== undefined) return lacking;
  throw noCredentialFailure(method, failed, context);
}

function reportSkipped({ name, reason }: FailedAttempt, always: boolean, context: SignInContext): void {
  context.emit({ kind: always ? 'note' : 'detail', text: `skipped credential ${name}: ${reason}` });
}

async function attempt(
  { name, credential, configured }: NamedCredential,
  context: SignInContext,
  automatic: boolean,
): Promise<ChosenCredential | FailedAttempt> {
  const failed = { name, failure: undefined, lacking: undefined, configured };
  const unavailable = await credential.unavailable(context);
  if (unavailable !== undefined) return { ...failed, reason: unavailable, configured: false };
  try {
    const provider = await open(credential, context);
    const token = await provider(tokenRequest(context));
    await checkUsable(token, context);
    const lacking = automatic && lacks(readClaims(token.value) ?? { permissions: undefined }, context.access);
    if (!lacking) return { name, token, provider };
    const reason = `its token lacks ${PERMISSIONS[context.access]}`;
    return { ...failed, reason, lacking: { name, token, provider } };
  } catch (error) {
    // An invalid setting in the environment is not a failed sign-in: nothing was sent.
    if (!(error instanceof Failure) || error.kind === 'interrupted' || error.kind === 'usage') throw error;
    return { ...failed, reason: reasonOf(error), failure: error };
  }
}

/** @throws a `sign-in` Failure if the token is for another Graph, or has expired */
async function checkUsable(token: AccessToken, context: SignInContext): Promise<void> {
  try {
    checkToken(token, context.target, context.runtime.clock.now());
  } catch (error) {
    throw await explainRefusal(error as Failure, token, context);
  }
}

/** The constructors of the library throw for invalid settings, which is a failed sign-in and not a defect. */
async function open(credential: Credential, context: SignInContext): Promise<TokenProvider> {
  try {
    return await credential.open(context);
  } catch (error) {
    throw signInFailure(credential.method, error, {
      failure: undefined,
      refusal: undefined,
      pending: 0,
      blank: (text) => context.secrets.blank(text),
    });
  }
}

/** The reason on one line. If the token itself is refused, it includes the hint, since a list has no separate hints. */
function reasonOf({ message, details: { hint, refusedToken } }: Failure): string {
  return refusedToken === true ? `${message}: ${hint}` : message;
}

/** A request for all consented permissions. @param claims the claims of a challenge, as JSON */
export function tokenRequest({ target }: SignInContext, claims?: string): TokenRequest {
  return { scope: graphScope(target.cloud), claims };
}

function noCredentialFailure(
  method: AuthMethod,
  failed: readonly FailedAttempt[],
  context: SignInContext,
): Failure {
  const [only] = failed;
  if (method !== 'auto' && only !== undefined) {
    return (
      only.failure ?? new Failure('sign-in', `--auth ${method}: ${only.reason}`, { hint: doctorHint(method) })
    );
  }
  const lacking = failed.find((each) => each.lacking !== undefined);
  if (lacking !== undefined) {
    return new Failure(
      'permission',
      `${tokenLabel(lacking.name)} lacks ${PERMISSIONS[context.access]}, and no other credential works`,
      { hint: LACKING_HINT },
    );
  }
  // The first in the order of `auto`; `--verbose` lists all of them.
  const first = failed.find(({ failure }) => failure !== undefined);
  if (first?.failure === undefined) {
    return new Failure('sign-in', 'not signed in: no credential is configured here', {
      hint: 'sign in with `graph-overview login`, or set GRAPH_TOKEN; `--verbose` lists the credentials',
    });
  }
  const { kind, message, details } = first.failure;
  const named = isServicePrincipal(first.name) ? `${first.name}: ${message}` : message;
  return new Failure(kind, named, { ...details, cause: first.failure });
}

/** Whether a credential is an app. The messages of the others contain their names. */
function isServicePrincipal(name: string): boolean {
  return ['client-secret', 'certificate', 'workload-identity', 'azure-pipelines'].includes(name);
}

const LACKING_HINT =
  'sign in with `graph-overview login`, or with an app registration to which an administrator granted the permission';

function doctorHint(method: AuthMethod): string {
  return `run \`graph-overview doctor --auth ${method}\` for details`;
}
