import type { PlannedWrite } from './plan.ts';

/** A write to be made. */
export interface Job {
  /** The index of the row in the journal. */
  readonly index: number;
  readonly write: PlannedWrite;
  /** Whether it was sent before, and it is unknown whether it was stored. */
  readonly again: boolean;
  /** Whether records of the row were damaged, so that its values before the first attempt are uncertain. */
  readonly uncertain?: boolean;
}

/** The write of a job for its record: without the values before if they are uncertain. */
export function certainWrite({ write, uncertain = false }: Job): PlannedWrite {
  return uncertain ? { ...write, before: null } : write;
}
