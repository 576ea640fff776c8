import type { Predicate } from './filter.ts';
import type { Order } from './query-options.ts';
import type { Configuration, Tenant } from './tenant.ts';

/** A list of configurations for a query. */
export type View = Pick<Tenant, 'size' | 'at'>;

/** Maximum number of cached views; a client that pages repeats the same query. */
const MAX_VIEWS = 8;

/** Filtered and sorted views of an immutable tenant, cached for all pages of a query. */
export class Views {
  readonly #tenant: Tenant;
  readonly #views = new Map<string, View>();

  constructor(tenant: Tenant) {
    this.#tenant = tenant;
  }

  /** @param key equal for the same filter and order */
  of(key: string, filter: Predicate | undefined, order: Order | undefined): View {
    if (filter === undefined && order === undefined) return this.#tenant;
    const view = this.#views.get(key) ?? this.#make(filter, order);
    this.#views.delete(key);
    this.#views.set(key, view);
    const [oldest] = this.#views.keys();
    if (this.#views.size > MAX_VIEWS && oldest !== undefined) this.#views.delete(oldest);
    return view;
  }

  #make(filter: Predicate | undefined, order: Order | undefined): View {
    const rows: Configuration[] = [];
    for (let index = 0; index < this.#tenant.size; index += 1) {
      const configuration = this.#tenant.at(index);
      if (configuration !== undefined && (filter?.(configuration) ?? true)) rows.push(configuration);
    }
    if (order !== undefined) rows.sort(order);
    return { size: rows.length, at: (index) => rows[index] };
  }
}
