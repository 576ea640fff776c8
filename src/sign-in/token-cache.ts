import type { IdentityPlugin } from '@azure/identity';
import type { SessionStore } from './session.ts';

/** What MSAL hands to a cache plugin around each use of its cache. */
interface CacheContext {
  readonly cacheHasChanged: boolean;
  readonly tokenCache: { serialize(): string; deserialize(text: string): void };
}

interface PluginContext {
  readonly cachePluginControl: { setPersistence(provider: () => Promise<object>): void };
}

/**
 * Keeps MSAL's cache in the session's own file. A cache that cannot be read counts as empty, and one that cannot be
 * written is lost with the process: neither is a reason to fail a command.
 * @param fresh whoever was signed in before is not read, and is replaced once someone else has signed in
 */
export function fileCache(store: SessionStore, { fresh = false } = {}): IdentityPlugin {
  let others = fresh;
  /** What could not be written, so that it lasts at least as long as the process. */
  let unwritten: string | undefined;
  const plugin = {
    async beforeCacheAccess({ tokenCache }: CacheContext): Promise<void> {
      if (others) return;
      const cache = unwritten ?? (await store.readTokens().catch(() => undefined))?.cache;
      if (cache === undefined) return;
      try {
        tokenCache.deserialize(cache);
      } catch {
        // Not MSAL's text: the next write replaces it.
      }
    },
    async afterCacheAccess({ cacheHasChanged, tokenCache }: CacheContext): Promise<void> {
      if (!cacheHasChanged) return;
      const access = others ? undefined : (await store.readTokens().catch(() => undefined))?.access;
      others = false;
      const cache = tokenCache.serialize();
      unwritten = await store.writeTokens({ cache, access }).then(
        () => undefined,
        () => cache,
      );
    },
  };
  // The library types the context of a plugin as unknown; this is the part of its contract that plugins use.
  return ((context: PluginContext) =>
    context.cachePluginControl.setPersistence(async () => plugin)) as IdentityPlugin;
}

/** Whether there is a keyring behind the plugin: on a server without a desktop it is installed in vain. */
async function opens(plugin: IdentityPlugin): Promise<boolean> {
  type Provider = (options: { readonly name: string; readonly enabled: true }) => Promise<object>;
  let provider: Provider | undefined;
  const cachePluginControl = {
    setPersistence: (given: Provider) => {
      provider = given;
    },
  };
  plugin({ cachePluginControl });
  try {
    // The library's own names of its caches end so.
    await provider?.({ name: 'msal.cache.cae', enabled: true });
    return provider !== undefined;
  } catch {
    return false;
  }
}

/**
 * The plugin that keeps tokens in the system's keyring; undefined where it is not installed, or no keyring answers.
 * It needs a native library that does not install everywhere, so nothing here depends on it.
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
