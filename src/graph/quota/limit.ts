/** A limit in a sliding window. */
export interface Limit {
  readonly writes: number;
  readonly requests: number;
  /** Length of the window in milliseconds. */
  readonly window: number;
}

export type RequestKind = 'read' | 'write';
