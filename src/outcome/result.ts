import type { Failure } from './errors.ts';

/** The meaning of a piece of text. A presenter may show it by colour, but never by colour alone. */
export type Tone =
  | 'plain'
  | 'strong'
  | 'dim'
  | 'success'
  | 'pending'
  | 'error'
  | 'failed'
  | 'conflict'
  | 'not-applicable'
  | 'added'
  | 'removed';

/** One cell of a table. `text` may come from a tenant: the presenter escapes its control characters. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
  /** The parts of `text`, if they differ in tone. Concatenated, they are equal to `text`. */
  readonly parts?: readonly Cell[];
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Never truncated to fit a terminal, such as an id that is copied. Right-aligned columns are never truncated. */
  readonly whole?: boolean;
}

/** A part of a view. Every presenter for people can show each kind. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'line'; readonly cells: readonly Cell[] }
  /** Shown unchanged, for text that will be copied and pasted. Control characters are still removed. */
  | { readonly kind: 'verbatim'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
    };

/** The space available to a view. `width` is in terminal columns, undefined if there is no terminal. */
export interface Room {
  readonly width: number | undefined;
}

/** The space on a screen. Without a height everything is shown: it is the final state, which is not redrawn. */
export interface LiveRoom extends Room {
  readonly height: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The view of a result that continues until it is stopped. */
export interface Live {
  /** The lines of each step. Iterating performs the work, whether or not the lines are shown. */
  readonly steps: AsyncIterable<readonly (readonly Cell[])[]>;
  /** The current state, for a screen. */
  picture(room: LiveRoom): readonly Block[];
  /** Ends the steps, because the user quit or interrupted the work from the keyboard. */
  stop(why: 'quit' | 'interrupt'): void;
}

/** How the flat formats (csv, tsv) lay out one record: the columns do not depend on the data. */
export interface Flat {
  readonly columns: readonly string[];
  /**
   * The values of one record by column; a missing or undefined value is an empty cell.
   * @returns undefined for a record that has no line, such as the summary after the rows of a run
   */
  row(record: unknown): Readonly<Record<string, unknown>> | undefined;
}

/**
 * What a command returns: the data, its view, and its exit code. A command never prints.
 */
export interface Result {
  /** One value, or a stream of records. A stream is printed record by record if the format supports it. */
  readonly data:
    | { readonly value: unknown }
    | {
        readonly records: AsyncIterable<unknown>;
        /** The stream ends only when it is stopped, so a query is applied to each record. */
        readonly endless?: boolean;
      }
    /** A value that is known only at the end of a long operation. */
    | { readonly later: () => Promise<unknown> };
  /**
   * The records that make up the value, as a stream: `jsonl` and the flat formats print them in place of the value.
   * Read at most once, and not together with `data`.
   */
  readonly parts?: () => AsyncIterable<unknown>;
  /** Builds the view for `table` and `markdown` from the value, or from the array of all records. */
  view(data: unknown, room: Room): readonly Block[];
  /** Whether the view has user-selected columns, so that `wide` shows no others. */
  readonly ownColumns?: boolean;
  /** undefined if there is no tabular data, such as for an HTML page. */
  readonly flat: Flat | undefined;
  /** `table` shows this in place of the view: redrawn in place on a terminal, as lines elsewhere. */
  readonly live?: Live;
  /** `csv` in the form that Excel opens directly: with a byte-order mark and semicolons. */
  readonly excel?: boolean;
  /** The view is printed as text in every format, also if the environment sets one. */
  readonly verbatim?: boolean;
  /** `json` on one line, for a caller that reads the first line of a program that keeps running. */
  readonly oneLine?: boolean;
  /**
   * A failure in addition to the data, such as a `mismatch`. Called after the data has been written, since a stream
   * knows it only then.
   */
  failure?(): Failure | undefined;
  /** Exit code without a failure, called after the data has been written; default 0. */
  exitCode?(): number;
}
