import type { ApiVersion } from '../../catalog/properties.ts';
import { type Checklist, skip } from '../../doctor/checklist.ts';
import { probeWrite } from '../../doctor/probe-write.ts';
import { Failure, usage } from '../../outcome/errors.ts';
import type { Invocation } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { findPlace } from '../connection/find-place.ts';
import { targetFlags } from '../connection/target-flags.ts';
import { askToConfirm } from '../options/confirmation.ts';
import { type PlaceReference, readPlace } from '../options/place.ts';
import { isConfirmed } from '../options/questions.ts';
import type { DoctorOptions } from './options.ts';

/** The overview of `--probe-write`; undefined without the option. @throws a `usage` Failure */
export async function readProbed(
  { probeWrite: configuration, yes }: DoctorOptions,
  apiVersion: ApiVersion,
): Promise<PlaceReference | undefined> {
  if (configuration !== undefined) return readPlace(configuration, {}, apiVersion, '--probe-write');
  if (yes === true) throw usage('--yes applies only to --probe-write', 'remove it');
  return undefined;
}

/** Asks for confirmation before anything is sent. @throws as `askToConfirm` */
export async function confirmProbe(
  { reference }: PlaceReference,
  { runtime, options }: Invocation<DoctorOptions>,
): Promise<void> {
  if (isConfirmed({ options, env: runtime.env })) return;
  const what = 'its values are written back, and one is changed temporarily';
  const which = reference.kind === 'id' ? reference.id : JSON.stringify(reference.name);
  await askToConfirm(`Write to the overview of ${which} (${what})?`, 'nothing was written', {
    runtime,
    options,
  });
}

/** Runs the write check, unless an earlier check failed. */
export async function probe(
  list: Checklist,
  asked: PlaceReference,
  { graph, runTarget }: Connection,
  late: AbortSignal,
  { runtime, emit }: Pick<Invocation, 'runtime' | 'emit'>,
): Promise<void> {
  if (list.firstFailure !== undefined) {
    await list.run('Write', () => skip('skipped: an earlier check failed'));
    return;
  }
  const place = await findPlace(graph, asked, { beginning: false }, emit).catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });
  if (place instanceof Failure) {
    await list.run('Write', () => Promise.reject(place));
    return;
  }
  const target = await runTarget();
  const undoCommand = (run: string): string => `graph-overview undo ${run}${targetFlags(target)}`;
  const { apiVersion } = graph.target;
  await probeWrite(list, { graph, place, apiVersion, target, runtime, late, undoCommand });
}
