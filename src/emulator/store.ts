import type { Lag } from './lag.ts';
import { openStateFile, type StateFile } from './state-file.ts';
import type { Configuration, Overview, Tenant } from './tenant.ts';

/** The overviews of a tenant as they are now: what the tenant started with, and what was written since. */
export class Store {
  readonly #changed = new Map<string, Overview>();
  readonly #file: StateFile | undefined;
  #lag: Lag | undefined;
  /** Reading the file is one step at a time, or two readers would each take half of it. */
  #refreshing: Promise<void> = Promise.resolve();
  readonly tenant: Tenant;

  private constructor(tenant: Tenant, file: StateFile | undefined) {
    this.tenant = tenant;
    this.#file = file;
  }

  /**
   * @param lag makes reads lag behind the writes that come from now on
   * @throws an EmulatorError where the state file cannot be used
   */
  static async open(tenant: Tenant, path: string | undefined, lag?: Lag): Promise<Store> {
    const store = new Store(tenant, path === undefined ? undefined : await openStateFile(path, tenant.name));
    if (lag !== undefined) {
      // What the file holds already was written before.
      await store.refresh();
      store.#lag = lag;
    }
    return store;
  }

  /** Takes in what other processes have written. Call it before a request is answered. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.then(() => this.#takeIn());
    return this.#refreshing;
  }

  /** The overview after every write. */
  overviewOf(configuration: Configuration): Overview {
    return this.#changed.get(configuration.id) ?? configuration.overview;
  }

  /** The overview as a read shows it. */
  readOverview(configuration: Configuration): Overview {
    const newest = this.overviewOf(configuration);
    return this.#lag?.shown(configuration, newest) ?? newest;
  }

  /**
   * Stores properties of one overview; durable against a kill once it resolves.
   * @returns the overview as this write left it, whatever another process has written since
   */
  async write(
    configuration: Configuration,
    set: Readonly<Record<string, string | number>>,
  ): Promise<Overview> {
    if (this.#file === undefined) {
      this.#merge(configuration.id, set);
    } else {
      await this.#file.append({ id: configuration.id, set });
      // Read back rather than merged: the order of the file is the order that every process sees.
      await this.refresh();
    }
    return { ...this.overviewOf(configuration), ...set };
  }

  async close(): Promise<void> {
    await this.#refreshing;
    await this.#file?.close();
  }

  async #takeIn(): Promise<void> {
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
