import type { Query } from './query.ts';
import type { Terminal } from './screen.ts';

/** How a result is to be shown, whatever its format. */
export interface Presentation {
  readonly query: Query | undefined;
  readonly color: boolean;
  /** Columns of the terminal; undefined where there is none. */
  readonly width: number | undefined;
  /** What a live result is drawn on in place; undefined where that cannot be. */
  readonly terminal?: Terminal | undefined;
  /** Puts `***` in place of secrets, so that JSON stays JSON: a second net, for what no service said. */
  readonly blank?: ((text: string) => string) | undefined;
}
