import { InputErrors, usage } from '../../outcome/errors.ts';
import { findRun } from '../../runs/find-run.ts';
import { reopenJournal } from '../../runs/journal.ts';
import { type Plan, planBlindly, planRows } from '../../runs/plan.ts';
import { checkFresh, checkReplaceable } from '../../runs/plan-file.ts';
import { resumeRun } from '../../runs/resume.ts';
import type { RunOptions } from '../../runs/run.ts';
import { checkTarget } from '../../runs/target.ts';
import { checkGraph, openBulkContext } from '../bulk/bulk-context.ts';
import { type BulkContext, executePlan, nothingToDo, runResult } from '../bulk/execute-plan.ts';
import type { Action, ClosableResult, Invocation, Options } from '../command.ts';
import { readBulkSettings } from '../options/bulk-settings.ts';
import { type GraphSettings, readGraphSettings } from '../options/settings.ts';
import { readWanted, type Wanted } from './wanted.ts';

export const run: Action = async (invocation) => {
  const { runtime, options, args } = invocation;
  const errors = new InputErrors();
  const settings = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const bulk = errors.collect(() => readBulkSettings(options));
  const source = errors.collect(() => readSource(args[0], options));
  if (!settings || !bulk || !source) throw errors.failure();
  if (source.resume !== undefined) return resume(source.resume, settings, bulk.takeOver, invocation);
  const planFile = typeof options.plan === 'string' ? options.plan : undefined;
  if (planFile !== undefined) await checkReplaceable(planFile);
  const wanted = await readWanted(source.file, settings, bulk, invocation);
  if (wanted.rows.length === 0 && planFile === undefined) return nothingToDo(invocation);
  const context = await openBulkContext(settings, bulk, invocation);
  try {
    const plan = await makePlan(wanted, context);
    const command = { name: 'apply', source: source.file, undoes: null, planFile } as const;
    const result: ClosableResult = await executePlan(plan, command, context);
    return { ...result, close: result.close ?? (() => context.connection.close()) };
  } catch (error) {
    await context.connection.close();
    throw error;
  }
};

type Source = { readonly file: string; readonly resume?: undefined } | { readonly resume: string };

function readSource(file: string | undefined, options: Options): Source {
  const { resume } = options;
  if (typeof resume === 'string') {
    if (file !== undefined)
      throw usage('--resume goes on with a run, and takes no file', 'leave the file out');
    const planning = {
      '--base': options.base,
      '--dry-run': options.dryRun,
      '--plan': options.plan,
    };
    const [wrong] = Object.entries(planning).find(([, given]) => given !== undefined) ?? [];
    if (wrong !== undefined)
      throw usage(
        `--resume writes what is left of a plan, and ${wrong} is about making one`,
        '`graph-overview runs show <run>` says what is left',
      );
    return { resume };
  }
  if (options.takeOver === true)
    throw usage('--take-over takes over a run that is there already', 'give it with --resume <run>');
  if (options.base !== undefined && options.read === false)
    throw usage(
      '--base is compared with what is there now, and --no-read forbids it',
      'leave one of the two out',
    );
  if (file !== undefined) return { file };
  throw usage(
    'a file is needed',
    'give a CSV, JSON or a saved plan; - for standard input; or --resume <run>',
  );
}

async function makePlan({ rows, saved, shard }: Wanted, context: BulkContext): Promise<Plan> {
  const { connection, options, invocation, settings } = context;
  const target = await connection.runTarget();
  if (saved !== undefined) checkTarget('the plan', saved.target, target);
  if (invocation.options.read === false) {
    if (saved === undefined || settings.force) return planBlindly(rows, target);
    throw usage(
      'a saved plan is compared with what is there now, and --no-read forbids it',
      'leave it out, or give --force',
    );
  }
  const plan = await planRows(rows, target, { ...options, shard, force: settings.force });
  if (saved !== undefined && !settings.force) checkFresh(saved, plan);
  return plan;
}

async function resume(
  name: string,
  settings: GraphSettings,
  takeOver: boolean,
  invocation: Invocation,
): Promise<ClosableResult> {
  const run = await findRun(invocation.runtime, name, 'open');
  const { journal, state } = await reopenJournal(invocation.runtime, run, takeOver);
  const open = async (): Promise<BulkContext> => {
    checkGraph(`the run ${state.head.run}`, state.head.target, settings);
    return openBulkContext(settings, readBulkSettings(invocation.options, state.head.settings), invocation);
  };
  const opened = await open().catch(async (error: unknown) => {
    await journal.close();
    throw error;
  });
  const { connection, options } = opened;
  try {
    checkTarget(`the run ${state.head.run}`, state.head.target, await connection.runTarget());
    if (!state.agreed)
      throw usage(`the run ${run} was interrupted before its plan was whole`, 'apply the file again');
    const planned = [...state.plan.values()].filter(({ sent }) => sent !== null).length;
    const start = (onRow: RunOptions['onRow']) => resumeRun(journal, state, { ...options, onRow });
    const result = runResult(opened, start, planned, state.head.target);
    return {
      ...result,
      async close() {
        await result.close();
        await journal.close();
      },
    };
  } catch (error) {
    await journal.close();
    await connection.close();
    throw error;
  }
}
