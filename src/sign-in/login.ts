import type {
  AuthenticationRecord,
  DeviceCodeCredential,
  InteractiveBrowserCredential,
} from '@azure/identity';
import { Failure } from '../outcome/errors.ts';
import { checkToken } from './check.ts';
import { authorityOf, type SignInContext } from './context.ts';
import {
  commonOptions,
  type Identity,
  loadIdentity,
  type Seen,
  signInFailure,
  tokenFrom,
} from './identity.ts';
import { BROWSER_OPENS, noBrowser, showCode } from './interactive.ts';
import { keep } from './saved.ts';
import { type Session, SessionStore } from './session.ts';
import type { AccessToken } from './token.ts';
import { fileCache, keyringCache } from './token-cache.ts';
import { GRAPH_COMMAND_LINE, userScope } from './user-scope.ts';

/** How long a person may take to sign in, in milliseconds; a browser that is closed never says so. */
const PATIENCE = 15 * 60_000;

export interface LoginOptions {
  readonly method: 'browser' | 'device-code';
  /** The public client to sign in through; undefined: Microsoft's for Graph command lines. */
  readonly clientId: string | undefined;
  /** Keep tokens in a file that only its owner can read, where there is no keyring. */
  readonly allowUnencryptedStorage: boolean;
}

/** A sign-in that a person has just made. */
export interface SignedIn {
  readonly token: AccessToken;
  readonly storage: Session['storage'] | 'process';
}

type Credential = DeviceCodeCredential | InteractiveBrowserCredential;

/**
 * Signs a person in and saves the sign-in: in the system's keyring, or in a file where that was allowed.
 * @throws a Failure
 */
export async function login(options: LoginOptions, context: SignInContext): Promise<SignedIn> {
  const missing = options.method === 'browser' ? noBrowser(context) : undefined;
  if (missing !== undefined) {
    throw new Failure('sign-in', missing, { hint: 'sign in with `graph-overview login --device-code`' });
  }
  const identity = await loadIdentity();
  const store = new SessionStore(context.runtime);
  const storage = await openStorage(identity, store, options);
  if (storage === 'process') context.report({ kind: 'warning', text: THIS_PROCESS_ONLY });
  const { options: common, seen } = commonOptions(context);
  const clientId = options.clientId ?? GRAPH_COMMAND_LINE;
  const credential = makeCredential(identity, options.method, context, {
    ...common,
    clientId,
    ...(storage === 'process' ? {} : { tokenCachePersistenceOptions: { enabled: true } }),
  });
  const scope = userScope(context);
  const record = await authenticate(credential, scope, options.method, context, seen);
  const token = await tokenFrom(credential, options.method, { scope, claims: undefined }, context, seen);
  checkToken(token, context.target, context.runtime.clock.now());
  if (storage === 'process') return { token, storage };
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
  return { token, storage: (await save(store, session, token, context)) ? storage : 'process' };
}

const THIS_PROCESS_ONLY =
  'this sign-in lasts for this process only: there is no keyring that tokens could be kept in; ' +
  '`--allow-unencrypted-storage` keeps them in a file that only you can read';

async function openStorage(
  identity: Identity,
  store: SessionStore,
  { allowUnencryptedStorage }: LoginOptions,
): Promise<SignedIn['storage']> {
  const keyring = await keyringCache();
  if (keyring === undefined && !allowUnencryptedStorage) return 'process';
  // Whoever was signed in before must not be mixed with whoever signs in now, nor lost if nobody does.
  identity.useIdentityPlugin(keyring ?? fileCache(store, { fresh: true }));
  return keyring === undefined ? 'file' : 'keyring';
}

function makeCredential(
  identity: Identity,
  method: LoginOptions['method'],
  context: SignInContext,
  options: ConstructorParameters<Identity['DeviceCodeCredential']>[0] & { readonly clientId: string },
): Credential {
  if (method === 'browser') {
    context.report({ kind: 'note', text: BROWSER_OPENS });
    return new identity.InteractiveBrowserCredential(options);
  }
  const userPromptCallback = ({ message }: { readonly message: string }): void => showCode(message, context);
  return new identity.DeviceCodeCredential({ ...options, userPromptCallback });
}

async function authenticate(
  credential: Credential,
  scope: string,
  method: LoginOptions['method'],
  context: SignInContext,
  seen: Seen,
): Promise<AuthenticationRecord> {
  const { signal } = context.runtime;
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  // The library does not hear the signal while it waits for a browser.
  const givenUp = new Promise<never>((_, reject) => {
    abortSignal.addEventListener('abort', () => reject(signal.aborted ? signal.reason : tooSlow()), {
      once: true,
    });
  });
  try {
    const record = await Promise.race([
      credential.authenticate(scope, { abortSignal, enableCae: true }),
      givenUp,
    ]);
    if (record === undefined) throw new Failure('sign-in', 'nobody signed in');
    return record;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw signInFailure(method, error, seen);
  }
}

function tooSlow(): Failure {
  return new Failure('sign-in', `nobody signed in within ${PATIENCE / 60_000} minutes`, {
    hint: 'try again; `--device-code` needs no browser on this machine',
  });
}

/** Says whether it could be saved: a home that cannot be written is no reason to fail. */
async function save(
  store: SessionStore,
  session: Session,
  token: AccessToken,
  context: SignInContext,
): Promise<boolean> {
  try {
    // The tokens in a file of whoever was signed in before are not those of this session.
    if (session.storage === 'keyring') await store.clear();
    await store.write(session);
    if (session.storage === 'file') await keep(store, token);
    return true;
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    context.report({
      kind: 'warning',
      text: `this sign-in lasts for this process only: it cannot be saved (${why})`,
    });
    return false;
  }
}
