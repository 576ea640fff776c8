import { Failure, InputErrors, usage } from '../../outcome/errors.ts';
import { removeRun } from '../../runs/journal.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import type { Invocation } from '../command.ts';
import { askToConfirm } from '../options/confirmation.ts';
import { readAge } from '../options/duration.ts';
import { isConfirmed } from '../options/questions.ts';
import type { RunsOptions } from './options.ts';

/**
 * Removes old runs with their locks, after confirmation.
 * @param runs all runs, newest first
 * @returns the removed runs
 * @throws a `refused` Failure if it is not confirmed; a `usage` Failure without a terminal
 */
export async function prune(
  runs: readonly RunRecord[],
  { runtime, options, emit }: Invocation<RunsOptions>,
): Promise<readonly RunRecord[]> {
  const errors = new InputErrors();
  const { olderThan, keep: count } = options;
  const age = olderThan === undefined ? undefined : errors.collect(() => readAge(olderThan, '--older-than'));
  const keep = count === undefined ? undefined : errors.collect(() => readKeep(count));
  errors.throwIfAny();
  if (age === undefined && keep === undefined)
    throw usage('no selection of runs is given', 'give --older-than 90d, --keep <n>, or both');
  const before = runtime.clock.now() - (age ?? 0);
  const old = runs.filter(
    ({ started, ended, state }, index) =>
      index >= (keep ?? 0) &&
      state !== 'running' &&
      // A run that can still be resumed is removed by its age only.
      (state === 'done' || age !== undefined) &&
      Date.parse(ended ?? started) <= before,
  );
  if (old.length === 0) {
    emit({ kind: 'note', text: 'no runs to remove' });
    return [];
  }
  if (!isConfirmed({ options, env: runtime.env }))
    await askToConfirm(removalQuestion(old), 'nothing was removed', { runtime, options });
  const removed: RunRecord[] = [];
  for (const one of old) {
    try {
      await removeRun(runtime, one.run);
      removed.push(one);
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'refused') throw error;
      emit({ kind: 'warning', text: `${error.message}, so it is kept` });
    }
  }
  return removed;
}

function removalQuestion(runs: readonly RunRecord[]): string {
  const open = runs.filter(({ state }) => state !== 'done').length;
  const some = open === 0 ? '' : `, ${open} of them not done`;
  return `Remove ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}${some}?`;
}

function readKeep(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usage(`--keep: ${JSON.stringify(text)} is not a number of runs`, 'write --keep 20');
}
