import type { Failure } from './errors.ts';

/** What a piece of text means; a presenter may show it by colour, never by colour alone. */
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

/** One cell of a table. `text` may hold a tenant's text: the presenter cleans it of control characters. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
  /** The parts of `text`, where they differ in tone; together they are the whole of it. */
  readonly parts?: readonly Cell[];
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Never shortened to fit a terminal, such as an id that people copy. Right-aligned columns never are. */
  readonly whole?: boolean;
}

/** What a result looks like to a person, in parts that every presenter for people knows how to show. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'line'; readonly cells: readonly Cell[] }
  /** Shown as it stands, for text that will be copied and pasted. Control characters are still removed. */
  | { readonly kind: 'verbatim'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
    };

/** The room a view has. `width` is in columns of the terminal, undefined where there is no terminal. */
export interface Room {
  readonly width: number | undefined;
}

/** The room on a screen. Without a height everything is shown, and for good: nothing of it will change any more. */
export interface LiveRoom extends Room {
  readonly height: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** How a result is shown that goes on until it is stopped. */
export interface Live {
  /** What happened in each step, in lines. Reading them is what carries the work on, whether they are shown or not. */
  readonly steps: AsyncIterable<readonly (readonly Cell[])[]>;
  /** How it stands now, for a screen. */
  picture(room: LiveRoom): readonly Block[];
  /** Ends the steps, because a person wants no more, or because the work was interrupted from the keyboard. */
  stop(why: 'quit' | 'interrupt'): void;
}

/** How the flat formats (csv, tsv) lay out one record: the columns do not depend on the data. */
export interface Flat {
  readonly columns: readonly string[];
  /**
   * The values of one record by column; a missing or undefined value is an empty cell.
   * @returns undefined for a record that has no line, such as the summary behind the rows of a run
   */
  row(record: unknown): Readonly<Record<string, unknown>> | undefined;
}

/**
 * What a command returns: the data, how it looks, and how it ended. A command never prints.
 */
export interface Result {
  /** One value, or a stream of records. A stream is printed record by record where the format allows it. */
  readonly data:
    | { readonly value: unknown }
    | {
        readonly records: AsyncIterable<unknown>;
        /** The stream ends only when it is stopped: a query is applied to each record. */
        readonly endless?: boolean;
      }
    /** A value that long work comes to. */
    | { readonly later: () => Promise<unknown> };
  /**
   * Records that the value is made of, as they come: `jsonl` prints them in place of the value, and the flat formats
   * lay them out. Read at most once, and not together with `data`.
   */
  readonly parts?: () => AsyncIterable<unknown>;
  /** Builds what `table` and `markdown` show: from the value, or from the array of all records. */
  view(data: unknown, room: Room): readonly Block[];
  /** The view has the columns that were asked for: `wide` shows no others. */
  readonly ownColumns?: boolean;
  /** undefined where there is nothing to lay out, such as a page that is printed as it stands. */
  readonly flat: Flat | undefined;
  /** `table` shows this in place of the view: drawn in place on a terminal, as lines elsewhere. */
  readonly live?: Live;
  /** `csv` as Excel opens it by a double click: a byte-order mark, and semicolons. */
  readonly excel?: boolean;
  /** A text that no format shapes: it is printed as the view has it, whatever format the environment names. */
  readonly verbatim?: boolean;
  /** `json` on one line, for whoever reads the first line of a program that goes on running. */
  readonly oneLine?: boolean;
  /**
   * What went wrong although there is data to print, such as a `mismatch`; asked for after the data has been
   * written, since a stream knows only then.
   */
  failure?(): Failure | undefined;
  /** Exit code without a failure, asked for after the data has been written; default 0. */
  exitCode?(): number;
}
