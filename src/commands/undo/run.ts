import { InputErrors } from '../../outcome/errors.ts';
import { checkTarget, holdRun, readJournal } from '../../runs/journal.ts';
import { planUndo } from '../../runs/undo.ts';
import { checkGraph, openBulkContext } from '../bulk/bulk-context.ts';
import { executePlan } from '../bulk/execute-plan.ts';
import type { Action } from '../command.ts';
import type { BulkOptions } from '../options/bulk-options.ts';
import { readBulkSettings } from '../options/bulk-settings.ts';
import { readGraphSettings } from '../options/settings.ts';
import type { GraphOptions, OutputOptions } from '../options/shared-options.ts';

export const run: Action<BulkOptions & GraphOptions & OutputOptions> = async (invocation) => {
  const { runtime, options, args, defer } = invocation;
  const errors = new InputErrors();
  const settings = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const bulk = errors.collect(() => readBulkSettings(options));
  const named = await errors.collectAsync(() => readJournal(runtime, args[0] ?? ''));
  if (!settings || !bulk || !named) throw errors.failure();
  const { run } = named.head;
  checkGraph(`the run ${run}`, named.head.target, settings);
  // What is still being written cannot be put back, and what is being put back must not be resumed.
  const held = await holdRun(runtime, run);
  defer(() => held.release());
  const context = await openBulkContext(settings, bulk, invocation);
  const state = await readJournal(runtime, run);
  const target = await context.connection.runTarget();
  checkTarget(`the run ${run}`, state.head.target, target);
  const plan = await planUndo(state, target, bulk.force, context.options);
  const command = { name: 'undo', source: null, undoes: state.head.run, planFile: undefined } as const;
  return executePlan(plan, command, context);
};
