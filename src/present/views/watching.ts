import type { Overview } from '../../overview/difference.ts';

/** One overview in the view of `watch`. */
export interface Watched {
  readonly id: string;
  /** null if it was not read. */
  readonly displayName: string | null;
  readonly via: string;
  readonly first: Overview | undefined;
  readonly before: Overview | undefined;
  readonly overview: Overview | undefined;
  /** Milliseconds since the epoch, like every time here. */
  readonly readAt: number | undefined;
  /** Why the last check could not read it. */
  readonly problem: string | undefined;
  readonly lastChange: { readonly at: number; readonly what: string } | undefined;
  readonly history: readonly (Overview | undefined)[];
}

/** The content of the view of `watch`. */
export interface Watching {
  readonly watched: readonly Watched[];
  /** How many configurations were read, if only some of them are watched. */
  readonly read?: number | undefined;
  readonly interval: number;
  /** Whether the quota made the interval longer than requested. */
  readonly stretched: boolean;
  readonly checkedAt: number;
  readonly nextCheck: number;
  /** The state of the condition of `wait`: `holds for 1 of 3: failed eq 0`. */
  readonly until: string | undefined;
  /** Messages since the last check, such as a retry. */
  readonly said: string | undefined;
  /** How the user ends it, such as `q ends`. */
  readonly end: string;
}
