import type {
  AuthenticationRecord,
  DeviceCodeCredential,
  InteractiveBrowserCredential,
} from '@azure/identity';
import { Failure } from '../outcome/errors.ts';
import type { Clock } from '../process/runtime.ts';
import { unlessAborted } from '../process/unless-aborted.ts';
import type { AccessToken } from './access-token.ts';
import { checkToken } from './check-token.ts';
import { authorityOf, type SignInContext } from './context.ts';
import {
  acquireToken,
  credentialOptions,
  type Identity,
  loadIdentity,
  type Observed,
  signInFailure,
} from './identity-library.ts';
import { announceBrowser, requireBrowser, showCode } from './interactive.ts';
import { saveAccessToken } from './saved-sign-in.ts';
import { type Session, SessionStore } from './session-store.ts';
import { fileCache, openKeyring } from './token-cache.ts';
import { GRAPH_COMMAND_LINE, userScope } from './user-scope.ts';

/** Time limit for a browser sign-in, in milliseconds, equal to the lifetime of a device code. A closed browser is not reported. */
const BROWSER_LIMIT = 15 * 60_000;

export interface LoginOptions {
  readonly method: 'browser' | 'device-code';
  /** Application id of the public client; undefined: Microsoft Graph Command Line Tools. */
  readonly clientId: string | undefined;
  /** The maximum wait for the user, in milliseconds; undefined: as long as the code is valid (15 minutes). */
  readonly waitLimit: number | undefined;
  /** Stores tokens in a file that only its owner can read if there is no keyring. */
  readonly allowUnencryptedStorage: boolean;
}

/** The result of an interactive sign-in. `process`: it is not saved. */
export interface SignedIn {
  readonly token: AccessToken;
  readonly storage: Session['storage'] | 'process';
}

type UserCredential = DeviceCodeCredential | InteractiveBrowserCredential;

/**
 * Signs in interactively and saves the sign-in: in the system's keyring, or in a file if that is allowed.
 * @throws a `sign-in` or `network` Failure; a `usage` Failure if no browser can be opened
 */
export async function login(options: LoginOptions, context: SignInContext): Promise<SignedIn> {
  if (options.method === 'browser') requireBrowser(context, 'graph-overview login --device-code');
  const identity = await loadIdentity();
  const store = new SessionStore(context.runtime);
  const storage = await openStorage(identity, store, options, context);
  const { options: common, observed } = credentialOptions(context);
  const clientId = options.clientId ?? GRAPH_COMMAND_LINE;
  const credential = makeCredential(identity, options.method, context, {
    ...common,
    clientId,
    ...(storage === 'process' ? {} : { tokenCachePersistenceOptions: { enabled: true } }),
  });
  const scope = userScope(context);
  const record = await authenticate(credential, scope, options, context, observed);
  const token = await acquireToken(
    credential,
    options.method,
    { scope, claims: undefined },
    context,
    observed,
  );
  checkToken(token, context.target, context.runtime.clock.now());
  const signedIn = { ...token, account: record.username };
  if (storage === 'process') return { token: signedIn, storage };
  const session: Session = {
    version: 1,
    cloud: context.target.cloud,
    authority: authorityOf(context),
    tenant: record.tenantId,
    asked: context.tenant,
    client: clientId,
    account: record.username,
    record: identity.serializeAuthenticationRecord(record),
    storage,
  };
  return { token: signedIn, storage: (await save(store, session, token, context)) ? storage : 'process' };
}

async function openStorage(
  identity: Identity,
  store: SessionStore,
  { allowUnencryptedStorage }: LoginOptions,
  { emit }: SignInContext,
): Promise<SignedIn['storage']> {
  const keyring = await openKeyring({ verify: true });
  if ('problem' in keyring && !allowUnencryptedStorage) {
    emit({ kind: 'warning', text: thisProcessOnly(keyring.problem) });
    return 'process';
  }
  // The previous sign-in must not be mixed with the new one, and must be kept if the new one fails.
  identity.useIdentityPlugin('plugin' in keyring ? keyring.plugin : fileCache(store, undefined));
  return 'plugin' in keyring ? 'keyring' : 'file';
}

function thisProcessOnly(problem: string): string {
  return (
    `this sign-in is valid for this process only: there is no keyring to store tokens in (${problem}); ` +
    '`--allow-unencrypted-storage` stores them in a file that only you can read'
  );
}

function makeCredential(
  identity: Identity,
  method: LoginOptions['method'],
  context: SignInContext,
  options: ConstructorParameters<Identity['DeviceCodeCredential']>[0] & { readonly clientId: string },
): UserCredential {
  if (method === 'browser') {
    announceBrowser(context);
    return new identity.InteractiveBrowserCredential(options);
  }
  const userPromptCallback = ({ message }: { readonly message: string }): void => showCode(message, context);
  return new identity.DeviceCodeCredential({ ...options, userPromptCallback });
}

async function authenticate(
  credential: UserCredential,
  scope: string,
  { method, waitLimit }: LoginOptions,
  { runtime }: SignInContext,
  observed: Observed,
): Promise<AuthenticationRecord> {
  const { signal, clock } = runtime;
  // A device code expires by itself.
  const limit = waitLimit ?? (method === 'browser' ? BROWSER_LIMIT : undefined);
  const ended = new AbortController();
  const abortSignal = AbortSignal.any([signal, ended.signal]);
  const tooLate = limit === undefined ? [] : [waitingLimit(limit, observed, clock, abortSignal)];
  try {
    const authenticated = credential.authenticate(scope, { abortSignal, enableCae: true });
    // The library ignores the signal while it waits for a browser.
    const record = await unlessAborted(Promise.race([authenticated, ...tooLate]), signal);
    if (record === undefined) throw new Failure('sign-in', 'the sign-in returned no account');
    return record;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw signInFailure(method, error, observed);
  } finally {
    ended.abort();
  }
}

/** Rejects after the limit. A pending request has its own time-out with a better message. */
async function waitingLimit(
  limit: number,
  observed: Observed,
  clock: Clock,
  signal: AbortSignal,
): Promise<never> {
  do await clock.sleep(limit, signal);
  while (observed.pending > 0);
  throw new Failure('sign-in', `timed out: no sign-in within ${durationText(limit)}`, {
    hint: 'try again; wait longer with `--timeout`',
  });
}

function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  return seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} s`;
}

/** @returns whether it was saved: a home folder that cannot be written does not fail the sign-in */
async function save(
  store: SessionStore,
  session: Session,
  token: AccessToken,
  context: SignInContext,
): Promise<boolean> {
  try {
    // Tokens of a previous sign-in in a file do not belong to this session.
    if (session.storage === 'keyring') await store.clear();
    await store.write(session);
    await saveAccessToken(store, session, token);
    return true;
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    context.emit({
      kind: 'warning',
      text: `this sign-in is valid for this process only: it cannot be saved (${why})`,
    });
    return false;
  }
}
