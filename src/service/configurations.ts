import { CONFIGURATIONS_PATH } from '../catalog/routes.ts';
import { BATCH_SIZE } from '../graph/batch.ts';
import type { GraphClient } from '../graph/client.ts';
import { pages } from '../graph/pages.ts';
import { Failure } from '../outcome/errors.ts';
import type { Emit } from '../outcome/events.ts';
import type { Overview } from '../overview/difference.ts';
import { idError } from '../overview/id.ts';
import { typeNameOf } from '../overview/metadata.ts';
import { configurationPath, readRoute } from '../overview/route.ts';
import { isObject } from '../text/is-object.ts';
import { inOrder } from './in-order.ts';
import type { Place } from './overviews.ts';
import {
  FAILS_TO_EXPAND,
  failsToExpand,
  MAX_CONCURRENT_BATCHES,
  type ReadManyOptions,
  readByBatches,
  readGate,
  refusesExpansion,
} from './read-many.ts';

/** A device configuration with its overview, or with the error if the overview could not be read. */
export interface Configuration {
  readonly deviceConfigurationId: string;
  readonly displayName: string | null;
  readonly '@odata.type': string | null;
  readonly overview?: Overview;
  readonly error?: { readonly kind: string; readonly message: string; readonly code: string | null };
}

const PLAIN = `${CONFIGURATIONS_PATH}?$select=id,displayName`;
const EXPANDED = `${PLAIN}&$expand=deviceStatusOverview`;

/**
 * Lists every device configuration of the tenant with its overview, in the order of the service. If the service expands
 * the overview, this takes one request a page. If it refuses or ignores `$expand`, or fails because of it, the overviews
 * are read in batches of 20. Configurations are yielded before the next page is read; one that is listed twice is yielded
 * once.
 * @throws a Failure that affects every configuration, such as 401; the Failure of a single one is in its record
 */
export async function* listConfigurations(
  options: ReadManyOptions,
  emit: Emit,
): AsyncGenerator<Configuration> {
  const seen = new Set<string>();
  let twice = 0;
  async function* once(configurations: AsyncIterable<Configuration>): AsyncGenerator<Configuration> {
    for await (const configuration of configurations) {
      if (seen.has(keyOf(configuration))) twice += 1;
      else yield configuration;
      seen.add(keyOf(configuration));
    }
  }
  try {
    yield* once(listBy(EXPANDED, options, { otherwise: FAILS_TO_EXPAND }));
  } catch (error) {
    const fails = failsToExpand(error);
    if (!fails && (seen.size > 0 || !refusesExpansion(error))) throw error;
    const how = fails ? 'fails to' : 'refuses';
    emit({
      kind: 'detail',
      text: `the service ${how} $expand (${error.message}): reading by batches`,
    });
    yield* once(listBy(PLAIN, options, { known: new Set(seen) }));
  }
  if (twice > 0) {
    const what =
      twice === 1
        ? '1 configuration was listed twice and is'
        : `${twice} configurations were listed twice and are`;
    emit({ kind: 'note', text: `${what} counted once: the tenant changed while it was read` });
  }
}

/** Ids are compared case-insensitively. */
function keyOf({ deviceConfigurationId }: Configuration): string {
  return deviceConfigurationId.toLowerCase();
}

interface Listing {
  /** Statuses after which a page is not retried, since the caller has a fallback. */
  readonly otherwise?: readonly number[];
  /** Keys of the configurations to skip. */
  readonly known?: ReadonlySet<string>;
}

async function* listBy(
  path: string,
  options: ReadManyOptions,
  { otherwise, known = new Set() }: Listing,
): AsyncGenerator<Configuration> {
  const chunks = chunksOf(pages(options.graph, path, readGate(options), otherwise), known);
  for await (const chunk of inOrder(chunks, MAX_CONCURRENT_BATCHES, (one) => completed(one, options)))
    yield* chunk;
}

/** Splits pages into chunks; the overviews that are still to be read for a chunk fit into one batch. */
async function* chunksOf(
  pagesOfItems: AsyncIterable<readonly unknown[]>,
  known: ReadonlySet<string>,
): AsyncGenerator<readonly Configuration[]> {
  let chunk: Configuration[] = [];
  let unread = 0;
  let failed: { readonly error: unknown } | undefined;
  try {
    for await (const page of pagesOfItems) {
      for (const item of page) {
        const configuration = configurationOf(item);
        if (known.has(keyOf(configuration))) continue;
        chunk.push(configuration);
        if (configuration.overview === undefined) unread += 1;
        if (unread < BATCH_SIZE) continue;
        yield chunk;
        [chunk, unread] = [[], 0];
      }
      // A complete chunk is yielded at once. An incomplete one waits for the next page, to fill its batch.
      if (unread > 0) continue;
      yield chunk;
      chunk = [];
    }
  } catch (error) {
    failed = { error };
  }
  // The items before the failed page are still valid.
  yield chunk;
  if (failed !== undefined) throw failed.error;
}

/** Reads the overviews that are missing in the page. */
async function completed(
  chunk: readonly Configuration[],
  options: ReadManyOptions,
): Promise<readonly Configuration[]> {
  const unread = chunk.filter(({ overview }) => overview === undefined);
  const route = await readRoute('direct', { apiVersion: options.graph.target.apiVersion });
  const places = unread.map(
    ({ deviceConfigurationId }): Place => ({ configurationId: deviceConfigurationId, route }),
  );
  const found = new Map<Configuration, Overview | Failure>();
  await readByBatches(places, options, (index, read) => found.set(unread[index] as Configuration, read));
  return chunk.map((configuration) => withRead(configuration, found.get(configuration)));
}

/** @throws the Failure if it does not concern this configuration alone */
function withRead(configuration: Configuration, read: Overview | Failure | undefined): Configuration {
  if (read === undefined) return configuration;
  if (!(read instanceof Failure)) return { ...configuration, overview: read };
  if (!concernsOneConfiguration(read)) throw read;
  const { kind, message, details } = read;
  return { ...configuration, error: { kind, message, code: details.code ?? null } };
}

/**
 * Reads the type of a configuration.
 * @param segments the navigation properties, unescaped, to a linked configuration whose type is read instead
 * @returns the type without `microsoft.graph.`
 * @throws a `graph` Failure if the answer has no type
 */
export async function readType(
  graph: GraphClient,
  id: string,
  segments: readonly string[] = [],
): Promise<string> {
  const path = `${configurationPath(id, segments)}?$select=id,displayName`;
  const { json, status, requestId, clientRequestId } = await graph.send({ method: 'GET', path });
  const record = json as Record<string, unknown> | undefined;
  const entity = (typeof record?.value === 'object' ? record.value : record) as
    | Record<string, unknown>
    | undefined;
  const type = typeof entity?.['@odata.type'] === 'string' ? typeNameOf(entity['@odata.type']) : undefined;
  if (type !== undefined) return type;
  throw new Failure('graph', 'the service did not return the type of the configuration', {
    status,
    requestId,
    clientRequestId,
    hint: 'give the route with its types: `graph-overview routes` lists the values of --via',
  });
}

/** Parses one item of a page. It has no overview if the service ignores `$expand`. */
function configurationOf(item: unknown): Configuration {
  const record = (item ?? {}) as Record<string, unknown>;
  const { id, displayName, '@odata.type': type, deviceStatusOverview: overview } = record;
  if (typeof id !== 'string') throw new Failure('graph', 'the service listed a configuration without an id');
  const problem = idError(id);
  if (problem !== undefined)
    throw new Failure(
      'graph',
      `the service listed a configuration whose id ${JSON.stringify(id)} ${problem}`,
    );
  const head = {
    deviceConfigurationId: id,
    displayName: textOrNull(displayName),
    '@odata.type': textOrNull(type),
  };
  return isObject(overview) ? { ...head, overview } : head;
}

/** Whether a failure concerns one configuration; a failure of the sign-in or the network affects all. */
function concernsOneConfiguration({ kind }: Failure): boolean {
  // The list itself was permitted, so a 403 for one configuration is due to its scope tags.
  return kind === 'graph' || kind === 'not-found' || kind === 'throttled' || kind === 'permission';
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
