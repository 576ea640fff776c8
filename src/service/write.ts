import type { GraphClient } from '../graph/client.ts';
import { Failure } from '../outcome/errors.ts';
import { type Mismatch, mismatches, type Overview, returnsAll } from '../overview/difference.ts';
import { propertyNamed, type Values } from '../overview/payload.ts';
import type { Clock } from '../process/runtime.ts';
import { overviewOf, type Place, readOverview, writeRequest } from './overviews.ts';
import { READ_BACK, showsOld } from './read-back.ts';

/** Options of one write. */
export interface WriteOptions {
  /** Read the overview first, so that the outcome has the values before. */
  readonly readBefore: boolean;
  /** Send nothing if all values are already up to date; reads first. */
  readonly ifChanged: boolean;
  /** Read back after the write, and compare that too. */
  readonly verify: boolean;
  /** For the pauses between two reads, since reads may lag behind the write. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called with the values before, and awaited, before anything is sent. */
  readonly beforeSending?: (before: Overview | undefined) => Promise<void>;
  /** Called when an answer says that the write was stored, before it is compared or read back. */
  readonly onStored?: () => void;
}

/** The result of one write. */
export interface Outcome {
  readonly status: 'unchanged' | 'written' | 'mismatched';
  /** The overview before; undefined if it was not read. */
  readonly before: Overview | undefined;
  /** The overview as the service last returned it. */
  readonly after: Overview;
  /** The properties whose stored values differ from what was sent; empty unless `mismatched`. */
  readonly mismatches: readonly Mismatch[];
  /** The overview in the answer to the PATCH; undefined if it had none. */
  readonly answered?: Overview | undefined;
  /** The overview that was read back; undefined if it was not. */
  readonly readBack?: Overview | undefined;
  /** How often the PATCH was sent: 0 if it was not needed, more than 1 after transient failures. */
  readonly attempts: number;
  /** `request-id` of the answer to the PATCH. */
  readonly requestId?: string | undefined;
}

/**
 * Writes one overview, and compares the values that the service returns with those that were sent.
 * @throws a Failure if the service refuses the request or cannot be reached
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
  // JSON without any member of an overview is not from Graph, so it is unknown whether anything was stored.
  const proven = returned === undefined || !isForeign(returned);
  if (proven) options.onStored?.();
  // A 204, or an answer without some of the properties that were sent, does not prove that they were stored.
  const unproven = returned === undefined || !returnsAll(values, returned);
  // A later read cannot correct a value that the answer contradicts, so there is no wait for one.
  const contradicted = mismatches(values, returned ?? {}).some(({ name }) =>
    Object.hasOwn(returned ?? {}, name),
  );
  const until = options.clock.now() + (contradicted ? 0 : READ_BACK.maxLag);
  const read =
    unproven || options.verify
      ? await readWritten(graph, place, values, before, until, options).catch((error: unknown) => {
          throw readBackFailure(error, proven);
        })
      : undefined;
  const after = read ?? (returned as Overview);
  const held = mismatches(values, after);
  const found = unproven ? held : union(mismatches(values, returned), held);
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
 * Reads until the old values are no longer returned, since reads may lag behind writes.
 * @param until the time of the last read, in milliseconds since the epoch
 * @returns the overview of the last read
 * @throws a Failure if a read fails
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
    // If the old values were not read, the first values that are read count as the old ones.
    last ??= present;
    await clock.sleep(Math.max(1, Math.min(pause, until - clock.now())), signal);
    pause = Math.min(READ_BACK.maxPause, pause * 2);
  }
}

function readBackFailure(error: unknown, proven: boolean): unknown {
  if (!(error instanceof Failure)) return error;
  const what = proven ? 'written, but it' : 'the answer was not an overview, and the change';
  return new Failure(error.kind, `${what} could not be read back: ${error.message}`, error.details);
}

/** Whether an answer has members, but none of an overview or of OData. */
function isForeign(answer: Overview): boolean {
  const names = Object.keys(answer);
  return (
    names.length > 0 && names.every((name) => !name.startsWith('@') && propertyNamed(name) === undefined)
  );
}

/** The mismatches of the answer and of the read-back, each property once. */
function union(answered: readonly Mismatch[], read: readonly Mismatch[]): Mismatch[] {
  return [...read, ...answered.filter(({ name }) => !read.some((mismatch) => mismatch.name === name))];
}
