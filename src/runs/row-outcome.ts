import { PROPERTIES } from '../catalog/properties.ts';
import type { ItemAnswer } from '../graph/batch.ts';
import { Failure } from '../outcome/errors.ts';
import { mismatches, type Overview } from '../overview/difference.ts';
import { overviewOf } from '../service/overviews.ts';
import { mismatchText } from '../service/read-back.ts';
import { failedRow, type PlannedWrite } from './plan.ts';
import { plainOverview, type RowRecord, rowRecord } from './row-record.ts';

/**
 * The outcome of a row with a successful answer.
 * @param again whether the row was sent more than once
 * @param verify whether the row is read back later; without it, a row is `written` only if the answer has all sent values
 */
export function outcomeOf(
  { row, before }: PlannedWrite,
  { status, json }: Extract<ItemAnswer, { ok: true }>,
  again: boolean,
  verify: boolean,
): RowRecord {
  const common = { before, sent: row.values, ...(again ? { again: true } : {}) };
  const after = returned(json);
  const missing = Object.keys(row.values).filter(
    (name) => after === undefined || !Object.hasOwn(after, name),
  );
  const answered = after ?? {};
  const differing = mismatches(row.values, answered).filter(({ name }) => Object.hasOwn(answered, name));
  const differs = differing.length > 0;
  if (!differs && missing.length > 0 && !verify)
    return failedRow(row, unproven(status, after, missing), common);
  const held = after === undefined ? {} : { after: plainOverview(after, before) };
  if (!differs) return rowRecord(row, 'written', { ...common, ...held });
  const message = differing.map((one) => mismatchText(one, after, undefined)).join('; ');
  const error = { kind: 'mismatch', message, code: null };
  return rowRecord(row, 'mismatched', { ...common, ...held, error });
}

function unproven(status: number, after: Overview | undefined, missing: readonly string[]): Failure {
  const overview = after !== undefined && PROPERTIES.some(({ name }) => Object.hasOwn(after, name));
  const lacking = overview ? missing.join(', ') : 'the overview';
  return new Failure(
    'graph',
    `answered ${status} without ${lacking}, so it is unknown whether the row was stored; \`apply --resume\` reads its present values`,
  );
}

function returned(json: unknown): Overview | undefined {
  try {
    return overviewOf({ status: 200, json, requestId: undefined, clientRequestId: '', attempts: 1 });
  } catch {
    return undefined;
  }
}
