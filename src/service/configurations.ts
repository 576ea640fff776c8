import { CONFIGURATIONS_PATH } from '../catalog/routes.ts';
import { Failure } from '../errors.ts';
import type { Report } from '../events.ts';
import type { GraphClient } from '../graph/client.ts';
import { pages } from '../graph/pages.ts';
import type { Overview } from '../overview/difference.ts';
import { typeNameOf } from '../overview/metadata.ts';
import { configurationPath, readRoute } from '../overview/route.ts';
import { inOrder } from './in-order.ts';
import { readOverview } from './overviews.ts';

/** One device configuration with its overview, or with what kept it from being read. */
export interface Configuration {
  readonly id: string;
  readonly displayName: string | null;
  readonly '@odata.type': string | null;
  readonly overview?: Overview;
  readonly error?: { readonly kind: string; readonly message: string; readonly code: string | null };
}

const PLAIN = `${CONFIGURATIONS_PATH}?$select=id,displayName`;
const EXPANDED = `${PLAIN}&$expand=deviceStatusOverview`;

/** How many single reads run at once where the service refuses the expansion. */
const READS_AT_ONCE = 8;

/**
 * Every device configuration of the tenant with its overview: one request a page where the service expands the
 * overview, and one read for each configuration where it refuses to.
 */
export async function* listConfigurations(graph: GraphClient, report: Report): AsyncGenerator<Configuration> {
  let yielded = false;
  try {
    for await (const page of pages(graph, EXPANDED)) {
      yielded = true;
      yield* inOrder(page, READS_AT_ONCE, (item) => expanded(graph, item));
    }
    return;
  } catch (error) {
    if (yielded || !refusesExpansion(error)) throw error;
    report({
      kind: 'detail',
      text: `the service refuses $expand (${(error as Failure).message}): reading one by one`,
    });
  }
  for await (const page of pages(graph, PLAIN)) {
    yield* inOrder(page, READS_AT_ONCE, (item) => readOne(graph, headOf(item)));
  }
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
  const { json, requestId } = await graph.send({ method: 'GET', path });
  const record = json as Record<string, unknown> | undefined;
  const entity = (typeof record?.value === 'object' ? record.value : record) as
    | Record<string, unknown>
    | undefined;
  const type = typeof entity?.['@odata.type'] === 'string' ? typeNameOf(entity['@odata.type']) : undefined;
  if (type !== undefined) return type;
  throw new Failure('graph', 'the service does not say of what type the configuration is', { requestId });
}

/** A refusal of the request's form, not of the caller or for the moment. */
function refusesExpansion(error: unknown): boolean {
  return error instanceof Failure && [400, 405, 501].includes(error.details.status ?? 0);
}

type Head = Omit<Configuration, 'overview' | 'error'>;

function headOf(item: unknown): Head {
  const { id, displayName, '@odata.type': type } = (item ?? {}) as Record<string, unknown>;
  if (typeof id !== 'string') throw new Failure('graph', 'the service listed a configuration without an id');
  return { id, displayName: textOrNull(displayName), '@odata.type': textOrNull(type) };
}

async function expanded(graph: GraphClient, item: unknown): Promise<Configuration> {
  const head = headOf(item);
  const { deviceStatusOverview: overview } = item as Record<string, unknown>;
  // A service that ignores the expansion instead of refusing it leaves the member out.
  return typeof overview === 'object' && overview !== null
    ? { ...head, overview: overview as Overview }
    : readOne(graph, head);
}

async function readOne(graph: GraphClient, head: Head): Promise<Configuration> {
  const route = await readRoute('direct', { apiVersion: graph.target.apiVersion });
  try {
    return { ...head, overview: await readOverview(graph, { configurationId: head.id, route }) };
  } catch (error) {
    if (!(error instanceof Failure) || !isOfOneRow(error)) throw error;
    return { ...head, error: { kind: error.kind, message: error.message, code: error.details.code ?? null } };
  }
}

/** Failures of one configuration; those of the sign-in or the network would befall every other one as well. */
function isOfOneRow({ kind }: Failure): boolean {
  return kind === 'graph' || kind === 'not-found' || kind === 'throttled';
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
