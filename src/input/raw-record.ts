/** Maximum length of a record in characters. A longer one has an unclosed quote or is not text. */
export const MAX_RECORD = 1024 * 1024;

/** Far above the number of known columns; limits the work for a hostile file. */
export const MAX_COLUMNS = 1_000;

/** One value of a record. */
export interface RawCell {
  /** A cell of CSV is a string; a member of JSON has its own type. */
  readonly value: unknown;
  /** The text in the file. */
  readonly literal: string;
  /** Its line, if it differs from the first line of the record. */
  readonly line?: number;
}

/** One record of a file before validation: cells by column title. */
export interface RawRecord {
  /** Its first line. */
  readonly line: number;
  /** The column titles, if the record is a header; it has no cells then. */
  readonly header?: readonly string[];
  readonly cells: ReadonlyMap<string, RawCell>;
  /** The error of the record as a whole. */
  readonly problem?: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
}
