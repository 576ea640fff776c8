import { InputErrors, usage } from '../../outcome/errors.ts';
import type { Result } from '../../outcome/result.ts';
import { findRun } from '../../runs/find-run.ts';
import { reopenJournal } from '../../runs/journal.ts';
import { type Plan, planRows, planWithoutReading } from '../../runs/plan.ts';
import { checkFresh, checkReplaceable } from '../../runs/plan-file.ts';
import { resumeRun } from '../../runs/resume.ts';
import type { RunOptions } from '../../runs/run.ts';
import { checkTarget } from '../../runs/target.ts';
import { checkGraph, openBulkContext } from '../bulk/bulk-context.ts';
import { type BulkContext, executePlan, nothingToDo, runResult } from '../bulk/execute-plan.ts';
import type { Action, Invocation } from '../command.ts';
import { rememberNames } from '../connection/remember-names.ts';
import { readBulkSettings } from '../options/bulk-settings.ts';
import { type GraphSettings, readGraphSettings } from '../options/settings.ts';
import { findNames } from './find-names.ts';
import type { ApplyOptions } from './options.ts';
import { namesIn, readInput, type SelectedRows, selectRows } from './read-input.ts';

export const run: Action<ApplyOptions> = async (invocation) => {
  const { runtime, options, args } = invocation;
  const errors = new InputErrors();
  const settings = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const bulk = errors.collect(() => readBulkSettings(options));
  const source = errors.collect(() => readSource(args[0], options));
  if (!settings || !bulk || !source) throw errors.failure();
  if (source.resume !== undefined) return resume(source.resume, settings, bulk.takeOver, invocation);
  const planFile = options.plan;
  if (planFile !== undefined) await checkReplaceable(planFile);
  const input = await readInput(source.file, settings, invocation);
  const names = namesIn(input);
  // Without names, all rows can be checked before the sign-in.
  const local = names.length === 0 ? selectRows(input, new Map(), bulk, options) : undefined;
  if (local?.rows.length === 0 && planFile === undefined) return nothingToDo(invocation);
  const context = await openBulkContext(settings, bulk, invocation);
  const selected = local ?? selectRows(input, await findNames(names, context), bulk, options);
  const plan = await makePlan(selected, context, invocation);
  return executePlan(plan, { name: 'apply', source: source.file, undoes: null, planFile }, context);
};

type Source = { readonly file: string; readonly resume?: undefined } | { readonly resume: string };

function readSource(file: string | undefined, options: ApplyOptions): Source {
  const { resume } = options;
  if (resume !== undefined) {
    if (file !== undefined) throw usage('--resume continues a run and takes no file', 'remove the file');
    const planning = {
      '--base': options.base,
      '--dry-run': options.dryRun,
      '--plan': options.plan,
    };
    const [wrong] = Object.entries(planning).find(([, given]) => given !== undefined) ?? [];
    if (wrong !== undefined)
      throw usage(
        `--resume continues an existing plan, and ${wrong} applies to a new one`,
        `remove ${wrong}; \`graph-overview runs show <run>\` shows the remaining rows`,
      );
    return { resume };
  }
  if (options.takeOver === true)
    throw usage('--take-over takes over an existing run', 'use it with --resume <run>');
  if (options.base !== undefined && options.read === false)
    throw usage(
      '--base is compared with the present values, which --no-read does not read',
      'remove one of the two',
    );
  if (file !== undefined) return { file };
  throw usage(
    'a file is needed',
    'give a CSV, JSON or a saved plan; - for standard input; or --resume <run>',
  );
}

async function makePlan(
  { rows, saved, shard }: SelectedRows,
  context: BulkContext,
  invocation: Invocation<ApplyOptions>,
): Promise<Plan> {
  const { connection, options, settings } = context;
  const target = await connection.runTarget();
  if (saved !== undefined) checkTarget('the plan', saved.target, target);
  if (invocation.options.read === false) {
    if (saved === undefined || settings.force) return planWithoutReading(rows, target);
    throw usage(
      'a saved plan is compared with the present values, which --no-read does not read',
      'remove --no-read, or use --force',
    );
  }
  const names = new Map<string, string>();
  const onName = (id: string, name: string): void => void names.set(id, name);
  const plan = await planRows(rows, target, { ...options, shard, force: settings.force, onName });
  await rememberNames(connection, invocation, names, { whole: false });
  if (saved !== undefined && !settings.force) checkFresh(saved, plan);
  return plan;
}

async function resume(
  name: string,
  settings: GraphSettings,
  takeOver: boolean,
  invocation: Invocation<ApplyOptions>,
): Promise<Result> {
  const run = await findRun(invocation.runtime, name, 'open');
  const { journal, state } = await reopenJournal(invocation.runtime, run, takeOver);
  invocation.defer(() => journal.close());
  const { head, plan, agreed } = state;
  checkGraph(`the run ${head.run}`, head.target, settings);
  const bulk = readBulkSettings(invocation.options, head.settings);
  const context = await openBulkContext(settings, bulk, invocation);
  checkTarget(`the run ${head.run}`, head.target, await context.connection.runTarget());
  if (!agreed)
    throw usage(`the run ${run} was interrupted before its plan was complete`, 'apply the file again');
  const planned = [...plan.values()].filter(({ sent }) => sent !== null).length;
  const start = (onRow: RunOptions['onRow']) => resumeRun(journal, state, { ...context.options, onRow });
  return runResult(context, start, planned, head.target);
}
