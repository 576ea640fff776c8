import { newRunName, type RunHead } from '../bulk/journal.ts';
import type { Plan } from '../bulk/plan.ts';
import { savePlan } from '../bulk/plan-file.ts';
import type { RowRecord } from '../bulk/row.ts';
import { plannedRecord, type RunOptions, type RunOutcome, startRun } from '../bulk/run.ts';
import { type Summary, summarize } from '../bulk/summary.ts';
import { EXIT_CODES, Failure } from '../errors.ts';
import { planView, summaryView } from '../present/views/bulk.ts';
import type { Result } from '../result.ts';
import type { BulkSettings } from './bulk-settings.ts';
import type { Invocation } from './command.ts';
import type { Connection } from './connect.ts';
import { RowStream } from './row-stream.ts';

/** What is needed to carry a plan out. */
export interface Carriage {
  readonly invocation: Invocation;
  readonly connection: Connection;
  readonly settings: BulkSettings;
  readonly options: Omit<RunOptions, 'onRow'>;
  /** Milliseconds since the epoch at which the command began. */
  readonly began: number;
}

/** Shows a plan, asks, and writes; or saves it, or only shows it. */
export async function carryOut(
  plan: Plan,
  command: {
    readonly name: 'apply' | 'undo';
    readonly undoes: string | null;
    readonly planFile: string | undefined;
  },
  carriage: Carriage,
): Promise<Result> {
  const { invocation, settings, options, began } = carriage;
  const { runtime, report } = invocation;
  const shown = summaryOfPlan(plan, runtime.clock.now() - began, options.pace.throttled);
  if (command.planFile !== undefined) {
    await savePlan(command.planFile, plan, runtime.clock.now());
    report({ kind: 'note', text: `saved in ${command.planFile}: give it to \`graph-overview apply\`` });
  }
  if (settings.dryRun || command.planFile !== undefined) return planResult(shown, settings);
  if (plan.writes.length > 0 && !settings.yes) await ask(shown, invocation);
  const head: RunHead = {
    type: 'run',
    format: 1,
    run: newRunName(runtime),
    started: new Date(runtime.clock.now()).toISOString(),
    command: command.name,
    undoes: command.undoes,
    target: plan.target,
  };
  return runResult(carriage, (onRow) => startRun(plan, head, { ...options, onRow }), plan.writes.length);
}

/** Runs, and presents what comes: rows as they end where the format streams, else the summary. */
export function runResult(
  { invocation, connection, settings, options, began }: Carriage,
  start: (onRow: (record: RowRecord) => void) => Promise<RunOutcome>,
  planned: number,
): Result & { close(): Promise<void> } {
  const { runtime, report } = invocation;
  const stream = new RowStream();
  let summary: Summary | undefined;
  let outcome: RunOutcome | undefined;
  const running = (async () => {
    outcome = await start((record) => stream.push({ type: 'row', ...record }));
    summary = summarize(
      outcome.run,
      outcome.rows,
      planned,
      runtime.clock.now() - began,
      options.pace.throttled,
    );
    return summary;
  })();
  running.then(
    ({ rows: _, ...counts }) => stream.end({ type: 'summary', ...counts }),
    (error: unknown) => stream.fail(error),
  );
  const format = String(invocation.options.output ?? runtime.env.GRAPH_OVERVIEW_OUTPUT ?? '');
  const rows = async (): Promise<unknown> => (await running).rows;
  return {
    data:
      format === 'jsonl'
        ? { records: stream }
        : { later: ['csv', 'tsv'].includes(format) ? rows : () => running },
    view: (data, room) => summaryView(data as Summary, room),
    failure: () =>
      summary && outcome ? verdict(summary, outcome, settings.lenient, runtime.signal, report) : undefined,
    async close() {
      // A reader that went away does not stop the writing.
      await running.catch(() => undefined);
      await connection.close();
    },
  };
}

function summaryOfPlan(plan: Plan, milliseconds: number, throttled: number): Summary {
  const rows = [...plan.settled, ...plan.writes.map(plannedRecord)].sort(
    (one, other) => one.line - other.line,
  );
  return summarize(null, rows, plan.writes.length, milliseconds, throttled);
}

function planResult(summary: Summary, settings: BulkSettings): Result {
  const failed = summary.failed > 0 ? partial(summary) : undefined;
  return {
    data: { value: summary },
    view: (_, room) => planView(summary, room),
    failure: () => failed,
    exitCode: () => (settings.detailedExitcode && summary.planned > 0 ? EXIT_CODES.changes : 0),
  };
}

/** @throws a `refused` Failure where the answer is no, a `usage` Failure where nobody can be asked */
async function ask(summary: Summary, { runtime, report }: Invocation): Promise<void> {
  for (const block of planView(summary, { width: runtime.stderr.columns })) {
    if (block.kind === 'heading') report({ kind: 'note', text: block.text });
    if (block.kind === 'line') report({ kind: 'note', text: block.cells.map(({ text }) => text).join(' ') });
    if (block.kind === 'table')
      for (const row of block.rows) report({ kind: 'note', text: row.map(({ text }) => text).join('  ') });
  }
  const answer = await runtime.ask(`Write ${summary.planned} overviews? [y/N] `);
  if (answer === undefined) {
    throw new Failure('usage', 'nobody can be asked here, so nothing is written', {
      hint: 'look with `--dry-run`, then give `--yes`',
    });
  }
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new Failure('refused', 'the answer was no: nothing was written');
}

function verdict(
  summary: Summary,
  outcome: RunOutcome,
  lenient: boolean,
  signal: AbortSignal,
  report: Invocation['report'],
): Failure | undefined {
  if (outcome.left > 0) {
    const reason = signal.reason instanceof Failure ? signal.reason : undefined;
    return new Failure(
      'interrupted',
      `interrupted: ${outcome.left} rows are left, all others are accounted for`,
      {
        exitCode: reason?.exitCode,
        hint: `go on with \`graph-overview apply --resume ${outcome.run}\``,
      },
    );
  }
  if (summary.failed > 0) return partial(summary, outcome.run);
  const refused = summary.rows.filter(({ error }) => error?.kind === 'refused').length;
  if (refused > 0) {
    return new Failure('refused', `${refused} rows were left as they are, since someone changed them`, {
      hint: 'look at them, then give --force where they are to be overwritten',
    });
  }
  if (summary.mismatched === 0) return undefined;
  const message = `${summary.mismatched} overviews do not hold what was sent`;
  if (lenient) {
    report({ kind: 'warning', text: message });
    return undefined;
  }
  return new Failure('mismatch', message, {
    hint: 'Intune may keep the numbers it computed itself; `--lenient` makes this a warning',
  });
}

function partial({ failed, rows }: Summary, run?: string): Failure {
  const again = run === undefined ? '' : `; \`graph-overview apply --resume ${run}\` tries them again`;
  return new Failure('partial', `${failed} of ${rows.length} rows failed`, {
    hint: `each row says why, \`-o json\` has them all${again}`,
  });
}
