import { usage } from '../outcome/errors.ts';
import { readCsv } from './csv-records.ts';
import { readJson } from './json-records.ts';
import { MAX_RECORD, type RawRecord } from './raw-record.ts';
import { wrongText } from './wrong-file.ts';

/** A brace, or a bracket and a JSON value or a comma; a bracket alone may also begin a column title. */
const JSON_BEGINNING = /^[\s\x1e]*(?:\{|\[\s*(?:[,[\]{"\d-]|true\b|false\b|null\b|$))/;

/**
 * Reads a bulk file as a stream: JSON if it starts with a brace or with a bracket and a value, else CSV.
 * @throws a `usage` Failure if it is neither
 */
export async function* readRecords(text: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  const source = withLineFeeds(text)[Symbol.asyncIterator]();
  const head = await headOf(source);
  async function* whole(): AsyncGenerator<string> {
    yield head;
    yield* { [Symbol.asyncIterator]: () => source };
  }
  if (head.trim() === '') {
    if (head.length <= MAX_RECORD) return;
    throw usage('the file begins with more than a million blanks', 'use CSV with a header, or JSON');
  }
  const wrong = wrongText(head);
  if (wrong !== undefined) throw wrong;
  if (JSON_BEGINNING.test(head)) yield* readJson(whole());
  else yield* readCsv(head, whole());
}

/**
 * The text at least up to the end of the first line with content, which decides the format and the separator. Each part
 * is searched only once, even if the parts are small.
 */
async function headOf(source: AsyncIterator<string>): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  let begun = false;
  while (length <= MAX_RECORD) {
    const { value, done } = await source.next();
    if (done) break;
    parts.push(value);
    length += value.length;
    const start: number = begun ? 0 : value.search(/[^\s,;"]/);
    begun ||= start >= 0;
    if (begun && value.includes('\n', start)) break;
  }
  return parts.join('');
}

/** Converts every line break to a line feed, also within quotes, so that lines are counted in the same way. */
async function* withLineFeeds(parts: AsyncIterable<string>): AsyncGenerator<string> {
  let open = '';
  for await (const part of parts) {
    const text = open + part;
    // A line feed may follow in the next part.
    open = text.endsWith('\r') ? '\r' : '';
    const whole = open === '' ? text : text.slice(0, -1);
    yield whole.includes('\r') ? whole.replaceAll(/\r\n?/g, '\n') : whole;
  }
  if (open !== '') yield '\n';
}
