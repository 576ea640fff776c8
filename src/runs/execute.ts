import { BATCH_SIZE, type ItemAnswer } from '../graph/batch.ts';
import type { GraphClient } from '../graph/client.ts';
import type { RateLimiter } from '../graph/rate-limiter.ts';
import { asksTooMuch, isOutage, notWaitedFor, type RetryPolicy } from '../graph/retry-policy.ts';
import { Failure } from '../outcome/errors.ts';
import type { Clock } from '../process/runtime.ts';
import type { Deadline } from './deadline.ts';
import type { Job } from './job.ts';
import type { OpenJournal } from './journal.ts';
import { type ReadEntry, resultEntry } from './journal-entries.ts';
import { failedRow } from './plan.ts';
import { compareAgain, isFresh, readAgain } from './read-again.ts';
import { outcomeOf } from './row-outcome.ts';
import { type Pending, RowQueue } from './row-queue.ts';
import type { RowRecord } from './row-record.ts';
import { failureOf, RowSender } from './send-rows.ts';

/** How many batches are under way at once where the quota is no limit. */
const BATCHES_AT_ONCE = 16;

/** Rows are given up where none has gone through, or nothing was answered, for longer than this, in milliseconds. */
const PATIENCE = 30 * 60_000;

/** So many rows are refused by 401 or 403, and no other one is let in, before the rest is left. */
const MOST_DENIED = BATCH_SIZE;

export interface ExecuteOptions {
  readonly graph: GraphClient;
  readonly rateLimiter: RateLimiter;
  readonly journal: OpenJournal;
  readonly clock: Clock;
  /** Tries of one row after failures that may pass; being throttled is none. */
  readonly retry: RetryPolicy;
  /** Aborts when no further row may be started; what is under way is finished, as long as `graph` lets it. */
  readonly stop: AbortSignal;
  /** No row is begun after it. */
  readonly deadline?: Deadline | undefined;
  /** Read what was read long ago, or by another process, again before it is overwritten. */
  readonly read: boolean;
  /** Overwrite values that are neither those of the plan nor the new ones. */
  readonly force: boolean;
  /** Whether written rows are read back later, so that an answer need not prove by itself what is stored. */
  readonly verify: boolean;
  /** Is called with the outcome of a row once it is durable. */
  readonly onResult: (index: number, record: RowRecord) => void;
}

/** A row that came to an end. */
interface Done {
  readonly index: number;
  readonly record: RowRecord;
  readonly requestId: string | null;
}

/** What became of the rows that have no result. */
export interface Executed {
  /** The rows in doubt, by their numbers in the journal: sent, and interrupted before an answer came. */
  readonly inDoubt: ReadonlySet<number>;
  /** Why no further row was begun, after 401 or 403. */
  readonly denied: Failure | undefined;
}

/** Writes rows within the quota. Each is durable in the journal before it is sent, and before it is counted. */
export async function execute(jobs: readonly Job[], options: ExecuteOptions): Promise<Executed> {
  const run = new Execution(jobs, options);
  const workers = options.rateLimiter.tight
    ? 1
    : Math.min(BATCHES_AT_ONCE, Math.ceil(jobs.length / BATCH_SIZE));
  await Promise.all(Array.from({ length: workers }, () => run.work()));
  await run.settled;
  return { inDoubt: run.inDoubt, denied: run.denied };
}

class Execution {
  readonly #options: ExecuteOptions;
  readonly #queue: RowQueue;
  readonly #sender: RowSender;
  /** Of the batch that was answered last: what will be sent again. */
  readonly #postponed: { readonly failure: Failure; readonly attempt: number; readonly wait: number }[] = [];
  #underWay = 0;
  #idle: (() => void)[] = [];
  /** Shrinks while connections break: one cut spoils a whole batch. */
  #size = BATCH_SIZE;
  #lastProgress: number;
  /** Whether the service has answered anything yet, and when it last did. */
  #answered = false;
  #lastAnswer: number;
  /** Connections that broke one after another. */
  #cuts = 0;
  /** The end of the wait after a broken connection. */
  #closedUntil = 0;
  /** Rows that were refused by 401 or 403, as long as no other one was let in. */
  #denials = 0;
  #letIn = false;
  denied: Failure | undefined;
  /** Sent, with an answer that did not come or says nothing of whether they were stored. */
  readonly inDoubt = new Set<number>();
  /** Sent, whatever came of it. */
  readonly #sent = new Set<number>();
  readonly #total: number;
  /** Resolves once every result so far is durable and counted. */
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
      if (this.#queue.isEmpty && this.#underWay === 0) return;
      const wait = Math.max(this.#queue.nextDue, this.#closedUntil) - now;
      if (wait > 0) {
        await this.#pause(wait);
        continue;
      }
      const most = Math.min(this.#size, this.#queue.length);
      const granted = await rateLimiter.acquire('write', most, stop).catch(() => 0);
      const open = this.#closedUntil <= this.#options.clock.now();
      const unit = open ? this.#queue.take(granted) : [];
      if (unit.length < granted) rateLimiter.release('write', granted - unit.length);
      if (unit.length === 0) continue;
      this.#underWay += 1;
      try {
        const { jobs, entries } = await this.#current(unit);
        if (jobs.length < unit.length) rateLimiter.release('write', unit.length - jobs.length);
        if (jobs.length > 0) await this.#send(jobs, entries);
      } finally {
        this.#underWay -= 1;
        for (const wake of this.#idle.splice(0)) wake();
      }
    }
  }

  /** Waits, no longer than until something under way has come back: it may have to be sent again. */
  async #pause(milliseconds: number): Promise<void> {
    const { stop, deadline } = this.#options;
    const clock = deadline?.clock ?? this.#options.clock;
    const woken = new Promise<void>((resolve) => this.#idle.push(resolve));
    if (milliseconds === Number.POSITIVE_INFINITY) return woken;
    const over = new AbortController();
    const asleep = clock
      .sleep(Math.max(1, milliseconds), AbortSignal.any([stop, over.signal]))
      .catch(() => undefined);
    await Promise.race([asleep, woken]);
    over.abort();
  }

  /**
   * Reads again what may have changed since it was read.
   * @returns the rows that are to be sent, and what the journal has to know before they are
   */
  async #current(unit: readonly Pending[]): Promise<{ jobs: readonly Pending[]; entries: ReadEntry[] }> {
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
      this.#broken(unit, first, now);
      return { jobs: [], entries: [] };
    }
    const jobs: Pending[] = [];
    const entries: ReadEntry[] = [];
    const done: Done[] = [];
    const later: Pending[] = [];
    for (const job of unit) {
      const { present, readAt } = found.get(job.index) ?? {};
      const current = isFresh(present === undefined ? job.write : { readAt }, clock.now());
      // Of a batch some may have been read long before the last one was.
      if (!current && !(present instanceof Failure)) later.push(job);
      else if (present === undefined) jobs.push(job);
      else if (present instanceof Failure) {
        const { status = 0, retryAfter } = present.details;
        if (status === 429 && !asksTooMuch(present))
          this.#options.rateLimiter.throttledBy('read', 0, retryAfter);
        done.push(...this.#refused(job, { ok: false, failure: present, status }));
      } else {
        const { force } = this.#options;
        const sent = job.again || this.inDoubt.has(job.index);
        const next = compareAgain(job, present, { sent, force, readAt: readAt ?? clock.now() });
        if ('record' in next) done.push({ index: job.index, record: next.record, requestId: null });
        else {
          jobs.push({ ...job, write: next.write, uncertain: false });
          if (next.replaces) entries.push({ type: 'read', index: job.index, before: next.write.before });
        }
      }
    }
    this.#queue.putFirst(later);
    this.#tellPostponed();
    this.#countDenials(failures);
    this.#settle(done);
    return { jobs, entries };
  }

  #isOutage(failure: Failure): boolean {
    return failure.details.transient === true || (this.#answered && isOutage(failure));
  }

  /** After 401 or 403, the rest is not tried. */
  #countDenials(failures: readonly Failure[]): void {
    const denials = failures.filter(isDenial);
    this.#denials += denials.length;
    if (failures.some((failure) => !isDenial(failure) && !mayPass(failure))) this.#letIn = true;
    const [first] = denials;
    if (first === undefined || this.#letIn) return;
    if (this.#denials >= Math.min(MOST_DENIED, this.#total)) this.denied = first;
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
      this.#broken(unit, answers, sent);
      return;
    }
    this.#answered = true;
    this.#lastAnswer = clock.now();
    this.#cuts = 0;
    this.#size = Math.min(BATCH_SIZE, this.#size * 2);
    this.#paceAfter(answers, passed);
    const done: Done[] = [];
    unit.forEach((job, position) => {
      const answer = answers[position] as ItemAnswer;
      if (answer.ok) {
        const requestId = answer.requestId ?? null;
        done.push({
          index: job.index,
          record: outcomeOf(job.write, answer, againBefore.has(job.index), this.#options.verify),
          requestId,
        });
      } else done.push(...this.#refused(job, answer));
    });
    this.#countDenials(answers.flatMap((answer) => (answer.ok ? [] : [answer.failure])));
    this.#tellPostponed();
    const hopeless = answers.find(
      (answer) => !answer.ok && answer.status === 429 && asksTooMuch(answer.failure),
    );
    if (hopeless?.ok === false) done.push(...this.#giveUpRest(hopeless.failure));
    this.#settle(done);
  }

  /** The connection broke, or the whole batch was refused: rows are tried again, in smaller company. */
  #broken(unit: readonly Pending[], failure: Failure, sent: number): void {
    const { clock } = this.#options;
    // Their result is unknown, and they must not be sent now: `--resume` reads them.
    if (failure.kind === 'interrupted') return;
    this.#size = Math.max(1, Math.floor(this.#size / 2));
    const { retryAfter, status } = failure.details;
    const transient = this.#isOutage(failure);
    // Several that break together are one cut. During an outage, the others wait too.
    if (status !== 429 && transient && sent >= this.#closedUntil) this.#closeWay(unit.length, failure);
    // An outage without end would use up the tries of all rows, one row after another; so would a wait of hours.
    const over = transient && (clock.now() - this.#lastAnswer >= PATIENCE || asksTooMuch(failure));
    const rest = over ? this.#giveUpRest(failure) : [];
    if (status === 429 && !over) this.#throttled(unit.length, unit.length, failure, retryAfter);
    const done = unit.flatMap((job): Done[] => {
      if (!over && this.#isPatient(status)) this.#queue.putFirst([job]);
      // To the end: a long outage then does not use up the tries of the same rows.
      else if (transient && !over && job.tries < this.#options.retry.retries)
        this.#queue.putLast({ ...job, tries: job.tries + 1 });
      else {
        const next = this.#options.retry.next(failure, job.tries + 1, 0);
        return [this.#givenUp(job, next.again ? notWaitedFor(failure) : next.failure)];
      }
      return [];
    });
    this.#countDenials(done.map(() => failure));
    this.#settle([...done, ...rest]);
  }

  /** Every row that is left fails like this. */
  #giveUpRest(failure: Failure): Done[] {
    const rest = this.#queue.takeAll();
    return rest.map((job) => this.#givenUp(job, notWaitedFor(failure)));
  }

  /** Makes the whole run wait. @param count how many rows are affected */
  #closeWay(count: number, failure: Failure): void {
    const { clock, retry } = this.#options;
    this.#cuts += 1;
    if (asksTooMuch(failure)) return;
    const wait = retry.waitAfter(failure, this.#cuts);
    this.#closedUntil = clock.now() + wait;
    if (retry.retries > 0) retry.report({ method: 'PATCH', count, failure, attempt: undefined, wait });
  }

  /** Everyone waits, as long as the service asked for. @param again how many rows will be sent again */
  #throttled(count: number, again: number, failure: Failure, asked: number | undefined): void {
    const { rateLimiter, retry } = this.#options;
    const wait = rateLimiter.throttledBy('write', count, asked);
    if (again > 0 && this.#isPatient(429))
      retry.report({ method: 'PATCH', count: again, failure, attempt: undefined, wait });
  }

  /** @returns nothing where the row is tried again */
  #refused(job: Pending, { failure, status }: Extract<ItemAnswer, { ok: false }>): Done[] {
    const { clock, retry } = this.#options;
    if (this.#isPatient(status) && !asksTooMuch(failure)) {
      this.#queue.putFirst([job]);
      return [];
    }
    const next = retry.next(failure, job.tries + 1, job.waited);
    if (!next.again || status === 429) return [this.#givenUp(job, next.again ? failure : next.failure)];
    const waited = job.waited + next.wait;
    const tries = job.tries + 1;
    this.#queue.keep({ ...job, tries, waited, due: clock.now() + next.wait });
    this.#postponed.push({ failure, attempt: tries + 1, wait: next.wait });
    return [];
  }

  /** Says what of a batch will be sent again. */
  #tellPostponed(): void {
    const postponed = this.#postponed.splice(0);
    const last = postponed.at(-1);
    if (last === undefined) return;
    const wait = Math.max(...postponed.map((one) => one.wait));
    this.#options.retry.report({ ...last, method: 'PATCH', count: postponed.length, wait });
  }

  /** Whether it is not known of a row if an earlier sending was stored. */
  #isAgain({ again, tries, index }: Pending): boolean {
    return again || (tries > 0 && this.#sent.has(index));
  }

  /** A row that was never sent has nothing that could be undone. */
  #givenUp({ index, write, again }: Pending, failure: Failure): Done {
    const { row, before } = write;
    const sent = again || this.inDoubt.has(index) || this.#sent.has(index);
    const record = failedRow(row, failure, sent ? { before, sent: row.values } : {});
    return { index, record, requestId: failure.details.requestId ?? null };
  }

  /** Being throttled uses up no tries, as long as anything goes through. */
  #isPatient(status: number | undefined): boolean {
    const { clock, retry } = this.#options;
    return status === 429 && retry.retries > 0 && clock.now() - this.#lastProgress < PATIENCE;
  }

  #paceAfter(answers: readonly ItemAnswer[], passed: number): void {
    if (passed > 0) {
      this.#letIn = true;
      this.#lastProgress = this.#options.clock.now();
    }
    const throttled = answers.flatMap((answer) =>
      !answer.ok && answer.status === 429 ? [answer.failure] : [],
    );
    const [first] = throttled;
    if (first === undefined || throttled.some(asksTooMuch)) return;
    const waits = throttled.map(({ details }) => details.retryAfter).filter((wait) => wait !== undefined);
    const asked = waits.length === 0 ? undefined : Math.max(...waits);
    this.#throttled(throttled.length, throttled.length, first, asked);
  }

  /** It is not awaited: the next intent follows these results in the journal, with the same sync. */
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
  return kind === 'network' || kind === 'throttled' || details.transient === true;
}
