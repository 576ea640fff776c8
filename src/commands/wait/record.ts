import type { Flat } from '../../outcome/result.ts';
import type { ConditionResult } from '../following/condition-result.ts';
import {
  FOLLOWED_COLUMNS,
  type FollowedRecord,
  followedCells,
  followedRecord,
} from '../records/followed-record.ts';

/** The record of `wait` for one configuration. */
export interface WaitRecord extends FollowedRecord {
  readonly holds: boolean;
  /** The error of the last check if it failed. The overview is then that of an earlier check. */
  readonly error?: { readonly kind: string; readonly message: string; readonly code: string | null };
}

export function recordOf({ track, holds }: ConditionResult): WaitRecord {
  const { failure } = track;
  const record = { ...followedRecord(track, holds), holds };
  if (failure === undefined) return record;
  const { kind, message, details } = failure;
  return { ...record, error: { kind, message, code: details.code ?? null } };
}

/** One row for each configuration. */
export const WAIT_FLAT: Flat = {
  columns: FOLLOWED_COLUMNS,
  row: (record) => followedCells(record as WaitRecord),
};
