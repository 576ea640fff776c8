import type { ApiVersion } from '../catalog/properties.ts';
import type { Row } from '../input/row.ts';
import { Failure } from '../outcome/errors.ts';
import { mismatches, type Overview, sameValue } from '../overview/difference.ts';
import { readRoute } from '../overview/route.ts';
import { readMany } from '../service/read-many.ts';
import { certainWrite, type Job } from './job.ts';
import type { OpenJournal } from './journal.ts';
import { resultEntry } from './journal-entries.ts';
import { isToWrite, type JournalState } from './journal-state.ts';
import type { PlannedWrite } from './plan.ts';
import { placeOf } from './plan.ts';
import { plainOverview, type RowRecord, rowRecord } from './row-record.ts';
import { finish, type RunOptions, type RunOutcome } from './run.ts';

/**
 * Finishes an interrupted run. Rows that are known to be written are not written again. Rows in doubt and failed rows are
 * read first; those that do not have their new values are sent again and marked with `again`.
 */
export async function resumeRun(
  journal: OpenJournal,
  state: JournalState,
  options: RunOptions,
): Promise<RunOutcome> {
  const { head, plan, results, doubtful, uncertain, verified } = state;
  const { apiVersion } = head.target as { readonly apiVersion: ApiVersion };
  const open: Job[] = [];
  const known = new Map(
    [...results].filter(([index, record]) => !(isOpen(record, options.force) && isWrite(plan.get(index)))),
  );
  for (const [index, record] of plan) {
    if (known.has(index)) continue;
    if (!isWrite(record)) known.set(index, record);
    else
      open.push({
        index,
        write: await plannedWrite(record, apiVersion),
        again: doubtful.has(index) || (results.get(index)?.sent ?? null) !== null,
        uncertain: uncertain.has(index),
      });
  }
  const { settled, asPlanned } = await settleDoubts(
    open.filter(({ again }) => again),
    options,
  );
  if (settled.size > 0) {
    const entries = [...settled].map(([index, record]) => resultEntry(index, record));
    await journal.append([...entries, { type: 'verified', indexes: [...settled.keys()] }]);
  }
  // The previous process may have ended before it read back what it wrote.
  const unverified: Job[] = [];
  for (const [index, record] of known) {
    if (!options.verify || record.status !== 'written' || verified.has(index)) options.onRow(record);
    else unverified.push({ index, write: await plannedWrite(record, apiVersion), again: false });
  }
  for (const [index, record] of settled) {
    known.set(index, record);
    options.onRow(record);
  }
  const jobs = open
    .filter(({ index }) => !known.has(index))
    .map((job): Job => {
      const readAt = asPlanned.get(job.index);
      return readAt === undefined ? job : { ...job, write: { ...job.write, readAt } };
    });
  const planned = [...plan.values()].filter(isToWrite).length;
  const earlier = [...known].flatMap(([index, { status }]) => (isWrite(plan.get(index)) ? [status] : []));
  return finish(head.run, journal, known, jobs, options, planned, earlier, unverified);
}

/** Whether a row is written again although it has a result. */
function isOpen({ status, error }: RowRecord, force: boolean): boolean {
  return status === 'failed' || (force && status === 'skipped' && error?.kind === 'refused');
}

function isWrite(record: RowRecord | undefined): boolean {
  return record !== undefined && isToWrite(record);
}

/** Converts a row of a journal or a saved plan to a write. @throws a `usage` Failure for an invalid route */
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

/**
 * Reads rows that were sent before.
 * @returns by index: the records of the rows that have their new values, and the read times, in milliseconds since the
 *   epoch, of the rows that have the values of the plan
 */
async function settleDoubts(
  doubts: readonly Job[],
  options: RunOptions,
): Promise<{ settled: Map<number, RowRecord>; asPlanned: Map<number, number> }> {
  const settled = new Map<number, RowRecord>();
  const asPlanned = new Map<number, number>();
  await readMany(
    doubts,
    ({ write }) => placeOf(write.row),
    options,
    (position, present: Overview | Failure) => {
      const job = doubts[position] as Job;
      const { index, write, uncertain } = job;
      if (present instanceof Failure) return;
      const { row, before } = write;
      if (mismatches(row.values, present).length > 0) {
        const names = Object.keys(row.values);
        const same = before !== null && names.every((name) => sameValue(name, before[name], present[name]));
        if (same && !uncertain) asPlanned.set(index, options.clock.now());
        return;
      }
      const after = plainOverview(present);
      const { before: known } = certainWrite(job);
      settled.set(index, rowRecord(row, 'written', { before: known, sent: row.values, after }));
    },
  );
  return { settled, asPlanned };
}
