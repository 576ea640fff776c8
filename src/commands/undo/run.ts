import { Faults } from '../../outcome/errors.ts';
import { checkTarget, holdRun, readJournal } from '../../runs/journal.ts';
import { planUndo } from '../../runs/undo.ts';
import { carryOut } from '../bulk/carry-out.ts';
import { checkGraph, openCarriage } from '../bulk/open-carriage.ts';
import type { Action, ClosableResult } from '../command.ts';
import { readBulkSettings } from '../options/bulk-settings.ts';
import { readGraphSettings } from '../options/settings.ts';

export const run: Action = async (invocation) => {
  const { runtime, options, args } = invocation;
  const faults = new Faults();
  const settings = faults.collect(() => readGraphSettings({ options, env: runtime.env }));
  const bulk = faults.collect(() => readBulkSettings(options));
  const named = await faults.collectAsync(() => readJournal(runtime, args[0] ?? ''));
  if (!settings || !bulk || !named) throw faults.failure();
  const { run } = named.head;
  checkGraph(`the run ${run}`, named.head.target, settings);
  // What is still being written cannot be put back, and what is being put back must not be resumed.
  const held = await holdRun(runtime, run);
  const carriage = await openCarriage(settings, bulk, invocation).catch(async (error: unknown) => {
    await held.release();
    throw error;
  });
  const close = async (): Promise<void> => {
    await carriage.connection.close();
    await held.release();
  };
  try {
    const state = await readJournal(runtime, run);
    const target = await carriage.connection.runTarget();
    checkTarget(`the run ${run}`, state.head.target, target);
    const plan = await planUndo(state, target, bulk.force, carriage.options);
    const result: ClosableResult = await carryOut(
      plan,
      { name: 'undo', source: null, undoes: state.head.run, planFile: undefined },
      carriage,
    );
    return {
      ...result,
      async close() {
        await result.close?.();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};
