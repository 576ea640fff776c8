import type { GraphClient } from '../graph/client.ts';
import { Failure } from '../outcome/errors.ts';
import { type Mismatch, mismatches, type Overview, returnsAll } from '../overview/difference.ts';
import { propertyNamed, type Values } from '../overview/payload.ts';
import type { Clock } from '../process/runtime.ts';
import { overviewOf, type Place, readOverview, writeRequest } from './overviews.ts';
import { READ_BACK, showsOld } from './read-back.ts';

/** How one overview is written. */
export interface WriteOptions {
  /** Read the overview first, so that the outcome holds what was there before. */
  readonly readBefore: boolean;
  /** Send nothing if all values are already up to date; reads first. */
  readonly ifChanged: boolean;
  /** Read back after writing and compare that too. */
  readonly verify: boolean;
  /** For the pauses between two reads, where reads lag behind the write. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Awaited before anything is sent; is called with the values before. */
  readonly beforeSending?: (before: Overview | undefined) => Promise<void>;
  /** Is notified of an answer that says the write was stored, before it is compared or read back. */
  readonly onStored?: () => void;
}

/** What became of one write. */
export interface Outcome {
  readonly status: 'unchanged' | 'written' | 'mismatched';
  /** The overview before; undefined where it was not read. */
  readonly before: Overview | undefined;
  /** The overview as the service last returned it. */
  readonly after: Overview;
  /** What was sent and is not there; empty unless `mismatched`. */
  readonly mismatches: readonly Mismatch[];
  /** What the answer to the PATCH held, and what reading back did; undefined where there was none. */
  readonly answered?: Overview | undefined;
  readonly readBack?: Overview | undefined;
  /** How often the PATCH was sent: 0 where nothing was, more than 1 after transient failures. */
  readonly attempts: number;
  /** `request-id` of the answer to the PATCH. */
  readonly requestId?: string | undefined;
}

/**
 * Writes one overview and compares what the service holds with what was sent: the one step of every write.
 * @throws a Failure when the service refuses or cannot be reached
 */
export async function writeOverview(
  graph: GraphClient,
  place: Place,
  values: Values,
  options: WriteOptions,
): Promise<Outcome> {
  const before = options.readBefore || options.ifChanged ? await readOverview(graph, place) : undefined;
  if (options.ifChanged && before !== undefined && mismatches(values, before).length === 0) {
    return { status: 'unchanged', before, after: before, mismatches: [], attempts: 0 };
  }
  await options.beforeSending?.(before);
  const answer = await graph.send(writeRequest(place, values));
  const returned = overviewOf(answer);
  // JSON that is none of an overview is from something else than Graph: it is unknown whether that stored anything.
  const proven = returned === undefined || !isForeign(returned);
  if (proven) options.onStored?.();
  // A 204, or an answer that leaves out what was sent, says nothing about it: only reading does.
  const silent = returned === undefined || !returnsAll(values, returned);
  // What the answer contradicts no later read makes right.
  const contradicted = mismatches(values, returned ?? {}).some(({ name }) =>
    Object.hasOwn(returned ?? {}, name),
  );
  const until = options.clock.now() + (contradicted ? 0 : READ_BACK.patience);
  const read =
    silent || options.verify
      ? await readWritten(graph, place, values, before, until, options).catch((error: unknown) => {
          throw unread(error, proven);
        })
      : undefined;
  const after = read ?? (returned as Overview);
  const held = mismatches(values, after);
  const found = silent ? held : union(mismatches(values, returned), held);
  const status = found.length === 0 ? 'written' : 'mismatched';
  const { attempts, requestId } = answer;
  return {
    status,
    before,
    after,
    mismatches: found,
    answered: returned,
    readBack: read,
    attempts,
    requestId,
  };
}

/**
 * Reads until the value before is no longer shown: reads may lag behind writes.
 * @param until the last read begins then, in milliseconds since the epoch
 * @returns what the last read found
 */
export async function readWritten(
  graph: GraphClient,
  place: Place,
  values: Values,
  before: Overview | undefined,
  until: number,
  { clock, signal }: Pick<WriteOptions, 'clock' | 'signal'>,
): Promise<Overview> {
  let pause: number = READ_BACK.firstPause;
  for (let last = before; ; ) {
    const asked = clock.now();
    const present = await readOverview(graph, place);
    if (asked >= until || !showsOld(values, last, present)) return present;
    // Where the value before was not read, the first one that is found stands for it.
    last ??= present;
    await clock.sleep(Math.max(1, Math.min(pause, until - clock.now())), signal);
    pause = Math.min(READ_BACK.longestPause, pause * 2);
  }
}

function unread(error: unknown, proven: boolean): unknown {
  if (!(error instanceof Failure)) return error;
  const what = proven ? 'written, but it' : 'the answer was not an overview, and the change';
  return new Failure(error.kind, `${what} could not be read back: ${error.message}`, error.details);
}

/** It has members, and none of them is one of an overview or of OData. */
function isForeign(answer: Overview): boolean {
  const names = Object.keys(answer);
  return (
    names.length > 0 && names.every((name) => !name.startsWith('@') && propertyNamed(name) === undefined)
  );
}

/** What the answer did not hold, and what reading back did not. */
function union(answered: readonly Mismatch[], read: readonly Mismatch[]): Mismatch[] {
  return [...read, ...answered.filter(({ name }) => !read.some((mismatch) => mismatch.name === name))];
}
