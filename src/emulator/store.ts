import type { Lag } from './lag.ts';
import { openStateFile, type StateFile } from './state-file.ts';
import type { Configuration, Overview, Tenant } from './tenant.ts';

/** The present overviews of a tenant: the initial ones with the changes since. */
export class Store {
  readonly #changed = new Map<string, Overview>();
  readonly #file: StateFile | undefined;
  #lag: Lag | undefined;
  /** Reads of the file are serialized, since concurrent ones would each get a part of the changes. */
  #refreshing: Promise<void> = Promise.resolve();
  readonly tenant: Tenant;

  private constructor(tenant: Tenant, file: StateFile | undefined) {
    this.tenant = tenant;
    this.#file = file;
  }

  /**
   * @param lag makes reads lag behind writes from now on
   * @throws an EmulatorError if the state file cannot be used
   */
  static async open(tenant: Tenant, path: string | undefined, lag?: Lag): Promise<Store> {
    const store = new Store(tenant, path === undefined ? undefined : await openStateFile(path, tenant.name));
    if (lag !== undefined) {
      // Existing changes in the file do not lag.
      await store.refresh();
      store.#lag = lag;
    }
    return store;
  }

  /** Reads the changes of other processes. Must be called before a request is answered. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.then(() => this.#readChanges());
    return this.#refreshing;
  }

  /** The overview after every write. */
  overviewOf(configuration: Configuration): Overview {
    return this.#changed.get(configuration.id) ?? configuration.overview;
  }

  /** The overview for a read. */
  readOverview(configuration: Configuration): Overview {
    const newest = this.overviewOf(configuration);
    return this.#lag?.shown(configuration, newest) ?? newest;
  }

  /**
   * Stores properties of one overview. When it resolves, the change survives a kill of the process.
   * @returns the overview after this write, without later writes of other processes
   */
  async write(
    configuration: Configuration,
    set: Readonly<Record<string, string | number>>,
  ): Promise<Overview> {
    if (this.#file === undefined) {
      this.#merge(configuration.id, set);
    } else {
      await this.#file.append({ id: configuration.id, set });
      // Read back instead of merged directly, since the order in the file is the same for every process.
      await this.refresh();
    }
    return { ...this.overviewOf(configuration), ...set };
  }

  async close(): Promise<void> {
    await this.#refreshing;
    await this.#file?.close();
  }

  async #readChanges(): Promise<void> {
    for (const { id, set } of (await this.#file?.readNew()) ?? []) this.#merge(id, set);
  }

  #merge(id: string, set: Readonly<Record<string, string | number>>): void {
    const configuration = this.tenant.withId(id);
    if (configuration === undefined) return;
    const before = this.overviewOf(configuration);
    this.#lag?.written(configuration, before);
    this.#changed.set(id, { ...before, ...set, id: before.id });
  }
}
