import type { ApiVersion } from '../catalog/properties.ts';
import type { Row } from '../input/row.ts';
import { Failure } from '../outcome/errors.ts';
import { mismatches, type Overview } from '../overview/difference.ts';
import { readRoute } from '../overview/route.ts';
import { readMany } from '../service/read-many.ts';
import type { Job } from './execute.ts';
import { isToWrite, type JournalState, type OpenJournal, resultEntry } from './journal.ts';
import type { PlannedWrite } from './plan.ts';
import { placeOf } from './plan.ts';
import { plainOverview, type RowRecord, rowRecord } from './row-record.ts';
import { finish, type RunOptions, type RunOutcome } from './run.ts';

/**
 * Finishes a run: what is known to be written is not written again. The service is asked about what is in doubt and
 * about what failed, and only what it does not hold is sent a second time, and marked so.
 */
export async function resumeRun(
  journal: OpenJournal,
  state: JournalState,
  options: RunOptions,
): Promise<RunOutcome> {
  const { head, plan, results, doubtful, verified } = state;
  const { apiVersion } = head.target as { readonly apiVersion: ApiVersion };
  const open: Job[] = [];
  const known = new Map(
    [...results].filter(([index, { status }]) => !(status === 'failed' && isWrite(plan.get(index)))),
  );
  for (const [index, record] of plan) {
    if (known.has(index)) continue;
    if (!isWrite(record)) known.set(index, record);
    else
      open.push({
        index,
        write: await plannedWrite(record, apiVersion),
        again: doubtful.has(index) || results.has(index),
      });
  }
  const settled = await settleDoubts(
    open.filter(({ again }) => again),
    options,
  );
  if (settled.size > 0) {
    const entries = [...settled].map(([index, record]) => resultEntry(index, record));
    await journal.append([...entries, { type: 'verified', indexes: [...settled.keys()] }]);
  }
  // The first process may have ended before it read back what it wrote.
  const unverified: Job[] = [];
  for (const [index, record] of known) {
    if (!options.verify || record.status !== 'written' || verified.has(index)) options.onRow(record);
    else unverified.push({ index, write: await plannedWrite(record, apiVersion), again: false });
  }
  for (const [index, record] of settled) {
    known.set(index, record);
    options.onRow(record);
  }
  const jobs = open.filter(({ index }) => !known.has(index));
  return finish(head.run, journal, known, jobs, options, unverified);
}

function isWrite(record: RowRecord | undefined): boolean {
  return record !== undefined && isToWrite(record);
}

/** A row of a journal as something to write. */
export async function plannedWrite(
  record: Pick<
    RowRecord,
    'line' | 'deviceConfigurationId' | 'displayName' | 'via' | 'certificateId' | 'before' | 'sent'
  >,
  apiVersion: ApiVersion,
): Promise<PlannedWrite> {
  const certificateId = record.certificateId ?? undefined;
  const route = await readRoute(record.via, { certificateId, apiVersion });
  const row: Row = {
    line: record.line,
    deviceConfigurationId: record.deviceConfigurationId,
    displayName: record.displayName,
    route,
    values: record.sent ?? {},
  };
  return { row, before: record.before };
}

/** The rows whose first sending turns out to have been stored. */
async function settleDoubts(doubts: readonly Job[], options: RunOptions): Promise<Map<number, RowRecord>> {
  const settled = new Map<number, RowRecord>();
  await readMany(
    doubts,
    ({ write }) => placeOf(write.row),
    options,
    (position, present: Overview | Failure) => {
      const { index, write } = doubts[position] as Job;
      if (present instanceof Failure || mismatches(write.row.values, present).length > 0) return;
      const { row, before } = write;
      const after = plainOverview(present);
      settled.set(index, rowRecord(row, 'written', { before, sent: row.values, after }));
    },
  );
  return settled;
}
