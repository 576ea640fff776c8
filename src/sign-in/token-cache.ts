import type { IdentityPlugin } from '@azure/identity';
import type { Session, SessionStore } from './session-store.ts';

/** The argument of MSAL's calls to a cache plugin, before and after each use of the cache. */
interface CacheContext {
  readonly cacheHasChanged: boolean;
  readonly tokenCache: { serialize(): string; deserialize(text: string): void };
}

interface PluginContext {
  readonly cachePluginControl: { setPersistence(provider: () => Promise<object>): void };
}

/**
 * Stores MSAL's cache in the session's file. A cache that cannot be read is treated as empty, and one that cannot be
 * written is lost when the process ends; neither is an error.
 * @param session the owner of the cache; undefined: a new sign-in, which does not read the previous one and replaces it
 *   on success
 */
export function fileCache(store: SessionStore, session: Session | undefined): IdentityPlugin {
  /** A cache in memory: of a new sign-in, or because it could not be written. */
  let unsaved: string | undefined;
  const saved = async () =>
    session === undefined ? undefined : await store.readTokens(session).catch(() => undefined);
  const plugin = {
    async beforeCacheAccess({ tokenCache }: CacheContext): Promise<void> {
      const cache = unsaved ?? (await saved())?.cache;
      if (cache === undefined) return;
      try {
        tokenCache.deserialize(cache);
      } catch {
        // The file is not an MSAL cache; the next write replaces it.
      }
    },
    async afterCacheAccess({ cacheHasChanged, tokenCache }: CacheContext): Promise<void> {
      if (!cacheHasChanged) return;
      const cache = tokenCache.serialize();
      const access = (await saved())?.access;
      const written = await store.writeTokens({ cache, access }, session).catch(() => false);
      unsaved = written && session !== undefined ? undefined : cache;
    },
  };
  // The library declares the context of a plugin as unknown; this is the part that plugins use.
  return ((context: PluginContext) =>
    context.cachePluginControl.setPersistence(async () => plugin)) as IdentityPlugin;
}

/** The cache of the keyring's package, which can test whether the keyring works. */
interface KeyringCache {
  readonly persistence?: { verifyPersistence?(): Promise<boolean> };
}

/** The plugin that stores tokens in the system's keyring, or why it cannot be used. */
export type Keyring = { readonly plugin: IdentityPlugin } | { readonly problem: string };

/**
 * Opens the system's keyring. Its package is optional, since its native part cannot be installed everywhere.
 * @param verify whether to store a test value, since a locked keyring can be opened but stores nothing
 */
export async function openKeyring({ verify }: { readonly verify: boolean }): Promise<Keyring> {
  const name = '@azure/identity-cache-persistence';
  let plugin: IdentityPlugin | undefined;
  try {
    ({ cachePersistencePlugin: plugin } = (await import(name)) as {
      cachePersistencePlugin?: IdentityPlugin;
    });
  } catch {
    // The package or its native part is not installed.
  }
  if (plugin === undefined) return { problem: `${name} is not installed` };
  try {
    const cache = await cacheOf(plugin);
    if (verify) await cache.persistence?.verifyPersistence?.();
    return { plugin };
  } catch (error) {
    // The package adds its own text to the keyring's message.
    const [why] = String(error)
      .split(/error: /i)
      .slice(-1);
    return { problem: `the keyring cannot be used: ${why}` };
  }
}

async function cacheOf(plugin: IdentityPlugin): Promise<KeyringCache> {
  type Provider = (options: { readonly name: string; readonly enabled: true }) => Promise<KeyringCache>;
  let provider: Provider | undefined;
  const cachePluginControl = {
    setPersistence: (candidate: Provider) => {
      provider = candidate;
    },
  };
  plugin({ cachePluginControl });
  if (provider === undefined) throw new Error('its package does not offer one');
  // The name has the same ending as the library's own caches.
  return provider({ name: 'msal.cache.cae', enabled: true });
}
