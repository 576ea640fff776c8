import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import { type LoginOptions, login } from '../../src/sign-in/login.ts';
import { saveAccessToken, savedSignIn } from '../../src/sign-in/saved-sign-in.ts';
import { type Session, SessionStore } from '../../src/sign-in/session-store.ts';
import { fileCache, openKeyring } from '../../src/sign-in/token-cache.ts';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { defaultBehaviour } from '../authority/tenant.ts';
import { distrustRoot, trustRoot } from '../support/trust-root.ts';
import { followRedirects, replacePrograms } from './replaced-programs.ts';
import { type ContextOptions, contextOf, failureOf, TENANT } from './sign-in-context.ts';

const MINUTE = 60_000;
const CLIENT = '14d82eec-204b-4c2f-b7e8-296a70dab67e';
const APP = '11111111-1111-4111-8111-111111111111';
const SCOPE = 'https://graph.microsoft.com/.default';
const REQUEST = { scope: SCOPE, claims: undefined };
const KEYRING = '@azure/identity-cache-persistence';
const NO_KEYRING = `${KEYRING} is not installed`;

const forever = () => new Promise<void>(() => undefined);
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'graph-overview-test-'));

let authority: Authority;
/** The state folder of the current test. */
let state: string;

beforeAll(async () => {
  authority = await startAuthority({ folder: newFolder(), apps: [{ clientId: APP }] });
  trustRoot(readFileSync(authority.caFile, 'utf8'));
});
beforeEach(() => {
  state = join(newFolder(), 'state');
});
afterEach(() => {
  authority.requests.length = 0;
  Object.assign(authority.behaviour, defaultBehaviour());
});
afterAll(() => {
  distrustRoot();
  return authority.close();
});

function here({ env, ...more }: ContextOptions = {}) {
  const own = { GRAPH_OVERVIEW_STATE: state, AZURE_AUTHORITY_HOST: authority.url };
  return contextOf({ tenant: TENANT, ...more, env: { ...own, ...env } });
}

const IN_FILE: LoginOptions = {
  method: 'device-code',
  clientId: undefined,
  waitLimit: undefined,
  allowUnencryptedStorage: true,
};

const inState = (name: string): string => join(state, 'sign-in', name);
const readState = (name: string) => JSON.parse(readFileSync(inState(name), 'utf8'));
const grants = () => authority.requests.flatMap(({ form }) => form.grant_type ?? []);

/** Changes members of a file in the state folder. */
function change(name: 'session.json' | 'tokens.json', members: object): void {
  writeFileSync(inState(name), JSON.stringify({ ...readState(name), ...members }), { mode: 0o600 });
}

async function acquire(options: ContextOptions = {}, claims?: string) {
  const provider = await savedSignIn.open(here(options));
  return provider({ scope: SCOPE, claims });
}

const SESSION: Session = {
  version: 1,
  cloud: 'global',
  authority: 'https://login.microsoftonline.com',
  tenant: TENANT,
  client: CLIENT,
  account: 'adele@contoso.example',
  record: '{"a":1}',
  storage: 'file',
};
const TOKENS = { cache: '{"b":2}', access: { value: 'the-token', expires: 12 } };

describe('the files of a session', () => {
  const store = () =>
    new SessionStore({ env: { GRAPH_OVERVIEW_STATE: state }, platform: 'linux', home: undefined });

  test('contain what was written, and only their owner can read them', async () => {
    expect(await store().read()).toBeUndefined();
    expect(await store().readTokens(SESSION)).toBeUndefined();
    await store().write(SESSION);
    expect(await store().writeTokens(TOKENS, SESSION)).toBe(true);
    expect(await store().read()).toEqual(SESSION);
    expect(await store().readTokens(SESSION)).toEqual(TOKENS);
    for (const name of ['session.json', 'tokens.json']) expect(statSync(inState(name)).mode & 0o077).toBe(0);
    expect(await store().clear()).toBe(true);
    expect([existsSync(inState('session.json')), existsSync(inState('tokens.json'))]).toEqual([false, false]);
    expect(await store().clear()).toBe(false);
  });

  test('belong to one session', async () => {
    await store().write(SESSION);
    const other = { ...SESSION, record: 'another' };
    expect(await store().writeTokens(TOKENS, other)).toBe(false);
    expect(existsSync(inState('tokens.json'))).toBe(false);
    expect(await store().writeTokens(TOKENS, undefined)).toBe(true);
    expect(await store().writeTokens({ cache: 'x', access: undefined }, other)).toBe(false);
    expect(await store().readTokens(other)).toBeUndefined();
    expect(await store().readTokens(SESSION)).toEqual(TOKENS);
  });

  test('are removed if the session ends while its tokens are written', async () => {
    await store().write(SESSION);
    const tokens = {
      cache: 'x',
      get access() {
        // The session ends while the tokens are serialized.
        writeFileSync(inState('session.json'), JSON.stringify({ ...SESSION, record: 'another' }));
        return undefined;
      },
    };
    expect(await store().writeTokens(tokens, SESSION)).toBe(false);
    expect(existsSync(inState('tokens.json'))).toBe(false);
  });

  test.each([
    ['of another version', { version: 2 }],
    ['without a record', { record: 1 }],
  ])('%s are not a session', async (_, members) => {
    await store().write(SESSION);
    change('session.json', members);
    expect(await store().read()).toBeUndefined();
  });

  test('that are not JSON are not a session', async () => {
    await store().write(SESSION);
    writeFileSync(inState('session.json'), '{');
    expect(await store().read()).toBeUndefined();
  });

  test('cannot be used without a folder, or if others can write to it', async () => {
    const none = new SessionStore({ env: {}, platform: 'linux', home: undefined });
    expect([await none.read(), await none.clear()]).toEqual([undefined, false]);
    await expect(none.write(SESSION)).rejects.toThrow('there is no state folder: set GRAPH_OVERVIEW_STATE');
    await store().write(SESSION);
    chmodSync(join(state, 'sign-in'), 0o777);
    await expect(store().read()).rejects.toThrow('can be written by other users');
  });
});

describe('the cache of the library in a file', () => {
  interface Plugin {
    beforeCacheAccess(context: object): Promise<void>;
    afterCacheAccess(context: object): Promise<void>;
  }

  /** The plugin of `fileCache`, called with a token cache that it reads and writes. */
  async function pluginOf(store: object, session: Session | undefined) {
    let provider: (() => Promise<object>) | undefined;
    const cachePluginControl = {
      setPersistence: (given: () => Promise<object>) => {
        provider = given;
      },
    };
    fileCache(store as SessionStore, session)({ cachePluginControl });
    const plugin = (await provider?.()) as Plugin;
    const read: string[] = [];
    const tokenCache = (text: string) => ({
      serialize: () => text,
      deserialize(given: string) {
        if (given === 'damaged') throw new Error('not a cache');
        read.push(given);
      },
    });
    return {
      read,
      load: () => plugin.beforeCacheAccess({ tokenCache: tokenCache('') }),
      save: (text: string, cacheHasChanged = true) =>
        plugin.afterCacheAccess({ tokenCache: tokenCache(text), cacheHasChanged }),
    };
  }

  /** A store that records the calls of writeTokens. */
  function storeWith(tokens: object | undefined, answer: () => Promise<boolean> = async () => true) {
    const written: unknown[] = [];
    return {
      written,
      readTokens: async (session: Session) =>
        session === SESSION ? tokens : { cache: 'of another session' },
      writeTokens: (...given: unknown[]) => {
        written.push(given);
        return answer();
      },
    };
  }

  test('is read, and written with the access token if it has changed', async () => {
    const store = storeWith(TOKENS);
    const { read, load, save } = await pluginOf(store, SESSION);
    await load();
    await save('unchanged', false);
    await save('changed');
    await load();
    expect(read).toEqual([TOKENS.cache, TOKENS.cache]);
    expect(store.written).toEqual([[{ cache: 'changed', access: TOKENS.access }, SESSION]]);
  });

  test.each([
    ['missing', undefined],
    ['damaged', { cache: 'damaged' }],
  ])('is empty if it is %s', async (_, tokens) => {
    const store = storeWith(tokens);
    const { read, load, save } = await pluginOf(store, SESSION);
    await load();
    await save('new');
    expect(read).toEqual([]);
    expect(store.written).toEqual([[{ cache: 'new', access: undefined }, SESSION]]);
  });

  test('is empty if it cannot be read', async () => {
    const store = { ...storeWith(undefined), readTokens: () => Promise.reject(new Error('unreadable')) };
    const { read, load, save } = await pluginOf(store, SESSION);
    await load();
    await save('new');
    expect(read).toEqual([]);
    expect(store.written).toEqual([[{ cache: 'new', access: undefined }, SESSION]]);
  });

  test.each([
    ['fails', () => Promise.reject(new Error('full'))],
    ['is for a session that has ended', async () => false],
  ])('stays in memory if the write %s', async (_, answer) => {
    const { read, load, save } = await pluginOf(storeWith(TOKENS, answer), SESSION);
    await save('changed');
    await load();
    expect(read).toEqual(['changed']);
  });

  test('of a new sign-in does not read the previous one', async () => {
    const store = storeWith(TOKENS);
    const { read, load, save } = await pluginOf(store, undefined);
    await load();
    await save('new');
    await load();
    expect(read).toEqual(['new']);
    expect(store.written).toEqual([[{ cache: 'new', access: undefined }, undefined]]);
  });
});

describe('a sign-in without a keyring', () => {
  test('is saved in a file if that is allowed', async () => {
    const context = here();
    const before = Date.now();
    const { token, storage } = await login(IN_FILE, context);
    expect([storage, token.method, token.account]).toEqual(['file', 'device-code', 'adele@contoso.example']);
    expect(context.texts('prompt')).toEqual([expect.stringContaining('enter the code')]);
    expect(context.texts('warning')).toEqual([]);
    expect(readState('session.json')).toEqual({
      ...{ version: 1, cloud: 'global', authority: authority.url, tenant: TENANT, asked: TENANT },
      ...{ client: CLIENT, account: 'adele@contoso.example', storage: 'file' },
      record: expect.stringContaining('adele@contoso.example'),
    });
    const { cache, access } = readState('tokens.json');
    expect(access).toEqual({ value: token.value, expires: token.expires });
    expect(access.expires - before).toBeGreaterThan(59 * MINUTE);
    expect(Object.keys(JSON.parse(cache).RefreshToken)).toHaveLength(1);
    expect(grants()).toEqual(['device_code', 'device_code']);
    expect(authority.requests[1]?.form.scope).toContain(
      'https://graph.microsoft.com/DeviceManagementConfiguration.ReadWrite.All',
    );
  });

  test('has the requested client and tenant', async () => {
    await login({ ...IN_FILE, clientId: APP }, here({ tenant: 'contoso.example' }));
    expect(readState('session.json')).toMatchObject({
      client: APP,
      tenant: TENANT,
      asked: 'contoso.example',
    });
    await login(IN_FILE, here({ tenant: undefined }));
    expect(readState('session.json')).toMatchObject({ client: CLIENT });
    expect(readState('session.json')).not.toHaveProperty('asked');
  });

  test('lasts for the process if a file is not allowed', async () => {
    const context = here();
    const { storage } = await login({ ...IN_FILE, allowUnencryptedStorage: false }, context);
    expect(storage).toBe('process');
    expect(authority.requests.filter(({ path }) => path.endsWith('devicecode'))).toHaveLength(1);
    expect(existsSync(state)).toBe(false);
    expect(context.texts('warning')).toEqual([
      `this sign-in is valid for this process only: there is no keyring to store tokens in (${NO_KEYRING}); ` +
        '`--allow-unencrypted-storage` stores them in a file that only you can read',
    ]);
  });

  test('lasts for the process if it cannot be saved', async () => {
    const context = here();
    writeFileSync(state, 'not a folder');
    expect((await login(IN_FILE, context)).storage).toBe('process');
    expect(context.texts('warning')).toEqual([
      expect.stringMatching(/^this sign-in is valid for this process only: it cannot be saved \(E[A-Z]+\)$/),
    ]);
    const folderless = here({ env: { GRAPH_OVERVIEW_STATE: '' } });
    expect((await login(IN_FILE, folderless)).storage).toBe('process');
    expect(folderless.texts('warning')).toEqual([
      'this sign-in is valid for this process only: it cannot be saved ' +
        '(there is no state folder: set GRAPH_OVERVIEW_STATE)',
    ]);
  });

  test('that is declined does not change the previous one, and the next one replaces it', async () => {
    await login(IN_FILE, here());
    const files = () => [readState('session.json'), readState('tokens.json')];
    const previous = files();
    authority.behaviour.deviceCode.outcome = 'declined';
    expect(await failureOf(() => login(IN_FILE, here()))).toBe(
      'sign-in: AADSTS65004: The user declined to sign in. | ' +
        'the sign-in was declined: try again, or ask an administrator for consent',
    );
    expect(files()).toEqual(previous);
    authority.behaviour.deviceCode.outcome = 'granted';
    const { token } = await login(IN_FILE, here());
    expect(files()[1].access.value).toBe(token.value);
    expect(token.value).not.toBe(previous[1].access.value);
  });

  test('for another cloud is refused', async () => {
    authority.behaviour.claims = { aud: 'https://graph.microsoft.us' };
    expect(await failureOf(() => login(IN_FILE, here()))).toContain(
      'sign-in: the token of device-code is for the cloud usgov, not for global',
    );
    expect(existsSync(inState('session.json'))).toBe(false);
  });

  test('can use a browser', async () => {
    const restore = replacePrograms((line) => {
      followRedirects(line.slice(line.indexOf('https://'))).catch(() => undefined);
      return undefined;
    });
    const context = here({ env: { BROWSER: 'x' }, sleep: forever });
    const { token, storage } = await login({ ...IN_FILE, method: 'browser' }, context);
    restore();
    expect([token.method, token.account, storage]).toEqual(['browser', 'adele@contoso.example', 'file']);
    expect(context.texts('prompt')).toEqual([
      'a browser opens for the sign-in; without a browser, use a device code',
    ]);
  });

  test('with a browser fails if none can be opened', async () => {
    expect(await failureOf(() => login({ ...IN_FILE, method: 'browser' }, here()))).toBe(
      'usage: no browser can be opened: DISPLAY, WAYLAND_DISPLAY and BROWSER are not set | ' +
        'use `graph-overview login --device-code`',
    );
  });
});

describe('a sign-in that takes too long', () => {
  const LIMITED = { ...IN_FILE, waitLimit: 90_000 };
  const tooLate = (text: string) =>
    `sign-in: timed out: no sign-in within ${text} | try again; wait longer with \`--timeout\``;

  test.each([
    ['device-code', 90_000, 90_000, '90 s'],
    ['device-code', 119_500, 119_500, '119.5 s'],
    ['device-code', 120_000, 120_000, '2 minutes'],
    ['browser', undefined, 900_000, '15 minutes'],
    ['browser', 1_000, 1_000, '1 s'],
  ] as const)('by %s with the limit %p times out', async (method, waitLimit, waited, text) => {
    let redirect: string | null = null;
    const restore = replacePrograms((line) => {
      redirect = new URL(line.slice(line.indexOf('https://'))).searchParams.get('redirect_uri');
      return undefined;
    });
    authority.behaviour.deviceCode.pending = 100_000;
    const sleeps: number[] = [];
    const sleep = async (time: number) => {
      sleeps.push(time);
      do await setImmediate();
      while (method === 'browser' ? redirect === null : context.events.length === 0);
    };
    const context = here({ sleep, env: { BROWSER: 'x' } });
    expect(await failureOf(() => login({ ...IN_FILE, method, waitLimit }, context))).toBe(tooLate(text));
    restore();
    expect(new Set(sleeps)).toEqual(new Set([waited]));
    // The server of the library waits until the browser answers.
    if (redirect !== null) await followRedirects(`${redirect}/?error=access_denied`);
  });

  test('no longer asks whether its code was entered', async () => {
    authority.behaviour.deviceCode.pending = 100_000;
    expect(await failureOf(() => login(LIMITED, here({ sleep: () => setTimeout(20) })))).toBe(
      tooLate('90 s'),
    );
    // A request may be pending at the limit.
    let [before, now] = [-1, grants().length];
    for (let round = 0; round < 20 && before !== now; round += 1) {
      await setTimeout(50);
      [before, now] = [now, grants().length];
    }
    expect(now).toBe(before);
  });

  test('by a device code has no limit without --timeout', async () => {
    const sleep = () => Promise.reject(new Error('no limit was requested'));
    expect((await login(IN_FILE, here({ sleep }))).storage).toBe('file');
  });

  test('still completes if its last request is pending at the limit', async () => {
    const wake: (() => void)[] = [];
    const sleep = () => new Promise<void>((resolve) => void wake.push(resolve));
    authority.behaviour.intercept = ({ path }) => {
      // The limit is reached during the last request.
      if (path.endsWith('/token')) wake[0]?.();
      return undefined;
    };
    authority.behaviour.deviceCode.pending = 0;
    expect((await login(LIMITED, here({ sleep }))).storage).toBe('file');
    expect(wake).toHaveLength(2);
  });

  test('stops its timer when the sign-in has ended', async () => {
    let signal: AbortSignal | undefined;
    const sleep = (_: number, given?: AbortSignal) => {
      signal = given;
      return forever();
    };
    await login(LIMITED, here({ sleep }));
    expect(signal?.aborted).toBe(true);
  });

  test('ends with an interruption', async () => {
    const interrupted = new Failure('interrupted', 'interrupted');
    const controller = new AbortController();
    authority.behaviour.deviceCode.pending = 100_000;
    authority.behaviour.intercept = ({ path }) => {
      if (path.endsWith('/token')) controller.abort(interrupted);
      return undefined;
    };
    const context = here({ signal: controller.signal });
    await expect(login(IN_FILE, context)).rejects.toBe(interrupted);
  });
});

describe('a saved sign-in', () => {
  test('is missing before a login, and found after it', async () => {
    expect(await savedSignIn.unavailable(here())).toBe('not signed in with `graph-overview login`');
    expect(await failureOf(() => acquire())).toBe('sign-in: not signed in with `graph-overview login`');
    await login(IN_FILE, here());
    expect(await savedSignIn.unavailable(here())).toBeUndefined();
    expect(savedSignIn.method).toBe('browser');
  });

  test('returns its last token without a request', async () => {
    const { token } = await login(IN_FILE, here());
    authority.requests.length = 0;
    const context = here();
    const provider = await savedSignIn.open(context);
    expect(await provider(REQUEST)).toEqual({
      ...{ value: token.value, expires: token.expires },
      ...{ method: 'browser', account: 'adele@contoso.example' },
    });
    expect(authority.requests).toEqual([]);
    expect(context.secrets.blank(token.value)).toBe('***');
  });

  test.each([
    [5 * MINUTE + 1, false],
    [5 * MINUTE, true],
    ['no number', true],
  ])('that is valid for %p is renewed: %p', async (left, renewed) => {
    authority.behaviour.accessTokenSeconds = 60;
    const now = Date.now();
    await login(IN_FILE, here());
    const expires = typeof left === 'number' ? now + left : left;
    change('tokens.json', { access: { value: 'the-saved-token', expires } });
    authority.requests.length = 0;
    const token = await acquire({ now });
    expect(token.value === 'the-saved-token').toBe(!renewed);
    expect(token).toMatchObject({ method: 'browser', account: 'adele@contoso.example' });
    expect(grants()).toEqual(renewed ? ['refresh_token'] : []);
    if (renewed) expect(readState('tokens.json').access.value).toBe(token.value);
  });

  test('is renewed for a challenge, with a new token', async () => {
    const { token } = await login(IN_FILE, here());
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
    authority.requests.length = 0;
    const renewed = await acquire({}, claims);
    expect(renewed.value).not.toBe(token.value);
    const { form } = authority.requests.at(-1) ?? {};
    expect(form).toMatchObject({ grant_type: 'refresh_token', client_id: CLIENT });
    expect(JSON.parse(form?.claims ?? '')).toMatchObject(JSON.parse(claims));
    expect(readState('tokens.json').access.value).toBe(renewed.value);
  });

  test('loads the library once', async () => {
    authority.behaviour.accessTokenSeconds = 60;
    await login(IN_FILE, here());
    authority.requests.length = 0;
    const provider = await savedSignIn.open(here());
    await provider(REQUEST);
    await provider(REQUEST);
    const configurations = authority.requests.filter(({ path }) => path.endsWith('openid-configuration'));
    expect([configurations.length, grants()]).toEqual([1, ['refresh_token', 'refresh_token']]);
  });

  test('that was revoked is reported as expired', async () => {
    authority.behaviour.accessTokenSeconds = 60;
    await login(IN_FILE, here());
    authority.revokeRefreshTokens();
    expect(await failureOf(() => acquire())).toBe(
      'sign-in: the saved sign-in of adele@contoso.example has expired: ' +
        'AADSTS700082: The refresh token has expired or was revoked. | ' +
        'sign in again with `graph-overview login`',
    );
  });

  test('is not reported as expired if the service cannot be reached', async () => {
    authority.behaviour.accessTokenSeconds = 60;
    await login(IN_FILE, here());
    authority.behaviour.intercept = () => ({ status: 403, text: '<html>' });
    expect(await failureOf(() => acquire())).toContain('network: the sign-in service: ');
  });

  test('that cannot be read is a failed sign-in', async () => {
    authority.behaviour.accessTokenSeconds = 60;
    await login(IN_FILE, here());
    change('session.json', { record: '{garbage' });
    expect(await failureOf(() => acquire())).toBe(
      'sign-in: the saved sign-in cannot be read | sign in again with `graph-overview login`',
    );
  });

  test('in an unsafe folder is available, and its use fails', async () => {
    await new SessionStore(here().runtime).write(SESSION);
    chmodSync(join(state, 'sign-in'), 0o777);
    expect(await savedSignIn.unavailable(here())).toBeUndefined();
    expect(await failureOf(() => acquire())).toMatch(
      /^sign-in: the saved sign-in is not used: .*sign-in.* \| sign out with `graph-overview logout`, correct the folder, and sign in again$/,
    );
  });

  test.each([
    [{ cloud: 'usgov' }, {}, 'is for the cloud global, not for usgov'],
    [{ env: { AZURE_AUTHORITY_HOST: '' } }, {}, 'is with https://AUTHORITY'],
    [{ tenant: 'fabrikam.example' }, {}, `is for the tenant ${TENANT}, not for fabrikam.example`],
    [{ tenant: TENANT.toUpperCase() }, {}, undefined],
    [{ tenant: 'Contoso.example' }, { asked: 'contoso.Example' }, undefined],
    [{ tenant: undefined }, {}, undefined],
  ] as const)('used with %j and saved with %j: %p', async (options, members, mismatch) => {
    const session = { ...SESSION, authority: authority.url, ...members };
    await new SessionStore(here().runtime).write(session);
    const failure = await failureOf(() => savedSignIn.open(here(options)));
    const text = mismatch?.replace('https://AUTHORITY', authority.url);
    expect(failure).toBe(
      text === undefined
        ? 'ok'
        : `sign-in: the saved sign-in ${text} | sign in with \`graph-overview login\` and the same options`,
    );
  });

  test('stores an access token only with an expiry, and only with its cache', async () => {
    const store = new SessionStore(here().runtime);
    await store.write(SESSION);
    const token = { value: 'new', expires: 34, method: 'browser' } as const;
    await saveAccessToken(store, SESSION, token);
    expect(await store.readTokens(SESSION)).toBeUndefined();
    await store.writeTokens(TOKENS, SESSION);
    await saveAccessToken(store, SESSION, { ...token, expires: undefined });
    expect(await store.readTokens(SESSION)).toEqual(TOKENS);
    await saveAccessToken(store, SESSION, token);
    expect(await store.readTokens(SESSION)).toEqual({ ...TOKENS, access: { value: 'new', expires: 34 } });
    const failing = {
      readTokens: () => Promise.reject(new Error('unreadable')),
      writeTokens: () => Promise.reject(new Error('full')),
    };
    await saveAccessToken(failing as unknown as SessionStore, SESSION, token);
    const full = { ...failing, readTokens: async () => TOKENS };
    await saveAccessToken(full as unknown as SessionStore, SESSION, token);
  });

  test('is reported as not usable if its tokens cannot be read', async () => {
    authority.behaviour.accessTokenSeconds = 60;
    await login(IN_FILE, here());
    chmodSync(inState('tokens.json'), 0o644);
    expect(await failureOf(() => acquire())).toContain('sign-in: the saved sign-in of adele@contoso.example');
  });
});

describe('a keyring', () => {
  /** A keyring package with its cache in memory. */
  const keyring = {
    offered: true,
    error: undefined as Error | undefined,
    locked: undefined as Error | undefined,
    opened: [] as unknown[],
    verified: 0,
    text: undefined as string | undefined,
    cache: undefined as object | undefined,
  };
  interface Access {
    readonly cacheHasChanged: boolean;
    readonly tokenCache: { serialize(): string; deserialize(text: string): void };
  }

  const cache = {
    async beforeCacheAccess({ tokenCache }: Access) {
      if (keyring.text !== undefined && keyring.locked === undefined) tokenCache.deserialize(keyring.text);
    },
    async afterCacheAccess({ cacheHasChanged, tokenCache }: Access) {
      if (cacheHasChanged) keyring.text = tokenCache.serialize();
    },
    persistence: {
      async verifyPersistence() {
        keyring.verified += 1;
        if (keyring.locked !== undefined) throw keyring.locked;
        return true;
      },
    },
  };

  interface Context {
    readonly cachePluginControl: { setPersistence(open: (options: unknown) => Promise<object>): void };
  }

  function cachePersistencePlugin({ cachePluginControl }: Context): void {
    if (!keyring.offered) return;
    cachePluginControl.setPersistence(async (options) => {
      keyring.opened.push(options);
      if (keyring.error !== undefined) throw keyring.error;
      return keyring.cache ?? cache;
    });
  }

  const IN_KEYRING = { ...IN_FILE, allowUnencryptedStorage: false };

  test('that is not installed is reported', async () => {
    expect(await openKeyring({ verify: false })).toEqual({ problem: NO_KEYRING });
    const context = here();
    await login(IN_FILE, context);
    change('session.json', { storage: 'keyring' });
    expect(await failureOf(() => acquire())).toBe(
      `sign-in: the saved sign-in of adele@contoso.example is in the keyring: ${NO_KEYRING} | ` +
        'unlock or install it, or sign in again with `graph-overview login`',
    );
  });

  describe('that is installed', () => {
    beforeAll(() => {
      jest.unstable_mockModule(KEYRING, () => ({ cachePersistencePlugin }), { virtual: true });
    });
    beforeEach(() => {
      Object.assign(keyring, {
        cache: undefined,
        offered: true,
        error: undefined,
        locked: undefined,
        verified: 0,
        text: undefined,
      });
      keyring.opened.length = 0;
    });

    test('is opened by the name that the library uses, and verified on request', async () => {
      expect(await openKeyring({ verify: false })).toHaveProperty('plugin');
      expect(keyring.verified).toBe(0);
      expect(await openKeyring({ verify: true })).toHaveProperty('plugin');
      expect(keyring.verified).toBe(1);
      const options = { name: 'msal.cache.cae', enabled: true };
      expect(keyring.opened).toEqual([options, options]);
    });

    test.each([
      [{ offered: false }, 'its package does not offer one'],
      [{ error: new Error('plain') }, 'plain'],
      [{ error: new Error('It failed. Error: PersistenceError: locked') }, 'locked'],
      [{ error: new Error('It failed: inner error: locked') }, 'locked'],
      [{ locked: new TypeError('locked') }, 'locked'],
    ])('cannot be used with %j', async (state, why) => {
      Object.assign(keyring, state);
      expect(await openKeyring({ verify: true })).toEqual({ problem: `the keyring cannot be used: ${why}` });
    });

    test.each([{}, { persistence: {} }])(
      'is not verified if it offers no verification: %j',
      async (opened) => {
        keyring.cache = opened;
        expect(await openKeyring({ verify: true })).toHaveProperty('plugin');
      },
    );

    test('stores the tokens of a sign-in, and no file does', async () => {
      await login(IN_KEYRING, here());
      await new SessionStore(here().runtime).writeTokens(TOKENS, undefined);
      keyring.text = undefined;
      const context = here();
      expect((await login(IN_KEYRING, context)).storage).toBe('keyring');
      expect(context.texts('warning')).toEqual([]);
      expect(keyring.verified).toBe(2);
      expect(readState('session.json')).toMatchObject({ storage: 'keyring' });
      expect(existsSync(inState('tokens.json'))).toBe(false);
      expect(keyring.text).toContain('RefreshToken');
    });

    test('returns tokens from its cache', async () => {
      const { token } = await login(IN_KEYRING, here());
      authority.requests.length = 0;
      expect(await acquire()).toMatchObject({ value: token.value, account: 'adele@contoso.example' });
      expect(grants()).toEqual([]);
      expect(existsSync(inState('tokens.json'))).toBe(false);
      expect(keyring.verified).toBe(1);
    });

    test('that is locked later is reported as the reason', async () => {
      await login(IN_KEYRING, here());
      keyring.locked = new Error('locked');
      expect(await failureOf(() => acquire())).toBe(
        'sign-in: the saved sign-in of adele@contoso.example is in the keyring: ' +
          'the keyring cannot be used: locked | unlock or install it, or sign in again with `graph-overview login`',
      );
    });

    test('that lost the tokens is reported as an expired sign-in', async () => {
      await login(IN_KEYRING, here());
      keyring.text = undefined;
      expect(await failureOf(() => acquire())).toContain(
        'sign-in: the saved sign-in of adele@contoso.example has expired: ',
      );
    });

    test('that cannot be used leaves the sign-in valid for the process, or in a file', async () => {
      keyring.error = new Error('plain');
      const context = here();
      expect((await login(IN_KEYRING, context)).storage).toBe('process');
      expect(context.texts('warning')[0]).toContain('the keyring cannot be used: plain');
      expect((await login(IN_FILE, here())).storage).toBe('file');
    });
  });
});
