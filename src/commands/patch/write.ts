import { Failure, type Written } from '../../outcome/errors.ts';
import type { Block, Result } from '../../outcome/result.ts';
import { countsWarning } from '../../overview/counts-warning.ts';
import { changedProperties } from '../../overview/difference.ts';
import type { Values } from '../../overview/payload.ts';
import { idReference } from '../../overview/reference.ts';
import { differenceView } from '../../present/views/difference.ts';
import { overviewView } from '../../present/views/overview.ts';
import type { SingleRun } from '../../runs/single.ts';
import type { Place } from '../../service/overviews.ts';
import { mismatchText } from '../../service/read-back.ts';
import { type Outcome, writeOverview } from '../../service/write.ts';
import type { Invocation } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { showsView, withName } from '../connection/name-place.ts';
import { targetFlags } from '../connection/target-flags.ts';
import { overviewFlat, titleOf } from '../records/overview-flat.ts';
import { DIFFERENCE_FLAT } from './difference-flat.ts';
import type { PatchOptions } from './options.ts';
import type { Switches } from './switches.ts';

/**
 * Writes one overview.
 * @throws a Failure if the service refuses the write or cannot be reached, or if the journal cannot be written
 */
export async function write(
  { graph, reached, runTarget }: Connection,
  place: Place,
  values: Values,
  switches: Switches,
  invocation: Invocation<PatchOptions>,
): Promise<Result> {
  const { emit, runtime, defer } = invocation;
  // Imported only if needed, so that a plain patch starts faster.
  const run = switches.diff
    ? (await import('../../runs/single.ts')).singleRun(place, values, await runTarget(), runtime)
    : undefined;
  if (run !== undefined) defer(() => run.close());
  const check = `graph-overview get ${placeFlags(place)}${targetFlags(reached)}`;
  const emitWritten = (written: Written): void => emit({ kind: 'written', written, check, run: run?.run });
  // The name is read at the same time as the values before.
  const naming = switches.diff && showsView(invocation) ? withName(graph, place) : place;
  const outcome = await writeOverview(graph, place, values, {
    readBefore: switches.diff,
    ifChanged: switches.ifChanged,
    verify: switches.verify,
    clock: runtime.clock,
    signal: runtime.signal,
    async beforeSending(before) {
      await run?.intend(before, (await naming).displayName ?? null);
      emitWritten('unknown');
    },
    onStored: () => emitWritten('yes'),
  }).catch(async (error: unknown) => {
    const { explainRefusal } = await import('../../service/resolve.ts');
    throw await explainRefusal(graph, place, error);
  });
  const mismatch = outcome.status === 'mismatched' ? mismatchFailure(outcome, values) : undefined;
  if (mismatch?.details.written !== undefined) emitWritten(mismatch.details.written);
  await run?.result(outcome);
  if (outcome.status === 'unchanged') {
    emit({ kind: 'note', text: 'all values are already up to date: nothing was sent' });
  }
  const warning = countsWarning(outcome.after);
  if (warning !== undefined) emit({ kind: 'warning', text: warning });
  if (mismatch !== undefined && switches.lenient) emit({ kind: 'warning', text: mismatch.message });
  return {
    ...show(outcome, await naming, switches, outcome.attempts === 0 ? undefined : run),
    failure: () => (switches.lenient ? undefined : mismatch),
  };
}

function show(outcome: Outcome, place: Place, { diff }: Switches, run: SingleRun | undefined): Result {
  const title = titleOf(place);
  const { status, before, after } = outcome;
  if (!diff || before === undefined) {
    const value = status === 'unchanged' ? { ...after, unchanged: true } : after;
    return {
      data: { value },
      flat: overviewFlat(place),
      view: (_, room) => overviewView(after, title, room),
    };
  }
  const changed = changedProperties(before, after);
  return {
    data: { value: { run: run?.run ?? null, before, after, changed } },
    flat: DIFFERENCE_FLAT,
    view: (_, room) => [
      ...differenceView(before, after, changed, title, room),
      ...undoLine(changed.length === 0 ? undefined : run),
    ],
  };
}

/** The command that undoes the patch; empty if nothing was changed. */
function undoLine(run: SingleRun | undefined): Block[] {
  if (run === undefined) return [];
  const command = `graph-overview undo ${run.run}${targetFlags(run.target)}`;
  return [{ kind: 'line', cells: [{ text: `undo with \`${command}\``, tone: 'dim' }] }];
}

/** The arguments that select the overview on a command line. */
function placeFlags({ configurationId, route: { via, segments, certificateId } }: Place): string {
  const route = segments.length === 0 ? '' : ` --via ${via}`;
  return `${idReference(configurationId)}${route}${certificateId === undefined ? '' : ` --certificate-id ${certificateId}`}`;
}

/** Whether only the id differs: the output of `get` was given to `--body` for another configuration. */
function isCopiedId(mismatches: Outcome['mismatches']): boolean {
  return mismatches.every(({ name }) => name === 'id');
}

/** If all properties differ, nothing was stored. If only some do, the others may have had their values before. */
function mismatchFailure({ mismatches, answered, readBack }: Outcome, values: Values): Failure {
  const each = mismatches.map((one) => mismatchText(one, answered, readBack));
  return new Failure(
    'mismatch',
    `the service answered, but did not store what was sent: ${each.join('; ')}`,
    {
      hint: isCopiedId(mismatches)
        ? 'only the id differs: it belongs to another overview; remove it from --body'
        : 'Intune may keep the numbers that it computes; `--lenient` reports this as a warning',
      written: mismatches.length === Object.keys(values).length ? 'no' : 'unknown',
      differences: mismatches.map(({ name, sent, held }) => ({ property: name, sent, held: held ?? null })),
    },
  );
}
