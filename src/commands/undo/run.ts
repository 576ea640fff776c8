import { InputErrors } from '../../outcome/errors.ts';
import { findRun } from '../../runs/find-run.ts';
import { holdRun, readHeadOf, readJournal } from '../../runs/journal.ts';
import { damagedJournal } from '../../runs/journal-state.ts';
import { describeRun, nameOfPatch, runRecord } from '../../runs/run-record.ts';
import { checkTarget } from '../../runs/target.ts';
import { planUndo, type UndoRows, undoRows } from '../../runs/undo.ts';
import { checkGraph, openBulkContext } from '../bulk/bulk-context.ts';
import { executePlan } from '../bulk/execute-plan.ts';
import type { Action, Invocation } from '../command.ts';
import type { BulkOptions } from '../options/bulk-options.ts';
import { readBulkSettings } from '../options/bulk-settings.ts';
import { readGraphSettings } from '../options/settings.ts';
import type { GraphOptions, OutputOptions } from '../options/shared-options.ts';

export const run: Action<BulkOptions & GraphOptions & OutputOptions> = async (invocation) => {
  const { runtime, options, args, defer } = invocation;
  const errors = new InputErrors();
  const settings = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const bulk = errors.collect(() => readBulkSettings(options));
  const named = await errors.collectAsync(() =>
    findRun(runtime, args[0] ?? '', 'written').then((run) => readHeadOf(runtime, run)),
  );
  if (!settings || !bulk || !named) throw errors.failure();
  const { run } = named;
  checkGraph(`the run ${run}`, named.target, settings);
  // A run that is still being written cannot be undone, and a run that is being undone must not be resumed.
  const held = await holdRun(runtime, run, bulk.takeOver);
  defer(() => held.release());
  const context = await openBulkContext(settings, bulk, invocation);
  const rows = await readUndoRows(run, bulk.force, invocation);
  const target = await context.connection.runTarget();
  checkTarget(`the run ${run}`, named.target, target);
  const plan = await planUndo(rows, target, bulk.force, context.options);
  const command = { name: 'undo', source: null, undoes: run, planFile: undefined } as const;
  return executePlan(plan, command, context);
};

/** Reads the rows to undo from the journal. The rest, which may be large, is not kept. */
async function readUndoRows(
  run: string,
  force: boolean,
  { runtime, emit }: Pick<Invocation, 'runtime' | 'emit'>,
): Promise<UndoRows> {
  const state = await readJournal(runtime, run);
  if (state.damage === 'before') throw damagedJournal(run);
  emit({
    kind: 'note',
    text: `undoing ${describeRun(runRecord(state, false), nameOfPatch(state), runtime.clock.now())}`,
  });
  return undoRows(state, force);
}
