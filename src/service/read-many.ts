import { CONFIGURATIONS_PATH } from '../catalog/routes.ts';
import { BATCH_SIZE, type ItemAnswer, sendBatch } from '../graph/batch.ts';
import type { GraphAnswer, GraphClient, GraphRequest } from '../graph/client.ts';
import { type Gate, pages } from '../graph/pages.ts';
import type { RateLimiter } from '../graph/rate-limiter.ts';
import { exceedsMaxWait, withRequestedWait } from '../graph/retry-policy.ts';
import { Failure } from '../outcome/errors.ts';
import type { Overview } from '../overview/difference.ts';
import type { Clock } from '../process/runtime.ts';
import { isObject } from '../text/is-object.ts';
import {
  type NamedOverview,
  namedOverviewRead,
  namedReadRequest,
  overviewRead,
  type Place,
  readRequest,
} from './overviews.ts';

/** The largest page that a service accepts: fewer pages need less quota. */
const PAGE_SIZE = 1_000;
const BY_PAGES = `${CONFIGURATIONS_PATH}?$select=id,displayName&$expand=deviceStatusOverview&$top=${PAGE_SIZE}`;
const NAMES_BY_PAGES = `${CONFIGURATIONS_PATH}?$select=id,displayName&$top=${PAGE_SIZE}`;

/** Up to this number of overviews are read individually: a page of the whole tenant would be more data. */
const MAX_INDIVIDUAL_READS = 3;

/** Maximum number of concurrent batches. */
export const MAX_CONCURRENT_BATCHES = 6;

export interface ReadManyOptions {
  readonly graph: GraphClient;
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Called once for each place, with its index and the overview or the failure.
 * @param displayName of the configuration, if it was read as well
 */
export type OnRead = (index: number, read: Overview | Failure, displayName?: string) => void;

/**
 * Reads the overviews of many items with as few requests as possible. Overviews of the configurations themselves are read
 * by pages of the whole tenant as long as that takes fewer requests than single reads; all others are read in batches, as
 * are all if the service does not expand overviews.
 * @param named whether to read the display names as well: with the overviews if that takes no more requests, else by pages
 */
export async function readMany<Item>(
  items: readonly Item[],
  placeOf: (item: Item) => Place,
  options: ReadManyOptions,
  onRead: OnRead,
  named = false,
): Promise<void> {
  const left = new Map<string, number>();
  const others: number[] = [];
  items.forEach((item, index) => {
    const { configurationId, route } = placeOf(item);
    if (route.segments.length === 0 && !left.has(configurationId)) left.set(configurationId, index);
    else others.push(index);
  });
  const placeAt = (index: number): Place => placeOf(items[index] as Item);
  const names: Names = new Map(
    named ? others.map((index) => [placeAt(index).configurationId, undefined]) : [],
  );
  let expands = true;
  if (left.size > MAX_INDIVIDUAL_READS) {
    expands = await readPages(left, options, onRead, names);
    if (!expands && named) for (const id of left.keys()) names.set(id, undefined);
  }
  if (unknownIn(names) > MAX_INDIVIDUAL_READS) await readNames(names, options);
  await readBatches(
    [...left.values(), ...others],
    placeAt,
    options,
    (index, read, displayName) =>
      onRead(index, read, displayName ?? names.get(placeAt(index).configurationId)),
    () => named && expands,
  );
}

/** Display names by the ids of the configurations; undefined until they are read. */
type Names = Map<string, string | undefined>;

function unknownIn(names: Names): number {
  return [...names.values()].filter((name) => name === undefined).length;
}

/** Reads pages as long as they are fewer than the unknown names. After an error, the remaining names stay unknown. */
async function readNames(names: Names, options: ReadManyOptions): Promise<void> {
  let read = 0;
  try {
    for await (const page of pages(options.graph, NAMES_BY_PAGES, readGate(options), FAILS_TO_EXPAND)) {
      read += 1;
      for (const item of page) takeName(item, names);
      if (read >= unknownIn(names)) return;
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted' || error.kind === 'wait') throw error;
  }
}

function takeName(item: unknown, names: Names): void {
  const { id, displayName } = isObject(item) ? item : {};
  if (typeof displayName === 'string' && names.has(id as string)) names.set(id as string, displayName);
}

/**
 * Reads many overviews in batches of 20, several of them concurrently. Transient failures are retried.
 * @param wantsName whether the name is read together with the overview of this index, if the route allows it
 */
export async function readByBatches(
  places: readonly Place[],
  options: ReadManyOptions,
  onRead: OnRead,
  wantsName: (index: number) => boolean = () => false,
): Promise<void> {
  await readBatches([...places.keys()], (index) => places[index] as Place, options, onRead, wantsName);
}

/** A gate that makes each read wait for the quota. */
export function readGate({ rateLimiter, signal }: Pick<ReadManyOptions, 'rateLimiter' | 'signal'>): Gate {
  return async () => {
    await rateLimiter.acquire('read', 1, signal);
    return () => rateLimiter.answered('read', 1);
  };
}

/**
 * Reads overviews by pages, and removes them from `left`. Those that remain may have been deleted, or the service ignores
 * `$expand`.
 * @returns false if the service refuses `$expand`
 */
async function readPages(
  left: Map<string, number>,
  options: ReadManyOptions,
  onRead: OnRead,
  names: Names,
): Promise<boolean> {
  let read = 0;
  try {
    for await (const page of pages(options.graph, BY_PAGES, readGate(options), FAILS_TO_EXPAND)) {
      read += 1;
      for (const item of page) {
        takeName(item, names);
        const { id, displayName, deviceStatusOverview } = isObject(item) ? item : {};
        const index = left.get(id as string);
        if (index === undefined || !isObject(deviceStatusOverview)) continue;
        left.delete(id as string);
        onRead(index, deviceStatusOverview, typeof displayName === 'string' ? displayName : undefined);
      }
      // Single reads now take no more requests than the pages so far, and cannot miss. Also true if none is left.
      if (read >= left.size) break;
    }
  } catch (error) {
    if (refusesExpansion(error)) return false;
    if (!failsToExpand(error)) throw error;
  }
  return true;
}

/** Statuses of an expanded page with an overview that cannot be read. The others can still be read individually. */
export const FAILS_TO_EXPAND: readonly number[] = [500, 504];

/** Whether the service refuses the form of the request: not the caller, and not temporarily. */
export function refusesExpansion(error: unknown): error is Failure {
  return error instanceof Failure && [400, 405, 501].includes(error.details.status ?? 0);
}

/** Whether a page failed because of an overview that it expands. */
export function failsToExpand(error: unknown): error is Failure {
  return error instanceof Failure && FAILS_TO_EXPAND.includes(error.details.status ?? 0);
}

async function readBatches(
  indexes: readonly number[],
  placeAt: (index: number) => Place,
  options: ReadManyOptions,
  onRead: OnRead,
  wantsName: (index: number) => boolean,
): Promise<void> {
  const { graph, rateLimiter, clock, signal } = options;
  const queue: Pending[] = indexes.map((index) => ({
    index,
    attempt: 1,
    waited: 0,
    named: wantsName(index),
  }));
  let expands = true;
  /** Sends a batch once. @returns the reads to repeat, and how long to wait before, in milliseconds */
  const ask = async (batch: readonly Pending[]): Promise<{ again: readonly Pending[]; wait: number }> => {
    const { answers, throttled } = await readBatch(
      batch.map(({ index, named }) => requestFor(placeAt(index), named && expands)),
      options,
    );
    const again: Pending[] = [];
    let wait = 0;
    let pause = 0;
    answers.forEach((answer, position) => {
      const pending = batch[position] as Pending;
      const { index, attempt, waited, named } = pending;
      if (answer === 'unexpanded') {
        expands = false;
        again.push({ ...pending, named: false });
        return;
      }
      if (!(answer instanceof Failure)) {
        onRead(index, answer.overview, answer.displayName);
        return;
      }
      if (named && !throttled.includes(answer) && (refusesExpansion(answer) || failsToExpand(answer))) {
        // A refusal applies to all reads with a name; a failure may concern this configuration only.
        if (refusesExpansion(answer)) expands = false;
        again.push({ ...pending, named: false });
        return;
      }
      const next = graph.retry.next(answer, attempt, waited);
      if (!next.again) {
        onRead(index, next.failure);
        return;
      }
      const failure = answer;
      again.push({ ...pending, attempt: attempt + 1, waited: waited + next.wait, failure });
      if (throttled.includes(failure)) pause = Math.max(pause, next.wait);
      else wait = Math.max(wait, next.wait);
    });
    const tooLong = throttled.find(exceedsMaxWait);
    if (tooLong !== undefined) {
      const unread = [...again.splice(0), ...queue.splice(0)];
      for (const { index } of unread) onRead(index, withRequestedWait(tooLong));
      wait = 0;
    } else if (throttled.length > 0) {
      pause = pauseAll(throttled, pause, rateLimiter);
    }
    const repeated = again.filter(({ failure }) => failure !== undefined);
    const last = repeated.at(-1);
    if (last?.failure !== undefined) {
      const { failure, attempt } = last;
      graph.retry.report({
        method: 'GET',
        count: repeated.length,
        failure,
        attempt,
        wait: Math.max(pause, wait),
      });
    }
    return { again, wait };
  };
  const work = async (): Promise<void> => {
    for (let batch = queue.splice(0, BATCH_SIZE); batch.length > 0; batch = queue.splice(0, BATCH_SIZE)) {
      let unread: readonly Pending[] = batch;
      try {
        const { again, wait } = await ask(batch);
        unread = again;
        if (wait > 0) await clock.sleep(wait, signal);
        queue.push(...again);
      } catch (error) {
        // The time limit of the command was reached during the wait, so these were not read.
        if (!(error instanceof Failure) || error.kind !== 'wait') throw error;
        for (const { index } of unread) onRead(index, error);
      }
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT_BATCHES }, work));
}

/** A read in the queue. */
interface Pending {
  readonly index: number;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  /** The total wait between its attempts, in milliseconds. */
  readonly waited: number;
  /** The failure of the previous attempt. */
  readonly failure?: Failure;
  /** Whether the name of the configuration is read with it. */
  readonly named: boolean;
}

/** The request for one overview, and the parser of its answer. */
interface Reading {
  readonly request: GraphRequest;
  /** @throws a `graph` Failure if the answer has no overview */
  parse(answer: GraphAnswer): Read;
}

/** The result of one read; `unexpanded` if the service ignored `$expand`. */
type Read = NamedOverview | Failure | 'unexpanded';

function requestFor(place: Place, named: boolean): Reading {
  const request = named ? namedReadRequest(place) : undefined;
  return request === undefined
    ? { request: readRequest(place), parse: (answer) => ({ overview: overviewRead(answer) }) }
    : { request, parse: (answer) => namedOverviewRead(answer) ?? 'unexpanded' };
}

/** The results of a batch in the order of its reads, and the failures among them that pause all requests. */
interface BatchRead {
  readonly answers: readonly Read[];
  readonly throttled: readonly Failure[];
}

/**
 * Pauses all requests after the service has throttled some.
 * @param wait the wait if the service does not ask for one, in milliseconds; 0 if nothing is sent again
 * @returns the wait in milliseconds
 */
function pauseAll(throttled: readonly Failure[], wait: number, rateLimiter: RateLimiter): number {
  const asked = throttled.flatMap(({ details: { retryAfter } }) =>
    retryAfter === undefined ? [] : [retryAfter],
  );
  const count = throttled.filter(({ details: { status } }) => status === 429).length;
  const known = wait === 0 ? undefined : wait;
  return rateLimiter.throttledBy('read', count, asked.length === 0 ? known : Math.max(...asked));
}

async function readBatch(readings: readonly Reading[], options: ReadManyOptions): Promise<BatchRead> {
  const { graph, rateLimiter, signal } = options;
  let granted = 0;
  while (granted < readings.length)
    granted += await rateLimiter.acquire('read', readings.length - granted, signal);
  try {
    if (readings.length === 1) return resultsOf([await readAlone(graph, readings[0] as Reading)]);
    const answers = await sendBatch(
      graph,
      readings.map(({ request }) => request),
    );
    return resultsOf(answers.map((answer, index) => parsedItem(answer, readings[index] as Reading)));
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
    // Without support for batches, each is read individually. After a transient failure, the whole batch is sent again.
    if (['graph', 'not-found'].includes(error.kind))
      return resultsOf(await Promise.all(readings.map((reading) => readAlone(graph, reading))));
    // The whole batch was throttled: single requests would only add to the load.
    return { answers: readings.map(() => error), throttled: error.kind === 'throttled' ? [error] : [] };
  } finally {
    rateLimiter.answered('read', readings.length);
  }
}

function resultsOf(answers: readonly Read[]): BatchRead {
  const failures = answers.filter((answer) => answer instanceof Failure);
  return { answers, throttled: failures.filter(({ details: { status } }) => status === 429) };
}

async function readAlone(graph: GraphClient, { request, parse }: Reading): Promise<Read> {
  try {
    return parse(await graph.sendOnce(request));
  } catch (error) {
    if (error instanceof Failure && error.kind !== 'interrupted') return error;
    throw error;
  }
}

function parsedItem(answer: ItemAnswer, { parse }: Reading): Read {
  if (!answer.ok) return answer.failure;
  const { status, json, requestId } = answer;
  try {
    return parse({ status, json, requestId, clientRequestId: '', attempts: 1 });
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
