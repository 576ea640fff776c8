import type { Overview } from '../../overview/difference.ts';

/** What is shown of one overview that is looked at again and again. */
export interface Watched {
  readonly id: string;
  /** null where it was not read. */
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

/** What is shown of the watching itself. */
export interface Watching {
  readonly watched: readonly Watched[];
  /** How many were read, where only some of them are watched. */
  readonly read?: number | undefined;
  readonly interval: number;
  /** The quota allows no shorter one, though it was asked for. */
  readonly stretched: boolean;
  readonly lookedAt: number;
  readonly nextLook: number;
  /** What it goes on until: `holds for 1 of 3: failed eq 0`. */
  readonly until: string | undefined;
  /** Messages since the last check, such as a request that is sent again. */
  readonly said: string | undefined;
  /** How a person ends it, such as `q ends`. */
  readonly end: string;
}
