import type { CountName } from '../catalog/properties.ts';

/**
 * What the page's own script is given. Every text in it has been cleaned of control characters and bidirectional
 * marks; none of it is markup.
 */
export interface PageData {
  /** What the counts of a row stand for, in their order. */
  readonly series: readonly PageSeries[];
  readonly rows: readonly PageRow[];
  /** The rows say what changed since an earlier listing. */
  readonly compared: boolean;
}

export interface PageSeries {
  /** Graph's name, such as `errorCount`; the fills go by it. */
  readonly name: CountName;
  readonly label: string;
}

/**
 * How many devices are in a state. A text where the service returned no number: what it returned, in JSON, or nothing for
 * a count that is missing. null where the overview's version does not have the count.
 */
export type Held = number | string | null;

/** How many devices are in each state, in the order of the series. */
export type Counts = readonly Held[];

/** What became of a configuration since the earlier listing; `unknown` where either one could not be read or compared. */
export const STATES = ['changed', 'added', 'removed', 'same', 'unknown'] as const;

export type RowState = (typeof STATES)[number];

export interface PageRow {
  readonly id: string;
  readonly name: string;
  /** Without `#microsoft.graph.` in front. */
  readonly type: string;
  /** Absent where the configuration was removed or could not be read. */
  readonly counts?: Counts;
  /** Why it could not be read. */
  readonly error?: string;
  /** The time as the service wrote it. */
  readonly updated?: string;
  /** The same in milliseconds since the epoch, where it is a date. */
  readonly updatedAt?: number;
  /** A text where the service returned no number. */
  readonly version?: number | string;
  readonly state?: RowState;
  /** The counts of the earlier listing. */
  readonly before?: Counts;
  /** The name in the earlier listing, where it was another one. */
  readonly formerName?: string;
}
