import { finished } from 'node:stream/promises';
import { usage } from '../outcome/errors.ts';
import { unguardedCell } from '../text/spreadsheet-cell.ts';
import { MAX_COLUMNS, MAX_RECORD, type RawCell, type RawRecord } from './raw-record.ts';

/** An error of the CSV parser, with the line. */
type CsvError = Error & { readonly lines: number };

/**
 * Reads CSV with a header as a stream.
 * @param head the beginning of the text, at least up to the end of the first line with content
 * @param text the whole text, with line feeds only
 */
export async function* readCsv(head: string, text: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  const { parse } = await import('csv-parse');
  const { delimiter, separatorLine } = dialectOf(head);
  const parsed: { readonly record: readonly string[]; readonly lines: number }[] = [];
  const parser = parse({
    delimiter,
    relax_column_count: true,
    record_delimiter: '\n',
    max_record_size: MAX_RECORD,
    // Collected here, since a stream drops its buffer when it fails, but earlier records may have errors to report.
    on_record(record: readonly string[], { lines }) {
      parsed.push({ record, lines });
      return null;
    },
  });
  const ended = finished(parser.resume()).catch((error: unknown) => error as CsvError);
  const reader = new RowReader(delimiter);
  const whole = function* (): Generator<RawRecord> {
    for (const { record, lines } of parsed.splice(0)) yield* reader.read(record, lines - breaksIn(record));
  };
  let skipped = separatorLine;
  for await (const part of text) {
    // It is replaced by a blank line, so that the line numbers stay correct.
    parser.write(skipped === undefined ? part : part.replace(skipped, ''));
    skipped = undefined;
    yield* whole();
    // What follows cannot be split into records.
    if (parser.errored !== null) break;
  }
  parser.end();
  const error = await ended;
  yield* whole();
  yield* reader.end(error === undefined);
  if (error === undefined) return;
  yield {
    line: error.lines,
    cells: new Map(),
    problem: `malformed CSV, check the quotes: ${error.message}`,
  };
}

const LEFT_OUT =
  'spreadsheets omit empty cells at the end of a row: add the separators, or save the file as CSV again';
const CUT_OFF = `the file may be truncated here: download it again; or ${LEFT_OUT}`;
const WHOLE_ROW = 'the whole row is in quotes, so it is a single cell';
const WHOLE_ROW_HINT =
  'a spreadsheet imported the file as one column: import it with its separator, or remove the quotes around the rows';

/** Turns rows of cells into records by the header. */
class RowReader {
  /** undefined until the header has been read; empty if the header is invalid. */
  #titles: readonly string[] | undefined;
  /** The minimum number of cells in a row. Trailing columns without a name do not count. */
  #needed = 0;
  /** A row with too few cells, until it is known whether it is the last one. */
  #short: RawRecord | undefined;
  readonly #delimiter: string;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  *read(record: readonly string[], line: number): Generator<RawRecord> {
    if (record.length > MAX_COLUMNS)
      throw usage(`line ${line}: has ${record.length} cells`, `a row has at most ${MAX_COLUMNS} cells`);
    // In a file with another separator, a row of commas only is one cell.
    if (record.every((cell) => /^[\s,;]*$/.test(cell))) return;
    yield* this.#flush();
    if (this.#titles === undefined) yield this.#header(record, line);
    else if (this.#titles.length === 0) {
      // Without a valid header, rows cannot be read.
      if (isOneCell(record, SEPARATORS)) yield wholeRow(line);
    } else if (record.length >= this.#needed) yield this.#row(this.#titles, record, line);
    else if (isOneCell(record, [this.#delimiter])) yield wholeRow(line);
    else this.#short = { ...this.#invalid(line, this.#lengthOf(record)), hint: LEFT_OUT };
  }

  /** @param whole whether the file was read to its end */
  *end(whole: boolean): Generator<RawRecord> {
    if (this.#short !== undefined && whole) this.#short = { ...this.#short, hint: CUT_OFF };
    yield* this.#flush();
  }

  *#flush(): Generator<RawRecord> {
    if (this.#short !== undefined) yield this.#short;
    this.#short = undefined;
  }

  #header(record: readonly string[], line: number): RawRecord {
    const whole = isOneCell(record, SEPARATORS);
    this.#titles = whole ? [] : record.map((title) => title.trim());
    this.#needed = this.#titles.findLastIndex((title) => title !== '') + 1;
    return whole
      ? wholeRow(line)
      : { line, header: this.#titles.filter((title) => title !== ''), cells: new Map() };
  }

  /** Cells can be assigned to columns only if there are not too few or too many. */
  #row(titles: readonly string[], record: readonly string[], line: number): RawRecord {
    if (!record.slice(titles.length).every(isBlank)) return this.#invalid(line, this.#lengthOf(record));
    const cells = new Map<string, RawCell>();
    for (const [index, title] of titles.entries()) {
      const text = record[index] ?? '';
      const cell = unguardedCell(text);
      if (title !== '') cells.set(title, { value: cell, literal: cell });
      else if (!isBlank(text))
        return {
          ...this.#invalid(line, `column ${index + 1} has no name, and its cell is not empty`),
          hint: 'name the column in the header; a name that starts with # makes it a note',
        };
    }
    return { line, cells };
  }

  #invalid(line: number, problem: string): RawRecord {
    return { line, cells: new Map(), problem };
  }

  #lengthOf({ length }: readonly string[]): string {
    return `has ${length} ${length === 1 ? 'cell' : 'cells'}, and the header has ${this.#needed}`;
  }
}

const SEPARATORS = [',', ';', '\t'];

/** Whether the only cell of a row contains a separator, so that the row must have been in quotes. */
function isOneCell([first = '', ...rest]: readonly string[], separators: readonly string[]): boolean {
  return separators.some((separator) => first.includes(separator)) && rest.every(isBlank);
}

function wholeRow(line: number): RawRecord {
  return { line, cells: new Map(), problem: WHOLE_ROW, hint: WHOLE_ROW_HINT };
}

function isBlank(cell: string): boolean {
  return cell.trim() === '';
}

function breaksIn(record: readonly string[]): number {
  return record.reduce((sum, cell) => (cell.includes('\n') ? sum + cell.split('\n').length - 1 : sum), 0);
}

/** The line `sep=;`, which sets the separator for Excel, also if it was saved as a quoted cell. */
const SEPARATOR_LINE = /^\s*"?sep=([^\w\s"]|\t)"?[ \t,;]*(?=\n|$)/i;

/** The separator: the one that the first line names, else comma, semicolon or tab, by frequency in the header. */
function dialectOf(head: string): { readonly delimiter: string; readonly separatorLine?: string } {
  const named = SEPARATOR_LINE.exec(head);
  if (named !== null) return { delimiter: named[1] as string, separatorLine: named[0].trimStart() };
  const lines = head.replaceAll(/"[^"]*"/g, 'x').split('\n');
  const header = lines.find((line) => /[^\s,;"]/.test(line)) ?? '';
  const counts = SEPARATORS.map((one) => [one, header.split(one).length] as const);
  return { delimiter: counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0] };
}
