import type { IdentityPlugin } from '@azure/identity';
import type { Session, SessionStore } from './session-store.ts';

/** The argument of MSAL's calls to a cache plugin, before and after each use of its cache. */
interface CacheContext {
  readonly cacheHasChanged: boolean;
  readonly tokenCache: { serialize(): string; deserialize(text: string): void };
}

interface PluginContext {
  readonly cachePluginControl: { setPersistence(provider: () => Promise<object>): void };
}

/**
 * Keeps MSAL's cache in the session's file. A cache that cannot be read counts as empty, and a cache that cannot be
 * written is lost with the process: neither fails a command.
 * @param session whose cache it is; undefined: a new sign-in, which does not read the previous one and replaces it when
 *   it succeeds
 */
export function fileCache(store: SessionStore, session: Session | undefined): IdentityPlugin {
  /** A cache that is not in the file: of a new sign-in, or one that could not be written. It lasts as long as the process. */
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
        // Not a cache of MSAL: the next write replaces it.
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
  // The library types the context of a plugin as unknown; this is the part of its contract that plugins use.
  return ((context: PluginContext) =>
    context.cachePluginControl.setPersistence(async () => plugin)) as IdentityPlugin;
}

/** What a provider of the keyring's package makes: it can try whether the keyring stores anything. */
interface KeyringCache {
  readonly persistence?: { verifyPersistence?(): Promise<boolean> };
}

/** The plugin that keeps tokens in the system's keyring, or why there is none. */
export type Keyring = { readonly plugin: IdentityPlugin } | { readonly problem: string };

/**
 * Opens the system's keyring. Its package is optional: its native part does not install everywhere.
 * @param verify also store something for a moment: a keyring that is locked opens, and keeps nothing
 */
export async function openKeyring({ verify }: { readonly verify: boolean }): Promise<Keyring> {
  const name = '@azure/identity-cache-persistence';
  let plugin: IdentityPlugin | undefined;
  try {
    ({ cachePersistencePlugin: plugin } = (await import(name)) as {
      cachePersistencePlugin?: IdentityPlugin;
    });
  } catch {
    // It is not there, or its native part is not.
  }
  if (plugin === undefined) return { problem: `${name} is not installed` };
  try {
    const cache = await cacheOf(plugin);
    if (verify) await cache.persistence?.verifyPersistence?.();
    return { plugin };
  } catch (error) {
    // The package puts its own words around those of the keyring.
    const words = String(error).split(/error: (?:\w*Error: )?/i);
    return { problem: `the keyring cannot be used: ${words.at(-1)?.replace(/^\w*Error: /, '')}` };
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
  // The name ends as those of the library's own caches do.
  return provider({ name: 'msal.cache.cae', enabled: true });
}
