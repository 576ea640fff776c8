import { CONFIGURATIONS_PATH } from '../catalog/routes.ts';
import { BATCH_SIZE, type ItemAnswer, sendBatch } from '../graph/batch.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Pace } from '../graph/pace.ts';
import { type Gate, pages } from '../graph/pages.ts';
import { waitAfter } from '../graph/retry.ts';
import { Failure } from '../outcome/errors.ts';
import type { Overview } from '../overview/difference.ts';
import type { Clock } from '../process/runtime.ts';
import { isObject } from '../text/is-object.ts';
import { overviewRead, type Place, readOverview, readRequest } from './overviews.ts';

/** As many as a service may put on one page: fewer pages need less quota. */
const PAGE = 1_000;
const BY_PAGES = `${CONFIGURATIONS_PATH}?$select=id,displayName&$expand=deviceStatusOverview&$top=${PAGE}`;

/** Up to so many overviews are read one by one: a page of the whole tenant would say too much. */
const FEW = 3;

/** How many batches are under way at once. */
const BATCHES_AT_ONCE = 6;

/** Tries of one read after transient failures. */
const TRIES = 6;

export interface ReadManyOptions {
  readonly graph: GraphClient;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Is given what was read of one place, by its number: once for each.
 * @param displayName of the configuration, where it came with the overview: a name never costs a request
 */
export type OnRead = (index: number, read: Overview | Failure, displayName?: string) => void;

/**
 * Reads the overviews of many items, each by its place, with the least quota: those of configurations themselves by
 * pages of the whole tenant, as long as that costs less than asking for each; the rest, and a service that does not
 * expand, by batches.
 */
export async function readMany<Item>(
  items: readonly Item[],
  placeOf: (item: Item) => Place,
  options: ReadManyOptions,
  onRead: OnRead,
): Promise<void> {
  const left = new Map<string, number>();
  const others: number[] = [];
  items.forEach((item, index) => {
    const { configurationId, route } = placeOf(item);
    if (route.segments.length === 0 && !left.has(configurationId)) left.set(configurationId, index);
    else others.push(index);
  });
  if (left.size > FEW) await readPages(left, options, onRead);
  await readBatches([...left.values(), ...others], (index) => placeOf(items[index] as Item), options, onRead);
}

/** Reads many overviews by batches of 20 alone, several under way at once; what fails for the moment is asked again. */
export async function readByBatches(
  places: readonly Place[],
  options: ReadManyOptions,
  onRead: OnRead,
): Promise<void> {
  await readBatches([...places.keys()], (index) => places[index] as Place, options, onRead);
}

/** Lets reads through as the quota permits. */
export function readGate({ pace, signal }: Pick<ReadManyOptions, 'pace' | 'signal'>): Gate {
  return async () => {
    await pace.grant('read', 1, signal);
    return () => pace.answered('read', 1);
  };
}

/** Takes what it finds out of `left`; what is not found there may be gone, or the service may not expand. */
async function readPages(left: Map<string, number>, options: ReadManyOptions, onRead: OnRead): Promise<void> {
  let read = 0;
  try {
    for await (const page of pages(options.graph, BY_PAGES, readGate(options))) {
      read += 1;
      for (const item of page) {
        const { id, displayName, deviceStatusOverview } = isObject(item) ? item : {};
        const index = typeof id === 'string' ? left.get(id) : undefined;
        if (index === undefined || !isObject(deviceStatusOverview)) continue;
        left.delete(id as string);
        onRead(index, deviceStatusOverview, typeof displayName === 'string' ? displayName : undefined);
      }
      // Another page may hold none of them; asking for each holds all. Where none is left, this is true as well.
      if (read >= left.size) return;
    }
  } catch (error) {
    if (!refusesExpansion(error)) throw error;
  }
}

/** A refusal of the request's form, not of the caller or for the moment. */
export function refusesExpansion(error: unknown): error is Failure {
  return error instanceof Failure && [400, 405, 501].includes(error.details.status ?? 0);
}

async function readBatches(
  indexes: readonly number[],
  placeAt: (index: number) => Place,
  options: ReadManyOptions,
  onRead: OnRead,
): Promise<void> {
  const { clock, signal, pace } = options;
  const queue = indexes.map((index) => ({ index, tries: 0 }));
  const work = async (): Promise<void> => {
    for (let next = queue.splice(0, BATCH_SIZE); next.length > 0; next = queue.splice(0, BATCH_SIZE)) {
      const answers = await readBatch(
        next.map(({ index }) => placeAt(index)),
        options,
      );
      const again: { readonly index: number; readonly tries: number }[] = [];
      let wait = 0;
      answers.forEach((answer, position) => {
        const item = next[position] as (typeof again)[number];
        if (answer instanceof Failure && answer.details.transient === true && item.tries + 1 < TRIES) {
          again.push({ ...item, tries: item.tries + 1 });
          wait = Math.max(wait, waitOf(answer, item.tries + 1, pace.random()));
        } else onRead(item.index, answer);
      });
      if (wait > 0) await clock.sleep(wait, signal);
      queue.push(...again);
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(BATCHES_AT_ONCE, Math.ceil(queue.length / BATCH_SIZE)) }, work),
  );
}

/** For being throttled everyone waits together, before the next request. */
function waitOf({ details: { status, retryAfter } }: Failure, attempt: number, random: number): number {
  if (status === 429) return 0;
  return waitAfter(status === undefined ? 'connection' : 'answer', retryAfter, attempt, () => random);
}

async function readBatch(
  places: readonly Place[],
  options: ReadManyOptions,
): Promise<(Overview | Failure)[]> {
  const { graph, pace, clock, signal } = options;
  let granted = 0;
  while (granted < places.length) granted += await pace.grant('read', places.length - granted, signal);
  try {
    const [only] = places;
    if (places.length === 1 && only !== undefined) return [await readAlone(graph, only)];
    const answers = await sendBatch(graph, places.map(readRequest), clock.now());
    return answers.map((answer) => judged(answer, pace));
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
    // A service without batches is asked for each; what may pass, such as a broken connection, is tried again as a whole.
    if (['graph', 'not-found'].includes(error.kind) && error.details.transient !== true)
      return Promise.all(places.map((place) => readAlone(graph, place)));
    // The whole batch was turned away: coming back at once would only add to what is too much already.
    if (error.kind !== 'throttled') return places.map(() => error);
    pace.throttledBy('read', error.details.status === 429 ? 1 : 0, error.details.retryAfter);
    // Everyone waits for it already.
    const waitedFor = error.with({ retryAfter: 0 });
    return places.map(() => waitedFor);
  } finally {
    pace.answered('read', places.length);
  }
}

async function readAlone(graph: GraphClient, place: Place): Promise<Overview | Failure> {
  try {
    return await readOverview(graph, place);
  } catch (error) {
    if (error instanceof Failure && error.kind !== 'interrupted') return error;
    throw error;
  }
}

function judged(answer: ItemAnswer, pace: Pace): Overview | Failure {
  if (answer.ok) {
    const { status, json, requestId } = answer;
    try {
      return overviewRead({ status, json, requestId, clientRequestId: '', attempts: 1 });
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }
  if (answer.status === 429) pace.throttledBy('read', 1, answer.retryAfter);
  return new Failure(answer.failure.kind, answer.failure.message, {
    ...answer.failure.details,
    transient: answer.transient,
    retryAfter: answer.retryAfter,
  });
}
