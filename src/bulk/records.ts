import { finished } from 'node:stream/promises';
import { usage } from '../errors.ts';
import { unguardedCell } from '../spreadsheet-cell.ts';
import { membersOf } from './json-members.ts';

/** A longer record than this was not meant, in characters: an unclosed quote, or no text at all. */
const MAX_RECORD = 1024 * 1024;

/** A tenth of these are known; a file with more was made to keep someone busy. */
const MOST_COLUMNS = 1_000;

/** One record of a file before it is checked: cells by the titles of their columns. */
export interface RawRecord {
  /** On which it begins. */
  readonly line: number;
  /** The titles of the columns, where the record is a header; it has no cells then. */
  readonly header?: readonly string[];
  /** A cell of CSV is a text; a member of JSON is what it is, with its text. */
  readonly cells: ReadonlyMap<string, { readonly value: unknown; readonly literal: string }>;
  /** What is wrong with the record as a whole. */
  readonly fault?: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Reads a bulk file as a stream: JSON lines where it starts with a brace, else CSV. */
export async function* readRecords(text: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  const source = text[Symbol.asyncIterator]();
  let head = '';
  // The first line tells the format and the delimiter.
  while (!hasLine(head) && head.length <= MAX_RECORD) {
    const { value, done } = await source.next();
    if (done) break;
    head += value;
  }
  const rest = { [Symbol.asyncIterator]: () => source };
  if (head.trim() === '') throw usage('the file is empty', 'give a header and rows, or JSON lines');
  if (/^\s*\[\s*(?:[{\]]|$)/.test(head))
    throw usage(
      'the file is a JSON list',
      'give JSON lines, an object on each line, or CSV as `graph-overview list -o csv` prints it',
    );
  if (/^\s*\{/.test(head)) yield* readJsonLines(head, rest);
  else yield* readCsv(head, rest);
}

/** Whether a line that is not blank has come to its end. */
function hasLine(text: string): boolean {
  const start = text.search(/\S/);
  return start >= 0 && text.includes('\n', start);
}

async function* readCsv(head: string, rest: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  const { parse } = await import('csv-parse');
  const parsed: { readonly record: readonly string[]; readonly lines: number }[] = [];
  const parser = parse({
    delimiter: delimiterOf(head),
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: '\n',
    max_record_size: MAX_RECORD,
    // Taken here: a stream that fails drops what it still holds, and what came before has faults of its own to report.
    on_record(record: readonly string[], { lines }) {
      parsed.push({ record, lines });
      return null;
    },
  });
  const ended = finished(parser.resume()).catch((error: unknown) => error as CsvError);
  let titles: readonly string[] | undefined;
  /** A row with too few cells, until it shows whether it is the last one. */
  let short: RawRecord | undefined;
  const whole = function* (): Generator<RawRecord> {
    for (const { record, lines } of parsed.splice(0)) {
      const line = lines - breaksIn(record);
      if (record.length > MOST_COLUMNS)
        throw usage(`line ${line}: has ${record.length} cells`, `a row has no more than ${MOST_COLUMNS}`);
      if (record.every(isBlank)) continue;
      if (short !== undefined) yield short;
      short = undefined;
      if (titles === undefined) {
        titles = record.map((title) => title.trim());
        yield { line, header: titles, cells: new Map() };
      } else if (record.length < titles.length) short = shortRecord(titles, record, line);
      else yield csvRecord(titles, record, line);
    }
  };
  for await (const part of withLineFeeds(head, rest)) {
    parser.write(part);
    yield* whole();
    // Nothing after this can be told apart.
    if (parser.errored !== null) break;
  }
  parser.end();
  const error = await ended;
  yield* whole();
  if (short !== undefined) yield error === undefined ? { ...short, hint: CUT_OFF } : short;
  if (error === undefined) return;
  yield {
    line: error.lines,
    cells: new Map(),
    fault: `the CSV cannot be read, check the quotes: ${error.message}`,
  };
}

/** What the parser says of a text that is no CSV, with the line. */
type CsvError = Error & { readonly lines: number };

/** Every line break as one line feed, so that lines are counted alike whatever ends them, within quotes too. */
async function* withLineFeeds(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  let open = '';
  const feed = (part: string): string => {
    const text = open + part;
    // Whether a line feed follows shows only in the next part.
    open = text.endsWith('\r') ? '\r' : '';
    const whole = open === '' ? text : text.slice(0, -1);
    return whole.includes('\r') ? whole.replaceAll(/\r\n?/g, '\n') : whole;
  };
  yield feed(head);
  for await (const part of rest) yield feed(part);
  if (open !== '') yield '\n';
}

function breaksIn(record: readonly string[]): number {
  return record.reduce((sum, cell) => (cell.includes('\n') ? sum + cell.split('\n').length - 1 : sum), 0);
}

function csvRecord(titles: readonly string[], record: readonly string[], line: number): RawRecord {
  if (!record.slice(titles.length).every(isBlank)) {
    return { line, cells: new Map(), fault: cellsOf(titles, record) };
  }
  const cells = new Map(
    titles.map((title, index) => {
      const cell = unguardedCell(record[index] as string);
      return [title, { value: cell, literal: cell }];
    }),
  );
  return { line, cells };
}

const LEFT_OUT =
  'spreadsheets leave out empty cells at the end of a row: add the separators, or save the file again as CSV';

const CUT_OFF = `the file may have been cut off here: get it again; or ${LEFT_OUT}`;

/** What its cells mean cannot be told: the last one may be cut, and what follows is missing or was meant to be empty. */
function shortRecord(titles: readonly string[], record: readonly string[], line: number): RawRecord {
  return { line, cells: new Map(), fault: cellsOf(titles, record), hint: LEFT_OUT };
}

function cellsOf(titles: readonly string[], { length }: readonly string[]): string {
  return `has ${length} ${length === 1 ? 'cell' : 'cells'}, and the header has ${titles.length}`;
}

function isBlank(cell: string): boolean {
  return cell.trim() === '';
}

/** Comma, semicolon or tab: whichever the header has most of. */
function delimiterOf(head: string): string {
  const header = (head.split(/\r\n?|\n/)[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((delimiter) => [delimiter, header.split(delimiter).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

async function* readJsonLines(head: string, rest: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  let line = 0;
  for await (const text of linesOf(head, rest)) {
    line += 1;
    if (text.trim() !== '') yield jsonRecord(text, line);
  }
}

async function* linesOf(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  let open = head;
  let line = 1;
  const whole = function* (): Generator<string> {
    const lines = open.split('\n');
    open = lines.pop() ?? '';
    line += lines.length;
    yield* lines;
    if (open.length > MAX_RECORD)
      throw usage(
        `line ${line} is longer than ${MAX_RECORD} characters`,
        'give JSON lines: an object on each',
      );
  };
  yield* whole();
  for await (const part of rest) {
    open += part;
    yield* whole();
  }
  yield open;
}

function jsonRecord(text: string, line: number): RawRecord {
  const none = new Map<string, { value: unknown; literal: string }>();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { line, cells: none, fault: `malformed JSON: ${(error as Error).message}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, cells: none, fault: 'a JSON object is needed' };
  }
  for (const { name, literal } of membersOf(text)) {
    // JSON.parse would take the last of them, and nobody would hear of it.
    if (none.has(name))
      return { line, cells: new Map(), fault: `the member ${JSON.stringify(name)} is there twice` };
    if (none.size === MOST_COLUMNS)
      return { line, cells: new Map(), fault: `has more than ${MOST_COLUMNS} members` };
    none.set(name, { value: (value as Record<string, unknown>)[name], literal });
  }
  return { line, cells: none };
}
