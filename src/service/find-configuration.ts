import { CONFIGURATIONS_PATH } from '../catalog/routes.ts';
import type { GraphClient } from '../graph/client.ts';
import { type Gate, pages } from '../graph/pages.ts';
import { Failure, type FailureKind } from '../outcome/errors.ts';
import { isNamed, matchBeginning, matchDamaged, matchName, type Named } from '../overview/match-name.ts';
import { nearestNames } from '../overview/nearest-word.ts';
import { isObject } from '../text/is-object.ts';
import { FAILS_TO_EXPAND, failsToExpand, refusesExpansion } from './read-many.ts';

const NAMES = `${CONFIGURATIONS_PATH}?$select=id,displayName`;
/** A large page size: fewer pages need less quota. */
const BY_PAGES = `${NAMES}&$top=1000`;

/** Maximum length of a name in a URL, in characters; Graph accepts names of up to 256. */
const MAX_NAME_IN_URL = 1_000;

/** Maximum number of candidates in a message. */
const MAX_LISTED = 10;

/** A search for a configuration by its display name. */
export interface NameQuery {
  readonly name: string;
  /** Whether the beginning of a name or an id is accepted if it matches only one configuration. */
  readonly beginning: boolean;
}

/** The result for one name: the configuration, or why there is no unique one. */
export type Finding = { readonly found: Named } | { readonly failure: Failure };

export interface FindOptions {
  readonly graph: GraphClient;
  /** Awaited before each request. */
  readonly gate?: Gate;
}

/**
 * Finds configurations by their display names, in the order of the names. A single name is found with `$filter`. For
 * several, the whole tenant is read by pages if it has fewer pages than there are names. If the service refuses or ignores
 * `$filter`, the tenant is read by pages. Every name in an answer is compared again here.
 * @throws a Failure if the service cannot be reached; the Failure of a single name is in its finding
 */
export async function findByName(queries: readonly NameQuery[], options: FindOptions): Promise<Finding[]> {
  const directory = new Directory(options);
  if (queries.length > 1) await directory.readPages(queries.length);
  const findings: Finding[] = [];
  for (const query of queries) findings.push(await directory.find(query));
  return findings;
}

/**
 * Finds one configuration by its display name.
 * @throws a `usage` Failure if several have it, a `not-found` Failure if none has it
 */
export async function findOne(query: NameQuery, options: FindOptions): Promise<Named> {
  const finding = await new Directory(options).find(query);
  if ('failure' in finding) throw finding.failure;
  return finding.found;
}

/** The display names of a tenant that have been read so far. */
class Directory {
  readonly #options: FindOptions;
  /** Every configuration; undefined until all pages have been read. */
  #all: readonly Named[] | undefined;
  /** Whether the service applies `$filter`. After a refusal all pages are read, and nothing is filtered again. */
  #filters = true;

  constructor(options: FindOptions) {
    this.#options = options;
  }

  async find({ name, beginning }: NameQuery): Promise<Finding> {
    const named = this.#all === undefined ? await this.#filtered(name) : [];
    if (named.length > 0) return one(name, named, 'are named');
    const all = this.#all ?? (await this.readPages());
    const exact = matchName(name, all);
    if (exact.length > 0) return one(name, exact, 'are named');
    const begun = beginning ? matchBeginning(name, all) : [];
    if (begun.length > 0) return one(name, begun, 'have a name or an id that begins with');
    return { failure: notFound(name, beginning, all) };
  }

  /** Reads every configuration by pages. @returns none if there are more than `most` pages */
  async readPages(most = Number.POSITIVE_INFINITY): Promise<readonly Named[]> {
    try {
      return await this.#listed(BY_PAGES, most);
    } catch (error) {
      if (!refusesExpansion(error)) throw error;
      // The service may refuse a page of this size.
      return this.#listed(NAMES, most);
    }
  }

  async #listed(path: string, most: number): Promise<readonly Named[]> {
    const all = new Map<string, Named>();
    let read = 0;
    for await (const page of pages(this.#options.graph, path, this.#options.gate)) {
      if (read >= most) return [];
      read += 1;
      addTo(all, page);
    }
    this.#all = [...all.values()];
    return this.#all;
  }

  /** The configurations with this name, found with `$filter`. A service that ignores the filter returns all. */
  async #filtered(name: string): Promise<readonly Named[]> {
    if (!this.#filters || name.length > MAX_NAME_IN_URL || !name.isWellFormed()) return [];
    const found = new Map<string, Named>();
    try {
      const path = `${NAMES}&$filter=${formsOf(name).map(filterFor).join('%20or%20')}`;
      const { graph, gate } = this.#options;
      for await (const page of pages(graph, path, gate, FAILS_TO_EXPAND)) addTo(found, page);
    } catch (error) {
      if (!refusesExpansion(error) && !failsToExpand(error)) throw error;
      return [];
    }
    const answered = [...found.values()];
    if (!answered.every(({ displayName }) => isNamed(name, displayName))) this.#filters = false;
    return matchName(name, answered);
  }
}

/**
 * The Unicode forms in which a service may have stored a name. A service that compares characters finds only the form of the
 * filter, so all are in it: if two configurations have the name in different forms, the name is ambiguous.
 */
function formsOf(name: string): readonly string[] {
  return [...new Set([name.normalize('NFC'), name.normalize('NFD'), name])];
}

function filterFor(name: string): string {
  return `displayName%20eq%20'${encodeURIComponent(name.replaceAll("'", "''"))}'`;
}

/** Adds by id, since a configuration may be on two pages if the tenant changes in between. */
function addTo(all: Map<string, Named>, page: readonly unknown[]): void {
  for (const item of page) {
    const { id, displayName } = isObject(item) ? item : {};
    if (typeof id === 'string')
      all.set(id.toLowerCase(), { id, displayName: typeof displayName === 'string' ? displayName : '' });
  }
}

function one(name: string, found: readonly Named[], how: string): Finding {
  if (found.length === 1) return { found: found[0] as Named };
  const listed = found
    .slice(0, MAX_LISTED)
    .map(({ id, displayName }) => `- ${JSON.stringify(displayName)} ${id}`);
  const rest = found.length > MAX_LISTED ? [`and ${found.length - MAX_LISTED} more`] : [];
  const failure = new Failure(
    'usage',
    `${found.length} configurations ${how} ${JSON.stringify(name)}:\n${[...listed, ...rest].join('\n')}`,
    { hint: 'name one of them by its id', listed: true },
  );
  return { failure };
}

function notFound(name: string, beginning: boolean, all: readonly Named[]): Failure {
  const text = JSON.stringify(name);
  const message = beginning
    ? `no configuration is named ${text}, and no name or id begins with it`
    : `no configuration is named ${text}`;
  const damaged = matchDamaged(name, all);
  if (damaged.length > 0) {
    const which = damaged
      .slice(0, MAX_LISTED)
      .map(({ id, displayName }) => `${JSON.stringify(displayName)} (${id})`);
    return new Failure('not-found', `${message}: a code page may have damaged ${which.join(' or ')} to it`, {
      hint: 'a spreadsheet or a pipe replaced letters by ?: save the file as UTF-8, or give the id',
    });
  }
  const near = nearestNames(
    name,
    all.map(({ displayName }) => displayName),
  ).map((one) => JSON.stringify(one));
  const list = '`graph-overview list` lists all names';
  return new Failure('not-found', message, {
    hint: near.length === 0 ? list : `did you mean ${near.join(' or ')}? ${list}`,
  });
}

/** Combines the failures of several names. */
export function notAllFound(failures: readonly Failure[]): Failure {
  if (failures.length === 1) return failures[0] as Failure;
  const kind: FailureKind = failures.some((failure) => failure.kind === 'usage') ? 'usage' : 'not-found';
  const errors = failures.map(({ message, details: { hint } }) =>
    hint === undefined ? message : `${message} (${hint})`,
  );
  return new Failure(kind, `${errors.length} errors:\n- ${errors.join('\n- ')}`, { errors, listed: true });
}
