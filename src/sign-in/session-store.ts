import { join } from 'node:path';
import type { Runtime } from '../process/runtime.ts';
import { stateFolder } from '../state/folder.ts';
import { checkNoLink, checkOwnFolder } from '../state/own-folder.ts';
import { readPrivate, removePrivate, writePrivate } from '../state/private-file.ts';

/** A saved sign-in: the account, the authority, and where its tokens are. It contains no secrets. */
export interface Session {
  readonly version: 1;
  readonly cloud: string;
  /** `https://host` of the authority. */
  readonly authority: string;
  readonly tenant: string;
  /** The value of `--tenant` at login, such as a domain; undefined without it. */
  readonly asked?: string | undefined;
  readonly client: string;
  readonly account: string;
  /** The identity library's serialized AuthenticationRecord. */
  readonly record: string;
  readonly storage: 'keyring' | 'file';
}

/** The tokens of a session with file storage. */
export interface SavedTokens {
  /** MSAL's serialized cache, refresh tokens included. */
  readonly cache: string;
  /** The last access token, so that the next process needs neither the library nor the authority. */
  readonly access:
    | { readonly value: string /** Milliseconds since the epoch. */; readonly expires: number }
    | undefined;
}

/** The files of the saved sign-in, `session.json` and `tokens.json`, readable only by their owner. */
export class SessionStore {
  readonly #folder: string | undefined;

  constructor(runtime: Pick<Runtime, 'env' | 'platform' | 'home'>) {
    const state = stateFolder(runtime);
    this.#folder = state === undefined ? undefined : join(state, 'sign-in');
  }

  /** The saved sign-in; undefined if there is none, or if it is not valid. @throws an UnsafeFileError */
  async read(): Promise<Session | undefined> {
    const session = await this.#readJson<Session>('session.json');
    return session?.version === 1 && typeof session.record === 'string' ? session : undefined;
  }

  /** The tokens of a session; undefined if there are none, or if the session has ended. @throws an UnsafeFileError */
  async readTokens(session: Session): Promise<SavedTokens | undefined> {
    return (await this.#isCurrent(session)) ? this.#readJson<SavedTokens>('tokens.json') : undefined;
  }

  /** @throws if the folder cannot be written */
  write(session: Session): Promise<void> {
    return this.#write('session.json', session);
  }

  /**
   * Writes the tokens of a session unless it has ended, since another process may have signed out or signed in with another
   * account. Without a session, they belong to a sign-in that is saved later.
   * @returns whether they were written
   * @throws if the folder cannot be written
   */
  async writeTokens(tokens: SavedTokens, session: Session | undefined): Promise<boolean> {
    if (session !== undefined && !(await this.#isCurrent(session))) return false;
    await this.#write('tokens.json', tokens);
    if (session === undefined || (await this.#isCurrent(session))) return true;
    // The session ended meanwhile.
    await removePrivate(this.#path('tokens.json'));
    return false;
  }

  async #isCurrent({ record }: Session): Promise<boolean> {
    return (await this.read())?.record === record;
  }

  /** Removes both files. @returns whether there was a session */
  async clear(): Promise<boolean> {
    if (this.#folder === undefined) return false;
    const was = await removePrivate(this.#path('session.json'));
    await removePrivate(this.#path('tokens.json'));
    return was;
  }

  async #readJson<T>(name: string): Promise<T | undefined> {
    if (this.#folder === undefined) return undefined;
    await checkOwnFolder(this.#folder);
    const text = await readPrivate(this.#path(name));
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as T;
    } catch {
      return undefined;
    }
  }

  async #write(name: string, value: unknown): Promise<void> {
    if (this.#folder === undefined) throw new Error('there is no state folder: set GRAPH_OVERVIEW_STATE');
    await checkNoLink(this.#folder);
    await writePrivate(this.#path(name), JSON.stringify(value));
  }

  #path(name: string): string {
    return join(this.#folder ?? '', name);
  }
}
