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

/** Whether the plugin finds a keyring: on a server without a desktop there is none. */
async function opens(plugin: IdentityPlugin): Promise<boolean> {
  type Provider = (options: { readonly name: string; readonly enabled: true }) => Promise<object>;
  let provider: Provider | undefined;
  const cachePluginControl = {
    setPersistence: (candidate: Provider) => {
      provider = candidate;
    },
  };
  plugin({ cachePluginControl });
  try {
    // The name ends as those of the library's own caches do.
    await provider?.({ name: 'msal.cache.cae', enabled: true });
    return provider !== undefined;
  } catch {
    return false;
  }
}

/**
 * The plugin that keeps tokens in the system's keyring; undefined where the package is not installed or finds no keyring.
 * The package is optional: its native part does not install everywhere.
 */
export async function keyringCache(): Promise<IdentityPlugin | undefined> {
  const name = '@azure/identity-cache-persistence';
  try {
    const module = (await import(name)) as { readonly cachePersistencePlugin?: IdentityPlugin };
    const plugin = module.cachePersistencePlugin;
    return plugin !== undefined && (await opens(plugin)) ? plugin : undefined;
  } catch {
    return undefined;
  }
}
