import type { Result } from '../outcome/result.ts';
import type { Presentation } from './presentation.ts';

/** Writes a result as text, in parts. */
type Writer = (result: Result, how: Presentation) => AsyncIterable<string>;

/** The properties of an output format. */
interface FormatRow {
  /** Its writer, loaded on demand. */
  load(): Promise<Writer>;
  /** For people at a terminal: a live result is redrawn in place. */
  readonly forPeople?: true;
  /** Shows the view instead of the data. */
  readonly showsView?: true;
  /** Prints the records of a stream one by one, as they arrive. */
  readonly streams?: true;
  /** For programs that read JSON: an error is a line of JSON, too. */
  readonly errorsAsJson?: true;
  /** Its quoting does not escape control characters in values. */
  readonly raw?: true;
}

const ROWS = {
  table: { load: async () => (await import('./table.ts')).table, forPeople: true, showsView: true },
  wide: { load: async () => (await import('./wide.ts')).wide, forPeople: true, showsView: true },
  json: { load: async () => (await import('./json.ts')).json, streams: true, errorsAsJson: true },
  jsonl: { load: async () => (await import('./json.ts')).jsonl, streams: true, errorsAsJson: true },
  csv: { load: async () => (await import('./csv.ts')).csv, streams: true, raw: true },
  tsv: { load: async () => (await import('./csv.ts')).tsv, streams: true, raw: true },
  yaml: { load: async () => (await import('./yaml.ts')).yaml, raw: true },
  markdown: { load: async () => (await import('./markdown.ts')).markdown, showsView: true },
  none: { load: async () => (await import('./none.ts')).none },
} as const satisfies Readonly<Record<string, FormatRow>>;

export type Format = keyof typeof ROWS;

/** The values of `--output`. */
export const FORMATS = Object.keys(ROWS) as readonly Format[];

export const FORMAT_ROWS: Readonly<Record<Format, FormatRow>> = ROWS;

/** Whether errors are JSON in a format. @param name the value of `--output`, which may be invalid */
export function hasJsonErrors(name: string): boolean {
  return FORMATS.some((format) => format === name && FORMAT_ROWS[format].errorsAsJson);
}
