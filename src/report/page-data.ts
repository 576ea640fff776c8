import type { CountName } from '../catalog/properties.ts';

/**
 * The input of the script of the page. All texts are free of control characters and bidirectional marks, and none of them
 * is markup.
 */
export interface PageData {
  /** The meaning of the counts of each row, in their order. */
  readonly series: readonly PageSeries[];
  readonly rows: readonly PageRow[];
  /** Whether the rows are compared with an earlier listing. */
  readonly compared: boolean;
}

export interface PageSeries {
  /** The name in Graph, such as `errorCount`, which is also the key of the fills. */
  readonly name: CountName;
  readonly label: string;
}

/**
 * The number of devices in a state. A string if the service returned no number: the JSON of the value, or the empty string
 * for a missing count. null if the API version of the listing does not have the count.
 */
export type Held = number | string | null;

/** The number of devices in each state, in the order of the series. */
export type Counts = readonly Held[];

/** The change of a configuration since the earlier listing; `unknown` if one of the two could not be read or compared. */
export const STATES = ['changed', 'added', 'removed', 'same', 'unknown'] as const;

export type RowState = (typeof STATES)[number];

export interface PageRow {
  readonly id: string;
  readonly name: string;
  /** The type without `#microsoft.graph.`. */
  readonly type: string;
  /** Absent if the configuration was removed or could not be read. */
  readonly counts?: Counts;
  /** Why it could not be read. */
  readonly error?: string;
  /** The time as the service returned it. */
  readonly updated?: string;
  /** The same in milliseconds since the epoch; absent if it is not a valid date. */
  readonly updatedAt?: number;
  /** A string if the service returned no number. */
  readonly version?: number | string;
  readonly state?: RowState;
  /** The counts of the earlier listing. */
  readonly before?: Counts;
  /** The name in the earlier listing, if it was different. */
  readonly formerName?: string;
}
