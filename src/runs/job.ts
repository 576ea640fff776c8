import type { PlannedWrite } from './plan.ts';

/** A write that has to be made. */
export interface Job {
  /** The row's number in the journal. */
  readonly index: number;
  readonly write: PlannedWrite;
  /** Sent before, without knowing whether it was stored. */
  readonly again: boolean;
  /** Its records were damaged: what was there before it was first sent is not certain. */
  readonly uncertain?: boolean;
}
