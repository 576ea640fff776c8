import { CONFIGURATIONS_PATH } from '../catalog/routes.ts';
import { BATCH_SIZE, type ItemAnswer, sendBatch } from '../graph/batch.ts';
import type { GraphAnswer, GraphClient, GraphRequest } from '../graph/client.ts';
import { type Gate, pages } from '../graph/pages.ts';
import type { RateLimiter } from '../graph/rate-limiter.ts';
import { asksTooMuch, notWaitedFor } from '../graph/retry-policy.ts';
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

/** As many as a service may put on one page: fewer pages need less quota. */
const PAGE = 1_000;
const BY_PAGES = `${CONFIGURATIONS_PATH}?$select=id,displayName&$expand=deviceStatusOverview&$top=${PAGE}`;
const NAMES_BY_PAGES = `${CONFIGURATIONS_PATH}?$select=id,displayName&$top=${PAGE}`;

/** Up to so many overviews are read one by one: a page of the whole tenant would say too much. */
const FEW = 3;

/** How many batches are under way at once. */
const BATCHES_AT_ONCE = 6;

export interface ReadManyOptions {
  readonly graph: GraphClient;
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Is given what was read of one place, by its number: once for each.
 * @param displayName of the configuration, where it came with the overview
 */
export type OnRead = (index: number, read: Overview | Failure, displayName?: string) => void;

/**
 * Reads the overviews of many items, each by its place, with the least quota: those of configurations themselves by
 * pages of the whole tenant, as long as that costs less than asking for each; the rest, and a service that does not
 * expand, by batches.
 * @param named read the names of the configurations as well: with the overview where that costs nothing, else by pages
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
  if (left.size > FEW) {
    expands = await readPages(left, options, onRead, names);
    if (!expands && named) for (const id of left.keys()) names.set(id, undefined);
  }
  if (names.size > FEW && (left.size <= FEW || !expands)) await readNames(names, options);
  await readBatches(
    [...left.values(), ...others],
    placeAt,
    options,
    (index, read, displayName) =>
      onRead(index, read, displayName ?? names.get(placeAt(index).configurationId)),
    () => named && expands,
  );
}

/** The names of configurations that are wanted, by their ids; undefined until they are known. */
type Names = Map<string, string | undefined>;

/** Reads names by pages, as long as these are fewer than the names; what fails leaves them unknown. */
async function readNames(names: Names, options: ReadManyOptions): Promise<void> {
  let read = 0;
  try {
    for await (const page of pages(options.graph, NAMES_BY_PAGES, readGate(options), FAILS_TO_EXPAND)) {
      read += 1;
      for (const item of page) takeName(item, names);
      if (read >= names.size) return;
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted' || error.kind === 'wait') throw error;
  }
}

function takeName(item: unknown, names: Names): void {
  const { id, displayName } = isObject(item) ? item : {};
  if (typeof id === 'string' && names.has(id) && typeof displayName === 'string') names.set(id, displayName);
}

/**
 * Reads many overviews by batches of 20 alone, several under way at once; what fails for the moment is asked again.
 * @param wantsName whose names are read together with their overviews, where the route allows it
 */
export async function readByBatches(
  places: readonly Place[],
  options: ReadManyOptions,
  onRead: OnRead,
  wantsName: (index: number) => boolean = () => false,
): Promise<void> {
  await readBatches([...places.keys()], (index) => places[index] as Place, options, onRead, wantsName);
}

/** Lets reads through as the quota permits. */
export function readGate({ rateLimiter, signal }: Pick<ReadManyOptions, 'rateLimiter' | 'signal'>): Gate {
  return async () => {
    await rateLimiter.acquire('read', 1, signal);
    return () => rateLimiter.answered('read', 1);
  };
}

/**
 * Takes what it finds out of `left`; what is not found there may be gone, or the service may not expand.
 * @returns false where the service refuses to
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
        const index = typeof id === 'string' ? left.get(id) : undefined;
        if (index === undefined || !isObject(deviceStatusOverview)) continue;
        left.delete(id as string);
        onRead(index, deviceStatusOverview, typeof displayName === 'string' ? displayName : undefined);
      }
      // Another page may hold none of them; asking for each holds all. Where none is left, this is true as well.
      if (read >= left.size) return true;
    }
  } catch (error) {
    if (refusesExpansion(error)) return false;
    if (!failsToExpand(error)) throw error;
  }
  return true;
}

/** What one configuration that cannot be read makes of a page that expands it: the others can be read all the same. */
export const FAILS_TO_EXPAND: readonly number[] = [500, 504];

/** A refusal of the request's form, not of the caller or for the moment. */
export function refusesExpansion(error: unknown): error is Failure {
  return error instanceof Failure && [400, 405, 501].includes(error.details.status ?? 0);
}

/** Whether a page fails because of what it expands. */
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
  /** Asks for a batch once. @returns what of it has to be asked for again, and how long to wait before */
  const ask = async (batch: readonly Pending[]): Promise<{ again: readonly Pending[]; wait: number }> => {
    const { answers, refusals } = await readBatch(
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
      if (named && !refusals.includes(answer) && (refusesExpansion(answer) || failsToExpand(answer))) {
        // A refusal is about all of them; a failure may be about this one alone.
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
      if (refusals.includes(failure)) pause = Math.max(pause, next.wait);
      else wait = Math.max(wait, next.wait);
    });
    if (refusals.length > 0) pause = pauseAll(refusals, pause, rateLimiter);
    const hopeless = refusals.find(asksTooMuch);
    if (hopeless !== undefined)
      for (const { index } of queue.splice(0)) onRead(index, notWaitedFor(hopeless));
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
        // The time that the command has ran out while it waited: that is what kept it from reading them.
        if (!(error instanceof Failure) || error.kind !== 'wait') throw error;
        for (const { index } of unread) onRead(index, error);
      }
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(BATCHES_AT_ONCE, Math.ceil(queue.length / BATCH_SIZE)) }, work),
  );
}

/** A read that has to be made. */
interface Pending {
  readonly index: number;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  /** How long it has waited between its attempts, in milliseconds. */
  readonly waited: number;
  /** Of the attempt before. */
  readonly failure?: Failure;
  /** Asked for with the name of its configuration. */
  readonly named: boolean;
}

/** A read of one overview, and how its answer is taken. */
interface Reading {
  readonly request: GraphRequest;
  take(answer: GraphAnswer): Read;
}

/** What came of it; `unexpanded` where the service left the overview out of its configuration. */
type Read = NamedOverview | Failure | 'unexpanded';

function requestFor(place: Place, named: boolean): Reading {
  const request = named ? namedReadRequest(place) : undefined;
  return request === undefined
    ? { request: readRequest(place), take: (answer) => ({ overview: overviewRead(answer) }) }
    : { request, take: (answer) => namedOverviewRead(answer) ?? 'unexpanded' };
}

/** What came of a batch: for each place its answer, and of these the failures for which everyone has to wait. */
interface BatchRead {
  readonly answers: readonly Read[];
  readonly refusals: readonly Failure[];
}

/**
 * Has everyone wait for what is too much for the service, before the next request.
 * @param wait where the service does not say how long, in milliseconds; 0 where nothing is sent again
 * @returns how long, in milliseconds
 */
function pauseAll(refusals: readonly Failure[], wait: number, rateLimiter: RateLimiter): number {
  if (refusals.some(asksTooMuch)) return 0;
  const asked = refusals.flatMap(({ details: { retryAfter } }) =>
    retryAfter === undefined ? [] : [retryAfter],
  );
  const count = refusals.filter(({ details: { status } }) => status === 429).length;
  const known = wait === 0 ? undefined : wait;
  return rateLimiter.throttledBy('read', count, asked.length === 0 ? known : Math.max(...asked));
}

async function readBatch(readings: readonly Reading[], options: ReadManyOptions): Promise<BatchRead> {
  const { graph, rateLimiter, signal } = options;
  let granted = 0;
  while (granted < readings.length)
    granted += await rateLimiter.acquire('read', readings.length - granted, signal);
  try {
    const [only] = readings;
    if (readings.length === 1 && only !== undefined) return eachByItself([await readAlone(graph, only)]);
    const answers = await sendBatch(
      graph,
      readings.map(({ request }) => request),
    );
    return eachByItself(answers.map((answer, index) => judged(answer, readings[index] as Reading)));
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
    // A service without batches is asked for each; what may pass, such as a broken connection, is tried again as a whole.
    if (['graph', 'not-found'].includes(error.kind) && error.details.transient !== true)
      return eachByItself(await Promise.all(readings.map((reading) => readAlone(graph, reading))));
    // The whole batch was turned away: coming back at once would only add to what is too much already.
    return { answers: readings.map(() => error), refusals: error.kind === 'throttled' ? [error] : [] };
  } finally {
    rateLimiter.answered('read', readings.length);
  }
}

function eachByItself(answers: readonly Read[]): BatchRead {
  const failures = answers.filter((answer) => answer instanceof Failure);
  return { answers, refusals: failures.filter(({ details: { status } }) => status === 429) };
}

async function readAlone(graph: GraphClient, { request, take }: Reading): Promise<Read> {
  try {
    return take(await graph.sendOnce(request));
  } catch (error) {
    if (error instanceof Failure && error.kind !== 'interrupted') return error;
    throw error;
  }
}

function judged(answer: ItemAnswer, { take }: Reading): Read {
  if (!answer.ok) return answer.failure;
  const { status, json, requestId } = answer;
  try {
    return take({ status, json, requestId, clientRequestId: '', attempts: 1 });
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
