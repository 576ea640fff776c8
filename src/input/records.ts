import { usage } from '../outcome/errors.ts';
import { readCsv } from './csv-records.ts';
import { readJson } from './json-records.ts';
import { MAX_RECORD, type RawRecord } from './raw-record.ts';
import { wrongText } from './wrong-file.ts';

/** A brace, or a bracket and what may follow it; the title of a column may begin with a bracket as well. */
const JSON_BEGINNING = /^[\s\x1e]*(?:\{|\[\s*(?:[[\]{"\d-]|true\b|false\b|null\b|$))/;

/**
 * Reads a bulk file as a stream: JSON where it starts with a brace or with a bracket and a brace, else CSV.
 * @throws a `usage` Failure where it is neither
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
    throw usage('the file begins with a million blanks', 'give CSV with a header, or JSON');
  }
  const wrong = wrongText(head);
  if (wrong !== undefined) throw wrong;
  if (JSON_BEGINNING.test(head)) yield* readJson(whole());
  else yield* readCsv(head, whole());
}

/**
 * The text up to the end of the first line with more than blanks, separators and quotes, which tells the format and the
 * delimiter, and maybe more. Each part is searched once, however small it is.
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

/** Every line break as one line feed, so that lines are counted alike whatever ends them, within quotes too. */
async function* withLineFeeds(parts: AsyncIterable<string>): AsyncGenerator<string> {
  let open = '';
  for await (const part of parts) {
    const text = open + part;
    // Whether a line feed follows shows only in the next part.
    open = text.endsWith('\r') ? '\r' : '';
    const whole = open === '' ? text : text.slice(0, -1);
    yield whole.includes('\r') ? whole.replaceAll(/\r\n?/g, '\n') : whole;
  }
  if (open !== '') yield '\n';
}
