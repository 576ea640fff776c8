import { EXIT_CODES } from '../../outcome/errors.ts';
import type { Result } from '../../outcome/result.ts';
import { planView, summaryView } from '../../present/views/bulk.ts';
import { type NewRun, newRunName } from '../../runs/journal.ts';
import type { Plan } from '../../runs/plan.ts';
import { savePlan } from '../../runs/plan-file.ts';
import type { RowRecord } from '../../runs/row-record.ts';
import { plannedRecord, type RunOptions, type RunOutcome, startRun } from '../../runs/run.ts';
import { type Summary, summarize } from '../../runs/summary.ts';
import type { RunTarget } from '../../runs/target.ts';
import type { Invocation } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import type { BulkSettings } from '../options/bulk-settings.ts';
import type { OutputOptions, YesOptions } from '../options/shared-options.ts';
import { RowStream } from '../records/row-stream.ts';
import { ROWS_FLAT, wholeOutput } from '../records/run-output.ts';
import { confirm } from './confirm.ts';
import { plannedCountsWarning, writtenCountsWarning } from './counts-warning.ts';
import { partialFailure, refusedFailure, runFailure } from './run-failure.ts';

/** The context for the execution of a plan. */
export interface BulkContext {
  readonly invocation: Invocation<OutputOptions & YesOptions>;
  readonly connection: Connection;
  readonly settings: BulkSettings;
  readonly options: Omit<RunOptions, 'onRow'>;
  /** Start of the measured time, in milliseconds since the epoch: the start of the command plus the time of the prompt. */
  readonly began: number;
}

/**
 * Executes a plan after confirmation; with `--plan` it is only saved, with `--dry-run` only shown.
 * @throws a `refused` Failure if it is not confirmed, or a Failure if the plan cannot be saved
 */
export async function executePlan(
  plan: Plan,
  command: {
    readonly name: 'apply' | 'undo';
    readonly source: string | null;
    readonly undoes: string | null;
    readonly planFile: string | undefined;
  },
  context: BulkContext,
): Promise<Result> {
  const { invocation, settings, options, began } = context;
  const { runtime, emit } = invocation;
  emit({ kind: 'progress-end' });
  const shown = summaryOfPlan(plan, runtime.clock.now() - began, options.rateLimiter.throttled);
  const warning = plannedCountsWarning(shown.rows);
  if (warning !== undefined) emit({ kind: 'warning', text: warning });
  if (command.planFile !== undefined) {
    await savePlan(command.planFile, plan, runtime.clock.now());
    emit({ kind: 'note', text: `saved in ${command.planFile}: write it with \`graph-overview apply\`` });
  }
  if (settings.dryRun || command.planFile !== undefined) return planResult(shown, context);
  runtime.signal.throwIfAborted();
  // Without a write there is no run.
  if (plan.writes.length === 0) return settledResult(shown);
  const asked = runtime.clock.now();
  await confirm(shown, invocation);
  // The time for the prompt is not part of the run time.
  const prompted = runtime.clock.now() - asked;
  if (options.deadline?.passed === true) throw options.deadline.failure();
  const head: NewRun = {
    run: newRunName(runtime),
    started: new Date(runtime.clock.now()).toISOString(),
    command: command.name,
    source: command.source,
    undoes: command.undoes,
    target: plan.target,
    settings: settings.stored,
  };
  const start = (onRow: (record: RowRecord) => void) => startRun(plan, head, { ...options, onRow });
  return runResult({ ...context, began: began + prompted }, start, plan.writes.length, plan.target);
}

/**
 * The result of a run. The run starts when the result is read. Formats that stream print each row when it ends; the others
 * print the summary.
 * @param planned the number of rows to write
 */
export function runResult(
  { invocation, settings, options, began }: BulkContext,
  start: (onRow: (record: RowRecord) => void) => Promise<RunOutcome>,
  planned: number,
  target: RunTarget,
): Result {
  const { runtime, emit, defer } = invocation;
  let summary: Summary | undefined;
  let outcome: RunOutcome | undefined;
  let running: Promise<Summary> | undefined;
  const run = async (onRow: (record: RowRecord) => void): Promise<Summary> => {
    outcome = await start(onRow).finally(() => emit({ kind: 'progress-end' }));
    const milliseconds = runtime.clock.now() - began;
    summary = summarize(outcome.run, outcome.rows, planned, milliseconds, options.rateLimiter.throttled);
    const warning = writtenCountsWarning(outcome.rows);
    if (warning !== undefined) emit({ kind: 'warning', text: warning });
    return summary;
  };
  // The run continues if the reader of the output is gone.
  defer(async () => void (await running?.catch(() => undefined)));
  return {
    data: { later: () => (running ??= run(() => undefined)) },
    parts() {
      const stream = new RowStream();
      running = run((record) => stream.push({ type: 'row', ...record }));
      running.then(
        ({ rows: _, ...counts }) => stream.end({ type: 'summary', ...counts }),
        (error: unknown) => stream.fail(error),
      );
      return stream;
    },
    flat: ROWS_FLAT,
    view: (data) => summaryView(data as Summary),
    failure: () =>
      summary && outcome
        ? runFailure(summary, outcome, target, settings.lenient, runtime.signal, emit)
        : undefined,
  };
}

/** The result of a file without rows: nothing is read or sent, and there is no run. */
export function nothingToDo({ emit }: Invocation): Result {
  const summary = summarize(null, [], 0, 0, 0);
  emit({ kind: 'note', text: 'no rows: nothing to do' });
  return { ...wholeOutput(summary), view: () => summaryView(summary) };
}

/** The result of a plan without any row to write. */
function settledResult(summary: Summary): Result {
  const failure = summary.failed > 0 ? partialFailure(summary) : refusedFailure(summary);
  return { ...wholeOutput(summary), view: () => summaryView(summary), failure: () => failure };
}

function summaryOfPlan(plan: Plan, milliseconds: number, throttled: number): Summary {
  const rows = [...plan.settled, ...plan.writes.map(plannedRecord)].sort(
    (one, other) => one.line - other.line,
  );
  return summarize(null, rows, plan.writes.length, milliseconds, throttled);
}

function planResult(summary: Summary, { settings }: BulkContext): Result {
  const failed = summary.failed > 0 ? partialFailure(summary) : undefined;
  return {
    ...wholeOutput(summary),
    view: (_, room) => planView(summary, room),
    failure: () => failed,
    exitCode: () => (settings.detailedExitcode && summary.planned > 0 ? EXIT_CODES.changes : 0),
  };
}
