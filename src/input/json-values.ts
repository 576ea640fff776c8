import { usage } from '../outcome/errors.ts';
import { MAX_DEPTH } from '../text/json-depth.ts';
import { MAX_RECORD } from './raw-record.ts';

/** A value of a JSON text before it is parsed, or an error between two values. */
export type JsonPiece =
  | {
      /** Its first line. */
      readonly line: number;
      readonly text: string;
      /** Whether it is nested too deeply to be parsed. */
      readonly deep: boolean;
      /** Whether the file ends within it. */
      readonly cut: boolean;
    }
  | { readonly line: number; readonly problem: string; readonly hint?: string | undefined };

const CUT_OFF = 'the file may be truncated here: download it again';

/**
 * Splits a stream of JSON text into the values of its list, or into concatenated values. The values themselves are left to
 * the parser; a brace that can only begin another value ends a broken one.
 * @param text with line feeds only
 */
export async function* jsonValues(text: AsyncIterable<string>): AsyncGenerator<JsonPiece> {
  const parts = new Parts();
  for await (const part of text) {
    parts.take(part);
    yield* parts.pieces.splice(0);
  }
  parts.end();
  yield* parts.pieces;
}

class Parts {
  readonly pieces: JsonPiece[] = [];
  #line = 1;
  /** The line of the last character that is not blank. */
  #lastLine = 1;
  /** The form of the file, which the first character decides. */
  #form: 'unknown' | 'sequence' | 'list' | 'closed list' | 'ended' = 'unknown';
  /** In a list: what must follow. */
  #next: 'first value' | 'value' | 'comma' = 'first value';
  /** The text of the current value; undefined between values. */
  #value: string | undefined;
  #valueLine = 1;
  #deep = false;
  /** Open braces and brackets. */
  #open: string[] = [];
  #quoted = false;
  #escaped = false;
  /** The last character of the value outside of strings that is not blank. */
  #last = '';

  take(part: string): void {
    let from = 0;
    const cutAt = (at: number): void => {
      this.#value += part.slice(from, at);
      from = at;
    };
    for (let at = 0; at < part.length; at += 1) {
      const char = part[at] as string;
      const blank = char === ' ' || char === '\n' || char === '\t' || char === '\ufeff' || char === '\x1e';
      if (!blank) this.#lastLine = this.#line;
      if (this.#value !== undefined && this.#endsBefore(char, blank)) {
        cutAt(at);
        const broken = this.#open.length > 0;
        this.#finish(false);
        if (broken) this.#next = 'value';
      }
      if (this.#value === undefined && !blank) {
        from = at;
        this.#between(char);
      }
      if (this.#value !== undefined && this.#endsWith(char, blank)) {
        cutAt(at + 1);
        this.#finish(false);
      }
      if (char === '\n') this.#line += 1;
    }
    if (this.#value === undefined) return;
    this.#value += part.slice(from);
    this.#checkLength();
  }

  end(): void {
    if (this.#value !== undefined) this.#finish(true);
    else if (this.#form === 'list')
      this.#problem('malformed JSON: the list is not closed', CUT_OFF, this.#lastLine);
  }

  /** Processes a character between two values, with which a value may begin. */
  #between(char: string): void {
    if (this.#form === 'unknown' && char === '[') {
      this.#form = 'list';
      return;
    }
    if (this.#form === 'unknown') this.#form = 'sequence';
    if (this.#form === 'ended') return;
    if (this.#form === 'closed list') {
      this.#problem('malformed JSON: unexpected text after the list');
      this.#form = 'ended';
      return;
    }
    if (this.#form === 'list' && (char === ',' || char === ']')) {
      if (this.#next === 'value' || (this.#next === 'first value' && char === ','))
        this.#problem(`malformed JSON: expected a value before the ${char === ',' ? 'comma' : 'bracket'}`);
      if (char === ']') this.#form = 'closed list';
      this.#next = 'value';
      return;
    }
    if (char === ',') {
      this.#problem(
        'malformed JSON: a comma between objects',
        'put the objects into a list, or remove the comma',
      );
      return;
    }
    if (this.#form === 'list' && this.#next === 'comma') this.#problem('malformed JSON: comma expected');
    this.#value = '';
    this.#valueLine = this.#line;
  }

  /** Whether the value has ended before this character. */
  #endsBefore(char: string, blank: boolean): boolean {
    if (this.#quoted) return false;
    if (this.#open.length === 0) return blank || ',]{['.includes(char);
    if (char !== '{' || this.#last === ':') return false;
    return this.#open.at(-1) === '{' || !'[,'.includes(this.#last);
  }

  /** Processes a character of the value. @returns whether it is the last one */
  #endsWith(char: string, blank: boolean): boolean {
    if (this.#quoted) {
      const closes = (char === '"' && !this.#escaped) || char === '\n';
      this.#escaped = char === '\\' && !this.#escaped;
      // A JSON string cannot contain a line break, so the closing quote is missing.
      if (closes) this.#quoted = false;
      return closes && this.#open.length === 0;
    }
    if (blank) return false;
    this.#last = char;
    if (char === '"') {
      this.#quoted = true;
    } else if (char === '{' || char === '[') {
      this.#open.push(char);
      if (this.#open.length > MAX_DEPTH) this.#deep = true;
    } else if (char === '}' || char === ']') {
      this.#open.pop();
      return this.#open.length === 0;
    }
    return false;
  }

  #finish(cut: boolean): void {
    this.#checkLength();
    this.pieces.push({
      line: this.#valueLine,
      text: (this.#value as string).trimEnd(),
      deep: this.#deep,
      cut,
    });
    this.#value = undefined;
    this.#deep = false;
    this.#open = [];
    this.#next = 'comma';
  }

  #checkLength(): void {
    if ((this.#value as string).length > MAX_RECORD)
      throw usage(
        `the value that begins on line ${this.#valueLine} is longer than ${MAX_RECORD} characters`,
        'use one object for each row',
      );
  }

  #problem(problem: string, hint?: string, line = this.#line): void {
    this.pieces.push({ line, problem, hint });
  }
}
