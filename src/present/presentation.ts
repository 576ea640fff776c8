import type { Query } from './query.ts';
import type { Terminal } from './screen.ts';

/** The settings for showing a result, independent of its format. */
export interface Presentation {
  readonly query: Query | undefined;
  readonly color: boolean;
  /** Terminal columns; undefined without a terminal. */
  readonly width: number | undefined;
  /** The terminal on which a live result is redrawn in place; undefined if this is not possible. */
  readonly terminal?: Terminal | undefined;
  /**
   * Replaces secrets with `***` in a way that keeps JSON valid. A second line of defence: output does not contain secrets
   * unless a service returns one.
   */
  readonly blank?: ((text: string) => string) | undefined;
}
