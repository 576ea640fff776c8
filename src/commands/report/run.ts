import { Failure } from '../../outcome/errors.ts';
import type { Emit } from '../../outcome/events.ts';
import type { Result } from '../../outcome/result.ts';
import { CountsWarnings } from '../../overview/counts-warning.ts';
import { labelOf } from '../../overview/label.ts';
import { readAssets } from '../../report/assets.ts';
import { buildPage, type Listing, type Page } from '../../report/page.ts';
import { type Destination, writeWhole } from '../../report/write-file.ts';
import type { Action } from '../command.ts';
import { primaryFailure } from '../conditions/fail-on.ts';
import { Undecided } from '../conditions/undecided.ts';
import { readListingFile } from './listing-file.ts';
import { type LiveListing, readLiveListing } from './live-listing.ts';
import type { ReportOptions } from './options.ts';
import { readReportSettings } from './settings.ts';
import { reportView, WRITTEN_FLAT, type Written } from './view.ts';

export const run: Action<ReportOptions> = async (invocation) => {
  const { runtime, emit } = invocation;
  const settings = await readReportSettings(invocation);
  const { from, compare, out, failOn } = settings;
  // Files are read first: reading a tenant may take minutes, and an invalid file would be found only after it.
  const saved = from === undefined ? undefined : await readListingFile('--from', from, runtime);
  if (saved !== undefined) warnOfCounts(saved, invocation.emit);
  const earlier = compare === undefined ? undefined : await readListingFile('--compare', compare, runtime);
  // In a comparison, configurations that were not read would count as removed.
  const listing: LiveListing =
    saved ?? (await readLiveListing(settings.graph, earlier !== undefined, invocation));
  const page = buildPage({ listing, earlier, now: runtime.clock.now() }, readAssets());
  const undecided = new Undecided();
  for (const configuration of listing.configurations) failOn?.check(configuration, undecided);
  const failure = (): Failure | undefined => {
    undecided.report(emit);
    return primaryFailure(listing.failure ?? readFailure(page), failOn, emit);
  };
  if (out === undefined) return { ...printed(page), failure };
  return { ...(await written(page, out, runtime.uuid())), failure };
};

/** Warns about invalid counts in a saved listing; for the tenant, this is done while it is read. */
function warnOfCounts({ configurations }: Listing, emit: Emit): void {
  const warnings = new CountsWarnings();
  for (const { deviceConfigurationId, displayName, overview } of configurations)
    if (overview !== undefined) warnings.add(labelOf(deviceConfigurationId, displayName), overview);
  const text = warnings.text();
  if (text !== undefined) emit({ kind: 'warning', text });
}

/** The result that prints the page itself, unchanged. */
function printed({ html }: Page): Result {
  return {
    data: { value: html },
    flat: undefined,
    view: () => [{ kind: 'verbatim', text: html.trimEnd() }],
    verbatim: true,
  };
}

async function written({ html, totals, movements }: Page, out: Destination, unique: string): Promise<Result> {
  const bytes = await writeWhole(out, html, unique);
  const { configurations, devices, incomplete, failed } = totals;
  const record: Written = {
    file: out.name,
    configurations,
    devices,
    incomplete,
    failed,
    movements: movements?.states ?? null,
    bytes,
  };
  return { data: { value: record }, flat: WRITTEN_FLAT, view: (_, room) => reportView(record, room) };
}

function readFailure({ totals: { failed, configurations } }: Page): Failure | undefined {
  if (failed === 0) return undefined;
  return new Failure(
    'partial',
    `the overviews of ${failed} of ${configurations} configurations could not be read`,
    {
      hint: 'the page shows them with their errors; `graph-overview get <id>` shows the details of one',
    },
  );
}
