import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RateLimiter } from '../../src/graph/rate-limiter.ts';
import type { Row } from '../../src/input/row.ts';
import { Failure } from '../../src/outcome/errors.ts';
import type { Runtime } from '../../src/process/runtime.ts';
import { holdRun, readJournal, reopenJournal } from '../../src/runs/journal.ts';
import { DEFAULT_SETTINGS } from '../../src/runs/journal-entries.ts';
import type { JournalState } from '../../src/runs/journal-state.ts';
import { type Plan, planRows } from '../../src/runs/plan.ts';
import { resumeRun } from '../../src/runs/resume.ts';
import { type RunOptions, type RunOutcome, startRun } from '../../src/runs/run.ts';
import { runRecord, runRecordOfEnds } from '../../src/runs/run-record.ts';
import { listRuns } from '../../src/runs/runs-folder.ts';
import type { RunTarget } from '../../src/runs/target.ts';
import { planUndo, undoRows } from '../../src/runs/undo.ts';
import { parseLog } from '../../src/state/read-log.ts';
import { Random } from './random.ts';
import { type Sent, Tenant, type Values, type Watcher } from './tenant.ts';

/** The number of steps of each kind. */
export type Tally = Record<
  | 'runs'
  | 'resumes'
  | 'undos'
  | 'kills'
  | 'truncated journals'
  | 'flipped bits'
  | 'foreign locks'
  | 'two processes'
  | 'writes by other clients'
  | 'values refused'
  | 'values forced'
  | 'journals refused',
  number
>;

export function newTally(): Tally {
  return {
    runs: 0,
    resumes: 0,
    undos: 0,
    kills: 0,
    'truncated journals': 0,
    'flipped bits': 0,
    'foreign locks': 0,
    'two processes': 0,
    'writes by other clients': 0,
    'values refused': 0,
    'values forced': 0,
    'journals refused': 0,
  };
}

/** A violated guarantee. */
class Violation extends Error {}

const TARGET: RunTarget = { graph: 'model', tenant: null, apiVersion: 'beta' };
const IDS = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'] as const;
const NAMES = ['pendingCount', 'failedCount'] as const;

/** The age after which a value that was read can be outdated, in milliseconds. */
const FRESH = 30_000;

/** A process id that no system assigns. */
const NO_PROCESS = 999_999_999;

/** The state of a run in the model. */
interface Run {
  readonly name: string;
  readonly undoes: Run | undefined;
  /** The number of rows that it must report. */
  readonly rows: number;
  /** The values from which its plan was made, by id, and the time. */
  readonly planned: ReadonlyMap<string, Values>;
  readonly plannedAt: number;
  state: 'open' | 'done' | 'dead';
  /** Whether --force was given. */
  forced: boolean;
  /** Whether some of its requests may not have arrived. */
  doubted: boolean;
  /** The position of a flipped bit in its journal. */
  flipped: 'no' | 'last' | 'before';
  /** The ids of rows that were not stored as sent. */
  mismatched: ReadonlySet<string>;
}

/** Thrown by the tenant when a process is killed; later steps of the process use a folder that is not read again. */
class Killed extends Error {}

/** An incident of a process at its n-th PATCH. */
type Incident = { readonly at: number } & (
  | { readonly kind: 'killed-before' | 'killed-after' }
  | { readonly kind: 'taken-over' }
);

/**
 * Runs one random sequence of runs, kills, damage, resumes, undos and writes by other clients with a model of the tenant.
 * @param seed determines the sequence
 * @param root an empty folder for its state folders
 * @throws a Violation
 */
export async function runSequence(seed: number, root: string, tally: Tally): Promise<void> {
  const sequence = new Sequence(new Random(seed), root, tally);
  const steps = 3 + sequence.random.below(6);
  for (let step = 0; step < steps; step += 1) await sequence.step();
  await sequence.finish();
}

class Sequence {
  readonly random: Random;
  readonly #tenant: Tenant;
  readonly #root: string;
  readonly #tally: Tally;
  readonly #runs = new Map<string, Run>();
  #folder = 0;
  #processes = 0;
  /** Processes with --force. */
  readonly #forced = new Set<number>();
  /** Processes that lost their run to another one, and the last request that can still be in progress. */
  readonly #fenced = new Map<number, number>();

  constructor(random: Random, root: string, tally: Tally) {
    this.random = random;
    this.#root = root;
    this.#tally = tally;
    this.#tenant = new Tenant(random);
    for (const id of IDS) for (const name of NAMES) this.#tenant.write(id, name, random.below(4), 'other');
    this.#tenant.now += 60_000;
    mkdirSync(join(this.#state, 'runs'), { recursive: true, mode: 0o700 });
  }

  get #state(): string {
    return join(this.#root, String(this.#folder));
  }

  #runtime(): Runtime {
    return {
      env: { GRAPH_OVERVIEW_STATE: this.#state },
      platform: 'linux',
      home: undefined,
      clock: this.#tenant.clock,
      random: () => this.random.next(),
      uuid: () => '00000000-0000-4000-8000-000000000000',
      signal: new AbortController().signal,
    } as unknown as Runtime;
  }

  async step(): Promise<void> {
    const { random } = this;
    this.#tenant.errorRates = {
      throttled: random.chance(0.3) ? 0.2 : 0,
      busy: random.chance(0.3) ? 0.2 : 0,
      silent: random.chance(0.2) ? 0.3 : 0,
      cut: random.chance(0.3) ? 0.2 : 0,
      lag: random.chance(0.3) ? 4_000 : 0,
    };
    this.#tenant.now += 12_000;
    if (random.chance(0.5)) this.#others();
    const open = [...this.#runs.values()].filter(({ state }) => state === 'open');
    const ended = [...this.#runs.values()].filter(({ state }) => state !== 'dead');
    if (open.length > 0 && random.chance(0.6)) await this.#resume(random.pick(open), false);
    else if (ended.length > 0 && random.chance(0.45)) await this.#undo(random.pick(ended));
    else await this.#apply();
  }

  /** Resumes open runs on a service without errors; all rows must be reported. */
  async finish(): Promise<void> {
    this.#tenant.errorRates = { throttled: 0, busy: 0, silent: 0, cut: 0, lag: 0 };
    for (const run of this.#runs.values()) {
      this.#tenant.now += 12_000;
      if (run.state === 'open') await this.#resume(run, true);
      if (run.state === 'open') throw new Violation(`${run.name} could not be brought to its end`);
    }
  }

  /** Other clients write, and time passes. */
  #others(): void {
    const count = 1 + this.random.below(2);
    for (let one = 0; one < count; one += 1) {
      this.#tenant.write(this.random.pick(IDS), this.random.pick(NAMES), this.random.below(6), 'other');
      this.#tally['writes by other clients'] += 1;
    }
    this.#tenant.now += FRESH + 6_000;
  }

  async #apply(): Promise<void> {
    const { random } = this;
    const process = this.#newProcess(false);
    const ids = IDS.filter(() => random.chance(0.7));
    const rows = ids.map((id, index): Row => {
      const names = random.chance(0.4) ? NAMES : [random.pick(NAMES)];
      const values = Object.fromEntries(names.map((name) => [name, random.below(6)]));
      const route = { via: 'direct', segments: [], certificateId: undefined, uncast: false };
      return { line: index + 2, deviceConfigurationId: id, displayName: null, route, values };
    });
    const options = this.#options(process, () => 'no run', undefined, false);
    const plan = await planRows(rows, TARGET, options).catch(unreached);
    if (plan === undefined) return;
    this.#tally.runs += 1;
    await this.#start(plan, process, undefined, false);
  }

  async #undo(undone: Run): Promise<void> {
    const force = this.random.chance(0.15);
    const process = this.#newProcess(force);
    const runtime = this.#runtime();
    this.#flip(undone);
    const state = await this.#guarded(undone, async () => {
      const lock = await this.#hold(undone);
      try {
        return await readJournal(runtime, undone.name);
      } finally {
        await lock.release();
      }
    });
    if (state === undefined) return;
    if (state.damage === 'before') {
      this.#refuse(undone, 'before');
      return;
    }
    if (undone.flipped === 'before') throw new Violation(`${undone.name} is undone by a damaged journal`);
    const options = this.#options(process, () => 'no run', undefined, force);
    const plan = await planUndo(await undoRows(state, force), TARGET, force, options).catch(unreached);
    if (plan === undefined) return;
    this.#tally.undos += 1;
    // An undone run is not resumed.
    if (undone.state === 'open') undone.state = 'dead';
    await this.#start(plan, process, undone, force);
  }

  /** Executes a plan, after a prompt that may be answered late. */
  async #start(plan: Plan, process: number, undoes: Run | undefined, force: boolean): Promise<void> {
    if (plan.writes.length === 0) return;
    const planned = new Map<string, Values>();
    for (const { row } of plan.writes) {
      const id = row.deviceConfigurationId;
      planned.set(id, this.#tenant.seen.get(`${process} ${id}`) ?? {});
    }
    const run: Run = {
      name: `run-${this.#runs.size}-${process}`,
      undoes,
      rows: plan.writes.length + plan.settled.length,
      planned,
      plannedAt: this.#tenant.now,
      state: 'open',
      forced: force,
      doubted: false,
      flipped: 'no',
      mismatched: new Set(),
    };
    this.#runs.set(run.name, run);
    if (this.random.chance(0.3)) this.#others();
    const head = {
      run: run.name,
      started: '2026-01-02T03:04:05.000Z',
      command: undoes === undefined ? 'apply' : 'undo',
      source: undoes === undefined ? 'rows.csv' : null,
      undoes: undoes?.name ?? null,
      target: TARGET,
      settings: DEFAULT_SETTINGS,
    } as const;
    await this.#execute(run, process, this.#incident(), force, (options) => startRun(plan, head, options));
  }

  /** @param last without further incidents */
  async #resume(run: Run, last: boolean): Promise<void> {
    const force = !last && this.random.chance(0.15);
    const process = this.#newProcess(force);
    if (!last) this.#flip(run);
    this.#tally.resumes += 1;
    const opened = await this.#guarded(run, async () => {
      try {
        return await reopenJournal(this.#runtime(), run.name);
      } catch (error) {
        if (!isForeign(error)) throw error;
        this.#tally['foreign locks'] += 1;
        return reopenJournal(this.#runtime(), run.name, true);
      }
    });
    if (opened === undefined) return;
    const { journal, state } = opened;
    if (run.flipped === 'before') throw new Violation(`${run.name} is resumed by a damaged journal`);
    if (!state.agreed) {
      await journal.close();
      if (this.#tenant.sent.some((sent) => sent.run === run.name))
        throw new Violation(`${run.name} sent something before its plan was whole`);
      run.state = 'dead';
      return;
    }
    if (run.flipped === 'last') run.flipped = 'no';
    if (force) {
      run.forced = true;
      this.#tally['values forced'] += 1;
    }
    await this.#execute(run, process, last ? undefined : this.#incident(), force, async (options) => {
      try {
        return await resumeRun(journal, state, options);
      } finally {
        await journal.close();
      }
    });
  }

  /** Lets one process work on a run until it ends or is killed. */
  async #execute(
    run: Run,
    process: number,
    incident: Incident | undefined,
    force: boolean,
    work: (options: RunOptions) => Promise<RunOutcome>,
  ): Promise<void> {
    const before = this.#folder;
    let outcome: RunOutcome;
    try {
      outcome = await work(this.#options(process, () => run.name, incident, force));
    } catch (error) {
      if (error instanceof Killed) {
        rmSync(join(this.#root, String(before)), { recursive: true });
        return;
      }
      const lost = this.#fenced.has(process) && error instanceof Failure && error.kind === 'refused';
      if (!lost) throw error;
      return;
    }
    if (this.#fenced.has(process))
      throw new Violation(`process ${process} went on with ${run.name}, which another one had taken over`);
    await this.#account(run, outcome);
  }

  #incident(): Incident | undefined {
    const kind = this.random.pick([
      'none',
      'none',
      'killed-before',
      'killed-before',
      'killed-after',
      'killed-after',
      'taken-over',
    ] as const);
    return kind === 'none' ? undefined : { kind, at: 1 + this.random.below(6) };
  }

  #newProcess(force: boolean): number {
    this.#processes += 1;
    if (force) this.#forced.add(this.#processes);
    return this.#processes;
  }

  #options(process: number, run: () => string, incident: Incident | undefined, force: boolean): RunOptions {
    const { clock } = this.#tenant;
    let patches = 0;
    let latest = 0;
    const watcher: Watcher = {
      arrives: async (_, request) => {
        patches += 1;
        // When a part of a batch has arrived, its intents are on disk.
        const first = request !== latest;
        latest = request;
        const fence = this.#fenced.get(process);
        if (fence !== undefined && request > fence)
          throw new Violation(`process ${process} sent something after it lost ${run()}`);
        if (incident === undefined || patches !== incident.at) return;
        if (incident.kind === 'killed-before') this.#kill(run(), first);
        if (incident.kind === 'taken-over') await this.#takeOver(run(), process, latest);
      },
      stores: (sent) => this.#check(sent),
      stored: async () => {
        if (incident?.kind === 'killed-after' && patches === incident.at) this.#kill(run(), false);
      },
      sleeps: (milliseconds) => {
        if (run() !== 'no run' && milliseconds >= 1_000 && this.random.chance(0.15)) this.#others();
      },
    };
    const graph = this.#tenant.client(process, run, watcher);
    return {
      graph,
      rateLimiter: new RateLimiter({ writes: 3, requests: 30, window: 20_000 }, clock, () =>
        this.random.next(),
      ),
      clock,
      runtime: this.#runtime(),
      signal: new AbortController().signal,
      emit: () => undefined,
      read: true,
      force,
      verify: true,
      stop: new AbortController().signal,
      onRow: () => undefined,
    };
  }

  /**
   * Kills the process: the next one finds its state folder as it is at this time.
   * @param writing whether it was killed while it wrote the last group of its journal: any part of the group can be on disk
   */
  #kill(name: string, writing: boolean): never {
    const run = this.#runs.get(name) as Run;
    run.doubted = true;
    const from = this.#state;
    this.#folder += 1;
    cpSync(from, this.#state, { recursive: true });
    this.#tally.kills += 1;
    if (writing && this.random.chance(0.7)) this.#cut(run);
    this.#setHolder(run, this.random.chance(0.3) ? { namespace: 'pid:[1]' } : { pid: NO_PROCESS });
    throw new Killed();
  }

  /** A part of the last group is lost, by an incomplete write, or by a file system that lost unsynced data. */
  #cut(run: Run): void {
    const path = this.#journal(run);
    const bytes = readFileSync(path);
    const start = lastGroup(bytes);
    const at = start + this.random.below(bytes.length - start);
    this.#tally['truncated journals'] += 1;
    if (this.random.chance(0.7)) {
      writeFileSync(path, bytes.subarray(0, at), { mode: 0o600 });
      return;
    }
    writeFileSync(path, bytes.fill(0, at, at + 1 + this.random.below(bytes.length - at)), { mode: 0o600 });
  }

  /** Sometimes flips one bit of the journal. */
  #flip(run: Run): void {
    if (run.flipped !== 'no' || !this.random.chance(0.1)) return;
    const path = this.#journal(run);
    const bytes = readFileSync(path);
    const whole = parseLog(bytes).damage === undefined;
    if (!whole) return;
    const start = lastGroup(bytes);
    const at = this.random.chance(0.5)
      ? this.random.below(bytes.length)
      : start + this.random.below(bytes.length - start);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << this.random.below(8));
    writeFileSync(path, bytes, { mode: 0o600 });
    run.flipped = at < start ? 'before' : 'last';
    // A run that is undone twice, or resumed after its end, depends on its journal.
    run.doubted = true;
    this.#tally['flipped bits'] += 1;
  }

  /** Another process takes over the run from this one, which is still running. */
  async #takeOver(name: string, process: number, request: number): Promise<void> {
    const run = this.#runs.get(name) as Run;
    this.#tally['two processes'] += 1;
    for (const takeOver of [false, true]) {
      const opened = await reopenJournal(this.#runtime(), name, takeOver).catch((error: unknown) => error);
      if (!(opened instanceof Failure)) throw new Violation(`two processes work on ${name}`);
    }
    this.#setHolder(run, { host: 'elsewhere' });
    this.#fenced.set(process, request);
    run.doubted = true;
    const other = this.#newProcess(false);
    const { journal, state } = await reopenJournal(this.#runtime(), name, true);
    await this.#execute(run, other, undefined, false, async (options) => {
      try {
        return await resumeRun(journal, state, options);
      } finally {
        await journal.close();
      }
    });
  }

  /** Changes the identity of the process that holds a run. */
  #setHolder(run: Run, change: Readonly<Record<string, unknown>>): void {
    const folder = join(this.#state, 'runs');
    const beginning = `${run.name}.lock.`;
    const numbers = readdirSync(folder)
      .filter((one) => one.startsWith(beginning))
      .map((one) => Number(one.slice(beginning.length)));
    const path = join(folder, `${beginning}${Math.max(...numbers)}`);
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    if (holder.released !== true) writeFileSync(path, JSON.stringify({ ...holder, ...change }));
  }

  async #hold(run: Run): Promise<{ release(): Promise<void> }> {
    try {
      return await holdRun(this.#runtime(), run.name);
    } catch (error) {
      if (!isForeign(error)) throw error;
      this.#tally['foreign locks'] += 1;
      return holdRun(this.#runtime(), run.name, true);
    }
  }

  /** @returns undefined if the journal is rejected for a reason */
  async #guarded<Value>(run: Run, open: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#refuse(run, error.message);
      return undefined;
    }
  }

  #refuse(run: Run, why: string): void {
    if (run.flipped === 'no')
      throw new Violation(`${run.name} is refused although nothing damaged it: ${why}`);
    this.#tally['journals refused'] += 1;
    run.state = 'dead';
  }

  #journal(run: Run): string {
    return join(this.#state, 'runs', `${run.name}.jsonl`);
  }

  /** Checks a stored PATCH: it must not overwrite newer values, and an undo must restore the replaced value. */
  #check(sent: Sent): void {
    const run = this.#runs.get(sent.run) as Run;
    const { id, values } = sent;
    // Requests that were in progress when the run was taken over cannot be prevented.
    if (this.#fenced.has(sent.process)) return;
    const now = this.#tenant.now;
    for (const [name, value] of Object.entries(values)) {
      const { by, at, value: present } = this.#tenant.last(id, name);
      if (by === 'other' && present !== value && !run.forced) {
        const expected = run.planned.get(id)?.[name];
        if (present !== expected && now - at > FRESH + this.#tenant.errorRates.lag)
          throw new Violation(
            `${run.name} overwrote ${present} of ${id} ${name}, which another wrote ${now - at} ms ago, with ${value}; it had planned on ${expected}`,
          );
        const { undoes } = run;
        const left = undoes && this.#sentBy(undoes, id).at(-1)?.values[name];
        const known = undoes === undefined || undoes.mismatched.has(id);
        if (!known && left !== undefined && present !== left)
          throw new Violation(`${run.name} put ${id} ${name} back although another had written ${present}`);
      }
      if (run.undoes !== undefined) this.#checkUndo(run, run.undoes, id, name, value);
    }
  }

  #checkUndo(run: Run, undone: Run, id: string, name: string, value: number): void {
    const replaced = this.#replacedBy(undone, id, name);
    if (replaced === undefined || replaced === value) return;
    // If a request did not arrive, the present value may be that of another client or run.
    const doubted = undone.doubted || this.#lostSome(undone, id);
    if (doubted && this.#othersSince(undone, id, name)) return;
    throw new Violation(
      `${run.name} put ${value} into ${id} ${name}, where ${undone.name} had replaced ${replaced}`,
    );
  }

  #sentBy(run: Run, id: string): Sent[] {
    return this.#tenant.sent.filter(
      (one) => one.run === run.name && one.id === id && one.replaced !== undefined,
    );
  }

  /** The value that a run replaced; sending the same value again replaces nothing. */
  #replacedBy(run: Run, id: string, name: string): number | undefined {
    const stored = this.#sentBy(run, id).filter(({ values }) => values[name] !== undefined);
    const first = stored.findLast(({ values, replaced }) => replaced?.[name] !== values[name]);
    return (first ?? stored[0])?.replaced?.[name];
  }

  /** Whether a property was written since a run was planned, except by this run and its undos. */
  #othersSince(run: Run, id: string, name: string): boolean {
    const writers = this.#tenant.writersSince(id, name, run.plannedAt);
    return writers.some((by) => by !== run.name && this.#runs.get(by)?.undoes !== run);
  }

  /** Checks that every row is reported, with the right status. */
  async #account(run: Run, { rows, remaining, denied }: RunOutcome): Promise<void> {
    if (rows.length !== run.rows || new Set(rows.map(({ line }) => line)).size !== run.rows)
      throw new Violation(`${run.name} accounts for ${rows.length} of ${run.rows} rows`);
    if (remaining !== 0 || denied !== undefined)
      throw new Violation(`${run.name} left ${remaining} rows for no reason`);
    run.state = 'done';
    const mismatched = new Set<string>();
    for (const { deviceConfigurationId: id, status, error } of rows) {
      const stored = this.#sentBy(run, id).length;
      if (status === 'planned') throw new Violation(`${run.name} left ${id} planned`);
      if (status === 'unchanged' && stored > 0)
        throw new Violation(`${run.name} wrote ${id} and says that it is unchanged`);
      if (status === 'written' && stored === 0 && !run.doubted && !this.#lostSome(run, id))
        throw new Violation(`${run.name} says that it wrote ${id}, and never did`);
      if (status === 'mismatched') mismatched.add(id);
      if (error?.kind === 'refused') this.#tally['values refused'] += 1;
    }
    run.mismatched = mismatched;
    await this.#checkJournal(run);
  }

  /** Whether a request of a run had no answer with its result. */
  #lostSome(run: Run, id: string): boolean {
    return this.#tenant.sent.some((one) => one.run === run.name && one.id === id && !one.answered);
  }

  async #checkJournal(run: Run): Promise<void> {
    const state = await readJournal(this.#runtime(), run.name);
    if (!state.done) throw new Violation(`the journal of ${run.name} does not say that it is done`);
    const ends = (await listRuns(this.#runtime())).find((one) => one.run === run.name);
    const short = ends && runRecordOfEnds(ends, false);
    if (JSON.stringify(short) !== JSON.stringify(runRecord(state, false)))
      throw new Violation(`runs counts ${run.name} otherwise than runs show`);
    this.#checkTwice(run, state);
  }

  /** Checks that rows that were sent twice are recorded as such. */
  #checkTwice(run: Run, { plan }: JournalState): void {
    const { records } = parseLog(readFileSync(this.#journal(run)));
    for (const [index, { deviceConfigurationId: id }] of plan) {
      const recorded = records.filter(({ type, again, indexes }) => {
        const list = type === 'intent' ? again : type === 'doubt' ? indexes : [];
        return (list as readonly number[]).includes(index);
      }).length;
      const stored = this.#sentBy(run, id).length;
      if (stored > recorded + 1)
        throw new Violation(`${run.name} wrote ${id} ${stored} times and recorded ${recorded + 1}`);
    }
  }
}

/** The start of the last group of a journal. */
function lastGroup(bytes: Buffer): number {
  const start = bytes.lastIndexOf(',"group":');
  return bytes.lastIndexOf('\n', start) + 1;
}

/** A plan fails if nothing can be read, and then nothing is written. */
function unreached(error: unknown): undefined {
  if (!(error instanceof Failure) || !['network', 'throttled'].includes(error.kind)) throw error;
}

function isForeign(error: unknown): boolean {
  return error instanceof Failure && (error.details.hint ?? '').includes('--take-over');
}
