import type { AuthenticationRecord } from '@azure/identity';
import { Failure } from '../outcome/errors.ts';
import type { AccessToken } from './access-token.ts';
import { authorityOf, type SignInContext } from './context.ts';
import type { Credential, TokenProvider } from './credential.ts';
import { acquireToken, credentialOptions, type Identity, loadIdentity } from './identity-library.ts';
import { type Session, SessionStore } from './session-store.ts';
import { fileCache, openKeyring } from './token-cache.ts';
import { userScope } from './user-scope.ts';

/** A saved token is used if it remains valid for longer than this, in milliseconds. */
const MINIMUM_LIFETIME = 5 * 60_000;

/** The sign-in that `login` saved. While its last token is valid, neither the library nor the authority is used. */
export const savedSignIn: Credential = {
  method: 'browser',
  async unavailable(context) {
    // A session that cannot be used is a failure, which `open` reports.
    const session = await new SessionStore(context.runtime).read().catch(() => null);
    return session === undefined ? NO_SESSION : undefined;
  },
  async open(context) {
    const store = new SessionStore(context.runtime);
    const session = await usableSession(store, context);
    let renewal: Promise<TokenProvider> | undefined;
    return async (request) => {
      const inFile = session.storage === 'file' && request.claims === undefined;
      const saved = inFile ? await savedAccessToken(store, session, context) : undefined;
      if (saved !== undefined) return { ...saved, account: session.account };
      renewal ??= openRenewal(session, store, context);
      const token = await (await renewal)(request);
      await saveAccessToken(store, session, token);
      return { ...token, account: session.account };
    };
  },
};

const NO_SESSION = 'not signed in with `graph-overview login`';

/** The saved session. @throws a `sign-in` Failure if its folder is unsafe, or if it is for another cloud or tenant */
async function usableSession(store: SessionStore, context: SignInContext): Promise<Session> {
  const session = await store.read().catch((error: Error) => {
    throw new Failure('sign-in', `the saved sign-in is not used: ${error.message}`, {
      hint: 'sign out with `graph-overview logout`, correct the folder, and sign in again',
      cause: error,
    });
  });
  if (session === undefined) throw new Failure('sign-in', NO_SESSION);
  const mismatch = mismatchOf(session, context);
  if (mismatch === undefined) return session;
  throw new Failure('sign-in', mismatch, {
    hint: 'sign in with `graph-overview login` and the same options',
  });
}

/** Saves the access token with the cache. If that fails, the next process acquires a new token. */
export async function saveAccessToken(
  store: SessionStore,
  session: Session,
  token: AccessToken,
): Promise<void> {
  const cache = (await store.readTokens(session).catch(() => undefined))?.cache;
  if (cache === undefined || token.expires === undefined) return;
  const access = { value: token.value, expires: token.expires };
  await store.writeTokens({ cache, access }, session).catch(() => undefined);
}

async function savedAccessToken(
  store: SessionStore,
  session: Session,
  { secrets, runtime }: SignInContext,
): Promise<AccessToken | undefined> {
  const access = (await store.readTokens(session).catch(() => undefined))?.access;
  if (access === undefined || !(access.expires - runtime.clock.now() > MINIMUM_LIFETIME)) return undefined;
  secrets.conceal(access.value);
  return { value: access.value, expires: access.expires, method: 'browser' };
}

/** Opens a provider that renews tokens silently: only `login` starts an interactive sign-in. */
async function openRenewal(
  session: Session,
  store: SessionStore,
  context: SignInContext,
): Promise<TokenProvider> {
  const identity = await loadIdentity();
  const cache =
    session.storage === 'file' ? { plugin: fileCache(store, session) } : await openKeyring({ verify: false });
  if ('problem' in cache) throw closedKeyring(session, cache.problem);
  identity.useIdentityPlugin(cache.plugin);
  const { options, observed } = credentialOptions({ ...context, tenant: session.tenant });
  const credential = new identity.InteractiveBrowserCredential({
    ...options,
    clientId: session.client,
    authenticationRecord: recordOf(session, identity),
    disableAutomaticAuthentication: true,
    tokenCachePersistenceOptions: { enabled: true },
  });
  return async ({ claims }) => {
    try {
      return await acquireToken(
        credential,
        'browser',
        { scope: userScope(context), claims },
        context,
        observed,
      );
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'sign-in') throw error;
      // A locked keyring returns no token and no error.
      const keyring = session.storage === 'keyring' ? await openKeyring({ verify: true }) : undefined;
      if (keyring !== undefined && 'problem' in keyring) throw closedKeyring(session, keyring.problem);
      throw new Failure('sign-in', `the saved sign-in of ${session.account} has expired: ${error.message}`, {
        hint: 'sign in again with `graph-overview login`',
        cause: error,
      });
    }
  };
}

function closedKeyring({ account }: Session, problem: string): Failure {
  return new Failure('sign-in', `the saved sign-in of ${account} is in the keyring: ${problem}`, {
    hint: 'unlock or install it, or sign in again with `graph-overview login`',
  });
}

function recordOf({ record }: Session, identity: Identity): AuthenticationRecord {
  try {
    return identity.deserializeAuthenticationRecord(record);
  } catch (error) {
    throw new Failure('sign-in', 'the saved sign-in cannot be read', {
      hint: 'sign in again with `graph-overview login`',
      cause: error,
    });
  }
}

function mismatchOf(session: Session, context: SignInContext): string | undefined {
  if (session.cloud !== context.target.cloud) {
    return `the saved sign-in is for the cloud ${session.cloud}, not for ${context.target.cloud}`;
  }
  if (session.authority !== authorityOf(context)) return `the saved sign-in is with ${session.authority}`;
  const { tenant } = context;
  const names = [session.tenant, session.asked].map((name) => name?.toLowerCase());
  if (tenant !== undefined && !names.includes(tenant.toLowerCase())) {
    return `the saved sign-in is for the tenant ${session.tenant}, not for ${tenant}`;
  }
  return undefined;
}
