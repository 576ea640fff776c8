import { accountOf, checkTarget, readJournal } from '../../bulk/journal.ts';
import { planUndo } from '../../bulk/undo.ts';
import { Faults } from '../../errors.ts';
import { readBulkSettings } from '../bulk-settings.ts';
import { carryOut } from '../carry-out.ts';
import type { Action, ClosableResult } from '../command.ts';
import { openCarriage } from '../open-carriage.ts';
import { readGraphSettings } from '../settings.ts';

export const run: Action = async (invocation) => {
  const { runtime, options, args } = invocation;
  const faults = new Faults();
  const settings = faults.collect(() => readGraphSettings({ options, env: runtime.env }));
  const bulk = faults.collect(() => readBulkSettings(options));
  const state = await faults.collectAsync(() => readJournal(runtime, args[0] ?? ''));
  if (!settings || !bulk || !state) throw faults.failure();
  const carriage = await openCarriage(settings, bulk, invocation);
  try {
    const target = await carriage.connection.runTarget();
    checkTarget(state.head, target);
    const plan = await planUndo(accountOf(state), target, bulk.force, carriage.options);
    const result: ClosableResult = await carryOut(
      plan,
      { name: 'undo', undoes: state.head.run, planFile: undefined },
      carriage,
    );
    return { ...result, close: result.close ?? (() => carriage.connection.close()) };
  } catch (error) {
    await carriage.connection.close();
    throw error;
  }
};
