import type { Row } from '../input/row.ts';
import type { Overview } from '../overview/difference.ts';
import type { Values } from '../overview/payload.ts';
import type { Runtime } from '../process/runtime.ts';
import type { Place } from '../service/overviews.ts';
import type { Outcome } from '../service/write.ts';
import { createJournal, newRunName, type OpenJournal } from './journal.ts';
import { DEFAULT_SETTINGS, resultEntry } from './journal-entries.ts';
import { plainOverview, type RowRecord, rowRecord } from './row-record.ts';
import { countRows } from './summary.ts';
import type { RunTarget } from './target.ts';

/** The journal of a single patch, so that it can be shown and undone like any other run. */
export interface SingleRun {
  readonly run: string;
  readonly target: RunTarget;
  /** Makes the intent durable before anything is sent. @param displayName of the configuration, if known */
  intend(before: Overview | undefined, displayName: string | null): Promise<void>;
  result(outcome: Outcome): Promise<void>;
  close(): Promise<void>;
}

/** Prepares a run of one row. Its journal is created with the intent. */
export function singleRun(place: Place, values: Values, target: RunTarget, runtime: Runtime): SingleRun {
  const run = newRunName(runtime);
  const row: Row = {
    line: 1,
    deviceConfigurationId: place.configurationId,
    displayName: null,
    route: place.route,
    values,
  };
  let open: { readonly journal: OpenJournal; readonly planned: RowRecord } | undefined;
  return {
    run,
    target,
    async intend(before, displayName) {
      const started = new Date(runtime.clock.now()).toISOString();
      const journal = await createJournal(runtime, {
        run,
        started,
        command: 'patch',
        source: place.configurationId,
        displayName,
        undoes: null,
        target,
        settings: DEFAULT_SETTINGS,
      });
      const planned = rowRecord({ ...row, displayName }, 'planned', {
        before: before === undefined ? null : plainOverview(before),
        sent: row.values,
      });
      open = { journal, planned };
      await journal.append([
        { type: 'plan', index: 0, record: planned },
        { type: 'agreed', rows: 1 },
        { type: 'intent', indexes: [0], again: [] },
      ]);
    },
    async result({ status, after, requestId }) {
      if (open === undefined) return;
      const record: RowRecord = { ...open.planned, status, after: plainOverview(after) };
      const entry = resultEntry(0, record, requestId ?? null);
      const at = new Date(runtime.clock.now()).toISOString();
      const counts = countRows([record], 1);
      await open.journal.append([entry, { type: 'end', at, interrupted: false, inDoubt: 0, counts }]);
    },
    async close() {
      await open?.journal.close();
    },
  };
}
