/** A longer record than this was not meant, in characters: an unclosed quote, or no text at all. */
export const MAX_RECORD = 1024 * 1024;

/** A tenth of these are known; a file with more was made to keep someone busy. */
export const MOST_COLUMNS = 1_000;

/** One value of a record. */
export interface RawCell {
  /** A cell of CSV is a text; a member of JSON is what it is. */
  readonly value: unknown;
  /** As it is written. */
  readonly literal: string;
  /** On which it stands, where that is another line than the one on which the record begins. */
  readonly line?: number;
}

/** One record of a file before it is checked: cells by the titles of their columns. */
export interface RawRecord {
  /** On which it begins. */
  readonly line: number;
  /** The titles of the columns, where the record is a header; it has no cells then. */
  readonly header?: readonly string[];
  readonly cells: ReadonlyMap<string, RawCell>;
  /** What is wrong with the record as a whole. */
  readonly fault?: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
}
