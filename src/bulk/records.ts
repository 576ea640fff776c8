import { usage } from '../errors.ts';

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
}

/** Reads a bulk file as a stream: JSON lines where it starts with a brace, else CSV. */
export async function* readRecords(text: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  const source = text[Symbol.asyncIterator]();
  let head = '';
  // The first line tells the format and the delimiter.
  while (!/\S[^\n]*\n/.test(head)) {
    const { value, done } = await source.next();
    if (done) break;
    head += value;
  }
  const rest = { [Symbol.asyncIterator]: () => source };
  if (head.trim() === '') throw usage('the file is empty', 'give a header and rows, or JSON lines');
  if (/^\s*\{/.test(head)) yield* readJsonLines(head, rest);
  else yield* readCsv(head, rest);
}

async function* readCsv(head: string, rest: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  const { parse } = await import('csv-parse');
  const parser = parse({
    delimiter: delimiterOf(head),
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: '\n',
    info: true,
  });
  const feeding = (async () => {
    for await (const part of withLineFeeds(head, rest)) {
      if (!parser.write(part)) await new Promise((resolve) => parser.once('drain', resolve));
    }
    parser.end();
  })().catch((error: unknown) => parser.destroy(error as Error));
  let titles: readonly string[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      const line = info.lines - breaksIn(record);
      if (titles === undefined) {
        titles = record.map((title) => title.trim());
        yield { line, header: titles, cells: new Map() };
      } else yield csvRecord(titles, record, line);
    }
  } catch (error) {
    // Nothing after this can be told apart; what came before has faults of its own to report.
    const { lines } = error as { lines?: number };
    if (!(error instanceof Error) || lines === undefined) throw error;
    yield {
      line: lines,
      cells: new Map(),
      fault: `the CSV cannot be read, check the quotes: ${error.message}`,
    };
    return;
  }
  await feeding;
}

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
  const cells = new Map(
    titles.map((title, index) => [title, { value: record[index] ?? '', literal: record[index] ?? '' }]),
  );
  const extra = record.slice(titles.length).some((cell) => cell.trim() !== '');
  return extra
    ? { line, cells, fault: `has ${record.length} cells, and the header has ${titles.length}` }
    : { line, cells };
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
  const whole = function* (): Generator<string> {
    const lines = open.split('\n');
    open = lines.pop() ?? '';
    yield* lines;
  };
  yield* whole();
  for await (const part of rest) {
    open += part;
    yield* whole();
  }
  if (open !== '') yield open;
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
  const members = Object.entries(value);
  // `JSON.parse` keeps the last of two members with one name, and says nothing.
  const flat = members.every(([, member]) => typeof member !== 'object' || member === null);
  if (flat && namesIn(text) > members.length)
    return { line, cells: none, fault: 'a member of the object is there twice' };
  for (const [name, member] of members)
    none.set(name, { value: member, literal: literalOf(text, name, member) });
  return { line, cells: none };
}

/** How many members a valid, flat JSON object has: texts that a colon follows. */
function namesIn(text: string): number {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;
}

/** A number as it is written, since `1e3` and `1000` are the same once they are read. */
function literalOf(text: string, name: string, member: unknown): string {
  if (typeof member !== 'number') return JSON.stringify(member);
  const key = JSON.stringify(name).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`${key}\\s*:\\s*([-+.\\deE]+)`).exec(text)?.[1] ?? String(member);
}
