import { EXIT_CODES } from '../../outcome/errors.ts';
import type { Result } from '../../outcome/result.ts';
import { changedProperties, mismatches } from '../../overview/difference.ts';
import type { Values } from '../../overview/payload.ts';
import { differenceView } from '../../present/views/difference.ts';
import { requestView } from '../../present/views/request.ts';
import { type Place, readOverview, writeRequest } from '../../service/overviews.ts';
import { explainRefusal } from '../../service/resolve.ts';
import type { Invocation } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { showsView, withName } from '../connection/name-place.ts';
import { titleOf } from '../records/overview-flat.ts';
import { REQUEST_FLAT, requestRecord } from '../records/request-record.ts';
import { PLANNED_DIFFERENCE_FLAT } from './difference-flat.ts';
import type { PatchOptions } from './options.ts';
import type { Switches } from './switches.ts';

/**
 * Shows the request that would be sent; with `--diff` or `--if-changed` also the changes. Never writes.
 * @throws a Failure if the overview cannot be read
 */
export async function dryRun(
  { graph }: Connection,
  place: Place,
  values: Values,
  switches: Switches,
  invocation: Invocation<PatchOptions>,
): Promise<Result> {
  const {
    emit,
    runtime: { platform },
  } = invocation;
  const request = requestRecord(graph, writeRequest(place, values));
  if (!switches.diff && !switches.ifChanged) {
    return { data: { value: request }, flat: REQUEST_FLAT, view: () => requestView(request, platform) };
  }
  const naming = showsView(invocation) ? withName(graph, place) : place;
  const before = await readOverview(graph, place).catch(async (error: unknown) => {
    throw await explainRefusal(graph, place, error);
  });
  const after = { ...before, ...values };
  const changed = changedProperties(before, after);
  const wouldChange = mismatches(values, before).length > 0;
  if (switches.ifChanged && !wouldChange) {
    emit({ kind: 'note', text: 'all values are already up to date: nothing would be sent' });
  }
  const title = titleOf(await naming);
  return {
    data: { value: { ...request, run: null, before, after, changed } },
    flat: PLANNED_DIFFERENCE_FLAT,
    view: (_, room) => [
      ...requestView(request, platform),
      ...differenceView(before, after, changed, title, room),
    ],
    exitCode: () => (switches.detailedExitcode && wouldChange ? EXIT_CODES.changes : 0),
  };
}
