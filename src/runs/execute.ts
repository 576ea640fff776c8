import { BATCH_SIZE, type ItemAnswer } from '../graph/batch.ts';
import type { GraphClient } from '../graph/client.ts';
import type { RateLimiter } from '../graph/rate-limiter.ts';
import { exceedsMaxWait, isOutage, type RetryPolicy, withRequestedWait } from '../graph/retry-policy.ts';
import { Failure } from '../outcome/errors.ts';
import type { Clock } from '../process/runtime.ts';
import type { Deadline } from './deadline.ts';
import { certainWrite, type Job } from './job.ts';
import type { OpenJournal } from './journal.ts';
import { type ReadEntry, readEntry, resultEntry } from './journal-entries.ts';
import { failedRow } from './plan.ts';
import { compareAgain, isFresh, readAgain } from './read-again.ts';
import { outcomeOf } from './row-outcome.ts';
import { type Pending, RowQueue } from './row-queue.ts';
import type { RowRecord } from './row-record.ts';
import { failureOf, RowSender } from './send-rows.ts';

/** Maximum number of concurrent batches, if the quota allows that many. */
const MAX_CONCURRENT_BATCHES = 16;

/** Rows fail after this time without any accepted row, or without any answer, in milliseconds. */
const MAX_STALL = 30 * 60_000;

/** The run stops after this number of rows with 401 or 403, if no other row has been accepted. */
const MAX_DENIED = BATCH_SIZE;

export interface ExecuteOptions {
  readonly graph: GraphClient;
  readonly rateLimiter: RateLimiter;
  readonly journal: OpenJournal;
  readonly clock: Clock;
  /** The retries of a row after transient failures; throttled attempts do not count. */
  readonly retry: RetryPolicy;
  /** Aborts when no further row may be started; requests in flight are finished unless `graph` is aborted. */
  readonly stop: AbortSignal;
  /** No row is started after it. */
  readonly deadline?: Deadline | undefined;
  /** Read again values that were read long ago, or by another process, before they are overwritten. */
  readonly read: boolean;
  /** Overwrite values that are neither those of the plan nor the new values. */
  readonly force: boolean;
  /** Whether written rows are read back later, so that the answer alone need not prove that the row was stored. */
  readonly verify: boolean;
  /** Called with the outcome of a row once it is durable in the journal. */
  readonly onResult: (index: number, record: RowRecord) => void;
}

/** A row with its final outcome. */
interface Done {
  readonly index: number;
  readonly record: RowRecord;
  readonly requestId: string | null;
}

/** The state of the rows that have no result. */
export interface Executed {
  /** Indexes of the rows in doubt: sent, and interrupted before an answer arrived. */
  readonly inDoubt: ReadonlySet<number>;
  /** The 401 or 403 that stopped the run. */
  readonly denied: Failure | undefined;
}

/**
 * Writes rows within the quota. The intent of a row is durable in the journal before the row is sent, and its result
 * before the row is counted.
 * @throws a Failure if the journal cannot be written
 */
export async function execute(jobs: readonly Job[], options: ExecuteOptions): Promise<Executed> {
  const run = new Execution(jobs, options);
  const workers = options.rateLimiter.tight
    ? 1
    : Math.min(MAX_CONCURRENT_BATCHES, Math.ceil(jobs.length / BATCH_SIZE));
  await Promise.all(Array.from({ length: workers }, () => run.work()));
  await run.settled;
  return { inDoubt: run.inDoubt, denied: run.denied };
}

class Execution {
  readonly #options: ExecuteOptions;
  readonly #queue: RowQueue;
  readonly #sender: RowSender;
  /** The rows of the last answered batch that will be sent again. */
  readonly #postponed: { readonly failure: Failure; readonly attempt: number; readonly wait: number }[] = [];
  #inFlight = 0;
  #waiters: (() => void)[] = [];
  /** Current batch size. It is halved when a connection breaks, since that affects all rows of a batch. */
  #size = BATCH_SIZE;
  #lastProgress: number;
  /** Whether the service has answered any request. */
  #answered = false;
  #lastAnswer: number;
  /** Number of consecutive broken connections. */
  #cuts = 0;
  /** The end of the pause after a broken connection, in milliseconds since the epoch. */
  #pausedUntil = 0;
  /** Number of rows that were refused with 401 or 403. */
  #denials = 0;
  /** Whether the service has accepted any row. */
  #accepted = false;
  denied: Failure | undefined;
  /** Indexes of rows that were sent without an answer that says whether they were stored. */
  readonly inDoubt = new Set<number>();
  /** Indexes of rows that were sent, whatever the answer. */
  readonly #sent = new Set<number>();
  readonly #total: number;
  /** Resolves when all results so far are durable and counted. */
  settled: Promise<unknown> = Promise.resolve();

  constructor(jobs: readonly Job[], options: ExecuteOptions) {
    this.#options = options;
    this.#queue = new RowQueue(jobs);
    this.#sender = new RowSender(options.graph);
    this.#total = jobs.length;
    this.#lastProgress = options.clock.now();
    this.#lastAnswer = this.#lastProgress;
  }

  async work(): Promise<void> {
    const { rateLimiter, stop, deadline } = this.#options;
    while (!stop.aborted && this.denied === undefined && deadline?.passed !== true) {
      const now = this.#options.clock.now();
      this.#queue.requeueDue(now);
      if (this.#queue.isEmpty && this.#inFlight === 0) return;
      const wait = Math.max(this.#queue.nextDue, this.#pausedUntil) - now;
      if (wait > 0) {
        await this.#pause(wait);
        continue;
      }
      const limit = Math.min(this.#size, this.#queue.length);
      const granted = await rateLimiter.acquire('write', limit, stop).catch(() => 0);
      const open = this.#pausedUntil <= this.#options.clock.now();
      const unit = open ? this.#queue.take(granted) : [];
      if (unit.length < granted) rateLimiter.release('write', granted - unit.length);
      if (unit.length === 0) continue;
      this.#inFlight += 1;
      try {
        const { jobs, entries } = await this.#readAgain(unit);
        if (jobs.length < unit.length) rateLimiter.release('write', unit.length - jobs.length);
        if (jobs.length > 0) await this.#send(jobs, entries);
      } finally {
        this.#inFlight -= 1;
        for (const wake of this.#waiters.splice(0)) wake();
      }
    }
  }

  /** Waits, but only until a request in flight has been answered, since its rows may be sent again. */
  async #pause(milliseconds: number): Promise<void> {
    const { stop, deadline } = this.#options;
    const clock = deadline?.clock ?? this.#options.clock;
    const woken = new Promise<void>((resolve) => this.#waiters.push(resolve));
    if (milliseconds === Number.POSITIVE_INFINITY) return woken;
    const over = new AbortController();
    const asleep = clock
      .sleep(Math.max(1, milliseconds), AbortSignal.any([stop, over.signal]))
      .catch(() => undefined);
    await Promise.race([asleep, woken]);
    over.abort();
  }

  /**
   * Reads again the rows whose values may have changed since they were read.
   * @returns the rows to send, and the entries that must be in the journal before
   */
  async #readAgain(unit: readonly Pending[]): Promise<{ jobs: readonly Pending[]; entries: ReadEntry[] }> {
    const { graph, rateLimiter, clock, read, stop: signal } = this.#options;
    const now = clock.now();
    const old = unit.filter(({ write }) => read && !isFresh(write, now));
    if (old.length === 0) return { jobs: unit, entries: [] };
    const found = await readAgain(old, { graph, rateLimiter, clock, signal });
    if (found === undefined) {
      this.#queue.putFirst(unit);
      return { jobs: [], entries: [] };
    }
    const failures = [...found.values()].flatMap(({ present }) =>
      present instanceof Failure ? [present] : [],
    );
    const [first] = failures;
    if (first !== undefined && failures.length === old.length && this.#isOutage(first)) {
      this.#onBatchFailed(unit, first, now);
      return { jobs: [], entries: [] };
    }
    const jobs: Pending[] = [];
    const entries: ReadEntry[] = [];
    const done: Done[] = [];
    const later: Pending[] = [];
    for (const job of unit) {
      const again = found.get(job.index);
      if (again?.present instanceof Failure) {
        const { status, retryAfter } = again.present.details;
        if (status === 429 && !exceedsMaxWait(again.present)) rateLimiter.throttledBy('read', 0, retryAfter);
        done.push(...this.#onRejected(job, again.present));
      }
      // Reading a batch may take so long that its first values are outdated at its end.
      else if (!isFresh(again ?? job.write, clock.now())) later.push(job);
      else if (again === undefined) jobs.push(job);
      else {
        const { force } = this.#options;
        const sent = job.again || this.inDoubt.has(job.index);
        const next = compareAgain(job, again.present, { sent, force, readAt: again.readAt });
        if ('record' in next) done.push({ index: job.index, record: next.record, requestId: null });
        else {
          const { write, uncertain } = next;
          jobs.push({ ...job, write, uncertain });
          if (next.replaces) entries.push(readEntry(job.index, write.before, uncertain));
        }
      }
    }
    this.#queue.putFirst(later);
    this.#reportPostponed();
    this.#countDenials(failures);
    this.#settle(done);
    return { jobs, entries };
  }

  #isOutage(failure: Failure): boolean {
    return failure.details.transient === true || (this.#answered && isOutage(failure));
  }

  /** Stops the run after 401 or 403. */
  #countDenials(failures: readonly Failure[]): void {
    const denials = failures.filter(isDenial);
    this.#denials += denials.length;
    if (failures.some((failure) => !isDenial(failure) && !mayPass(failure))) this.#accepted = true;
    const [first] = denials;
    if (first === undefined || this.#accepted) return;
    if (this.#denials >= Math.min(MAX_DENIED, this.#total)) this.denied = first;
  }

  async #send(unit: readonly Pending[], entries: readonly ReadEntry[]): Promise<void> {
    const { journal, rateLimiter, clock } = this.#options;
    const again = unit.filter((job) => this.#isAgain(job)).map(({ index }) => index);
    const againBefore = new Set(again);
    await journal.append([...entries, { type: 'intent', indexes: unit.map(({ index }) => index), again }]);
    const known = unit.filter(({ index }) => !this.inDoubt.has(index));
    for (const { index } of unit) {
      this.inDoubt.add(index);
      this.#sent.add(index);
    }
    const sent = clock.now();
    const answers = await this.#sender.send(unit.map(({ write }) => write));
    for (const job of known)
      if (failureOf(answers, unit.indexOf(job))?.details.written === 'no') this.inDoubt.delete(job.index);
    const passed = answers instanceof Failure ? 0 : answers.filter(({ ok }) => ok).length;
    rateLimiter.answered('write', unit.length, passed);
    if (answers instanceof Failure) {
      this.#onBatchFailed(unit, answers, sent);
      return;
    }
    this.#answered = true;
    this.#lastAnswer = clock.now();
    this.#cuts = 0;
    this.#size = Math.min(BATCH_SIZE, this.#size * 2);
    this.#handleThrottling(answers, passed);
    const done: Done[] = [];
    unit.forEach((job, position) => {
      const answer = answers[position] as ItemAnswer;
      if (answer.ok) {
        const requestId = answer.requestId ?? null;
        done.push({
          index: job.index,
          record: outcomeOf(certainWrite(job), answer, againBefore.has(job.index), this.#options.verify),
          requestId,
        });
      } else done.push(...this.#onRejected(job, answer.failure));
    });
    this.#countDenials(answers.flatMap((answer) => (answer.ok ? [] : [answer.failure])));
    this.#reportPostponed();
    const tooLong = answers.find(
      (answer) => !answer.ok && answer.status === 429 && exceedsMaxWait(answer.failure),
    );
    if (tooLong?.ok === false) done.push(...this.#failRemaining(tooLong.failure));
    this.#settle(done);
  }

  /** The connection broke, or the whole batch was refused: its rows are sent again in smaller batches, or fail. */
  #onBatchFailed(unit: readonly Pending[], failure: Failure, sent: number): void {
    const { clock } = this.#options;
    // Their result is unknown, and they must not be sent now: `--resume` reads them.
    if (failure.kind === 'interrupted') return;
    this.#size = Math.max(1, Math.floor(this.#size / 2));
    const { retryAfter, status } = failure.details;
    const transient = this.#isOutage(failure);
    // Connections that break at the same time count once. During an outage, all rows wait.
    if (status !== 429 && transient && sent >= this.#pausedUntil) this.#pauseAll(unit.length, failure);
    // In an endless outage each row would use up its retries in turn; the same applies to a wait of hours.
    const over = transient && (clock.now() - this.#lastAnswer >= MAX_STALL || exceedsMaxWait(failure));
    const rest = over ? this.#failRemaining(failure) : [];
    if (status === 429 && !over) this.#throttled(unit.length, failure, retryAfter);
    const done = unit.flatMap((job): Done[] => {
      if (!over && this.#isUncounted(status)) this.#queue.putFirst([job]);
      // At the end of the queue, so that a long outage does not use up the retries of the same rows.
      else if (transient && !over && job.tries < this.#options.retry.retries)
        this.#queue.putLast({ ...job, tries: job.tries + 1 });
      else {
        const next = this.#options.retry.next(failure, job.tries + 1, 0);
        return [this.#failedJob(job, next.again ? withRequestedWait(failure) : next.failure)];
      }
      return [];
    });
    this.#countDenials(done.map(() => failure));
    this.#settle([...done, ...rest]);
  }

  /** Fails all remaining rows with this failure. */
  #failRemaining(failure: Failure): Done[] {
    const rest = this.#queue.takeAll();
    return rest.map((job) => this.#failedJob(job, withRequestedWait(failure)));
  }

  /** Pauses the whole run after a broken connection. @param count the number of affected rows */
  #pauseAll(count: number, failure: Failure): void {
    const { clock, retry } = this.#options;
    this.#cuts += 1;
    if (exceedsMaxWait(failure)) return;
    const wait = retry.waitAfter(failure, this.#cuts);
    this.#pausedUntil = clock.now() + wait;
    if (retry.retries > 0) retry.report({ method: 'PATCH', count, failure, attempt: undefined, wait });
  }

  /**
   * Pauses all requests after throttling.
   * @param count the number of throttled rows
   * @param asked the wait that the service asks for, in milliseconds
   */
  #throttled(count: number, failure: Failure, asked: number | undefined): void {
    const { rateLimiter, retry } = this.#options;
    const wait = rateLimiter.throttledBy('write', count, asked);
    if (this.#isUncounted(429)) retry.report({ method: 'PATCH', count, failure, attempt: undefined, wait });
  }

  /** Handles the error answer to one row. @returns an empty list if the row is sent again */
  #onRejected(job: Pending, failure: Failure): Done[] {
    const { clock, retry } = this.#options;
    const { status } = failure.details;
    if (this.#isUncounted(status) && !exceedsMaxWait(failure)) {
      this.#queue.putFirst([job]);
      return [];
    }
    const next = retry.next(failure, job.tries + 1, job.waited);
    if (!next.again || status === 429) return [this.#failedJob(job, next.again ? failure : next.failure)];
    const waited = job.waited + next.wait;
    const tries = job.tries + 1;
    this.#queue.delay({ ...job, tries, waited, due: clock.now() + next.wait });
    this.#postponed.push({ failure, attempt: tries + 1, wait: next.wait });
    return [];
  }

  /** Reports the rows of a batch that will be sent again. */
  #reportPostponed(): void {
    const postponed = this.#postponed.splice(0);
    const last = postponed.at(-1);
    if (last === undefined) return;
    const wait = Math.max(...postponed.map((one) => one.wait));
    this.#options.retry.report({ ...last, method: 'PATCH', count: postponed.length, wait });
  }

  /** Whether the row was sent before and may have been stored. */
  #isAgain({ again, tries, index }: Pending): boolean {
    return again || (tries > 0 && this.#sent.has(index));
  }

  /** A failed row. If it was never sent, there is nothing to undo, so it has no values. */
  #failedJob(job: Pending, failure: Failure): Done {
    const { index, again } = job;
    const { row, before } = certainWrite(job);
    const sent = again || this.inDoubt.has(index) || this.#sent.has(index);
    const record = failedRow(row, failure, sent ? { before, sent: row.values } : {});
    return { index, record, requestId: failure.details.requestId ?? null };
  }

  /** Whether an answer does not count as an attempt: throttling, as long as some rows are accepted. */
  #isUncounted(status: number | undefined): boolean {
    const { clock, retry } = this.#options;
    return status === 429 && retry.retries > 0 && clock.now() - this.#lastProgress < MAX_STALL;
  }

  #handleThrottling(answers: readonly ItemAnswer[], passed: number): void {
    if (passed > 0) {
      this.#accepted = true;
      this.#lastProgress = this.#options.clock.now();
    }
    const throttled = answers.flatMap((answer) =>
      !answer.ok && answer.status === 429 ? [answer.failure] : [],
    );
    const [first] = throttled;
    if (first === undefined || throttled.some(exceedsMaxWait)) return;
    const waits = throttled.map(({ details }) => details.retryAfter).filter((wait) => wait !== undefined);
    const asked = waits.length === 0 ? undefined : Math.max(...waits);
    this.#throttled(throttled.length, first, asked);
  }

  /** Not awaited, so that the results are synced to the journal together with the next intent. */
  #settle(done: readonly Done[]): void {
    if (done.length === 0) return;
    const { journal, onResult } = this.#options;
    for (const { index } of done) this.inDoubt.delete(index);
    const counted = journal
      .append(done.map(({ index, record, requestId }) => resultEntry(index, record, requestId)))
      .then(() => {
        for (const { index, record } of done) onResult(index, record);
      });
    this.settled = Promise.all([this.settled, counted]);
    // The error is thrown when it is awaited at the end; until then it must not count as unhandled.
    this.settled.catch(() => undefined);
  }
}

function isDenial({ kind }: Failure): boolean {
  return kind === 'sign-in' || kind === 'permission';
}

function mayPass({ kind, details }: Failure): boolean {
  return kind === 'network' || details.transient === true;
}
