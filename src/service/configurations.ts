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
  type ReadManyOptions,
  readByBatches,
  readGate,
  refusesExpansion,
} from './read-many.ts';

/** One device configuration with its overview, or with what kept it from being read. */
export interface Configuration {
  readonly deviceConfigurationId: string;
  readonly displayName: string | null;
  readonly '@odata.type': string | null;
  readonly overview?: Overview;
  readonly error?: { readonly kind: string; readonly message: string; readonly code: string | null };
}

const PLAIN = `${CONFIGURATIONS_PATH}?$select=id,displayName`;
const EXPANDED = `${PLAIN}&$expand=deviceStatusOverview`;

/** How many batches are under way at once where the service does not expand. */
const BATCHES_AT_ONCE = 6;

/**
 * Every device configuration of the tenant with its overview, in the order of the service: one request a page where it
 * expands the overview; by batches of 20 where it refuses or fails to, or leaves the overview out. What has been read
 * is yielded before the next page is. A configuration that comes twice counts once.
 * @throws a Failure that applies to every other configuration as well; that of a single one is in its record
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
      twice === 1 ? '1 configuration came twice and counts' : `${twice} configurations came twice and count`;
    emit({ kind: 'note', text: `${what} once: the tenant changed while it was read` });
  }
}

/** Ids are equal in any letter case. */
function keyOf({ deviceConfigurationId }: Configuration): string {
  return deviceConfigurationId.toLowerCase();
}

interface Listing {
  /** Statuses after which a page is not asked for again. */
  readonly otherwise?: readonly number[];
  /** Those to skip. */
  readonly known?: ReadonlySet<string>;
}

async function* listBy(
  path: string,
  options: ReadManyOptions,
  { otherwise, known = new Set() }: Listing,
): AsyncGenerator<Configuration> {
  const chunks = chunksOf(pages(options.graph, path, readGate(options), otherwise), known);
  for await (const chunk of inOrder(chunks, BATCHES_AT_ONCE, (one) => completed(one, options))) yield* chunk;
}

/** Cuts pages into chunks, each with no more overviews left to read than go in one batch. */
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
      // What waits for nothing is not kept; what has to be read fills a batch with the next page first.
      if (unread > 0) continue;
      yield chunk;
      chunk = [];
    }
  } catch (error) {
    failed = { error };
  }
  // What came before a page that failed can be read all the same.
  yield chunk;
  if (failed !== undefined) throw failed.error;
}

/** Reads the overviews that the page did not hold. */
async function completed(
  chunk: readonly Configuration[],
  options: ReadManyOptions,
): Promise<readonly Configuration[]> {
  const unread = chunk.filter(({ overview }) => overview === undefined);
  if (unread.length === 0) return chunk;
  const route = await readRoute('direct', { apiVersion: options.graph.target.apiVersion });
  const places = unread.map(
    ({ deviceConfigurationId }): Place => ({ configurationId: deviceConfigurationId, route }),
  );
  const found = new Map<Configuration, Overview | Failure>();
  await readByBatches(places, options, (index, read) => found.set(unread[index] as Configuration, read));
  return chunk.map((configuration) => withRead(configuration, found.get(configuration)));
}

/** @throws the Failure where it is not of this configuration alone */
function withRead(configuration: Configuration, read: Overview | Failure | undefined): Configuration {
  if (read === undefined) return configuration;
  if (!(read instanceof Failure)) return { ...configuration, overview: read };
  if (!isOfOneRow(read)) throw read;
  const { kind, message, details } = read;
  return { ...configuration, error: { kind, message, code: details.code ?? null } };
}

/**
 * The type of a configuration, without `microsoft.graph.`.
 * @param segments the way from it to another one, unescaped, where that one's type is asked for
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
    hint: 'name the route yourself: `graph-overview routes` lists what --via takes',
  });
}

/** What a page says of one configuration. A service that ignores the expansion leaves the overview out. */
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

/** Failures of one configuration; those of the sign-in or the network apply to every other one as well. */
function isOfOneRow({ kind }: Failure): boolean {
  // The list itself was permitted: what one of it refuses is a matter of its scope tags.
  return kind === 'graph' || kind === 'not-found' || kind === 'throttled' || kind === 'permission';
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
