import { usage } from '../outcome/errors.ts';
import { MAX_DEPTH } from '../text/json-depth.ts';
import { MAX_RECORD } from './raw-record.ts';

/** A value of a JSON text, not parsed yet, or what is wrong between two values. */
export type JsonPiece =
  | {
      /** On which it begins. */
      readonly line: number;
      readonly text: string;
      /** It nests deeper than anything that is read here. */
      readonly deep: boolean;
      /** The file ended before it did. */
      readonly cut: boolean;
    }
  | { readonly line: number; readonly fault: string; readonly hint?: string };

const CUT_OFF = 'the file may have been cut off here: get it again';

/**
 * Parts a JSON text into the values of its list, or into those that follow each other, as it comes. What is within a
 * value is for the parser; a brace that can only begin another value ends one that is broken.
 * @param text with line feeds alone
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
  /** What the file is: known with its first character. */
  #form: 'unknown' | 'sequence' | 'list' | 'closed list' | 'ended' = 'unknown';
  /** In a list: what has to come next. */
  #next: 'first value' | 'value' | 'comma' = 'first value';
  /** The text of the value that has begun; undefined between values. */
  #value: string | undefined;
  #valueLine = 1;
  #deep = false;
  /** Open braces and brackets. */
  #open: string[] = [];
  #quoted = false;
  #escaped = false;
  /** The last character within a value that is neither blank nor in quotes. */
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
      if (this.#value === undefined) {
        if (!blank && this.#begins(char)) from = at;
      } else if (this.#endsBefore(char, blank)) {
        cutAt(at);
        const broken = this.#open.length > 0;
        this.#finish(false);
        if (broken) this.#next = 'value';
        if (!blank && this.#begins(char)) from = at;
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
      this.#fault('malformed JSON: the list is not closed', CUT_OFF, this.#lastLine);
  }

  /** Between two values. @returns whether a value begins with this character */
  #begins(char: string): boolean {
    if (this.#form === 'unknown' && char === '[') {
      this.#form = 'list';
      return false;
    }
    if (this.#form === 'unknown') this.#form = 'sequence';
    if (this.#form === 'ended') return false;
    if (this.#form === 'closed list') {
      this.#fault('malformed JSON: nothing may follow the list');
      this.#form = 'ended';
      return false;
    }
    if (this.#form === 'list' && (char === ',' || char === ']')) {
      if (this.#next === 'value' || (this.#next === 'first value' && char === ','))
        this.#fault(`malformed JSON: there is no value before the ${char === ',' ? 'comma' : 'bracket'}`);
      if (char === ']') this.#form = 'closed list';
      this.#next = 'value';
      return false;
    }
    if (this.#form === 'sequence' && char === ',') {
      this.#fault('malformed JSON: a comma between objects', 'put the objects into a list, or leave it out');
      return false;
    }
    if (this.#form === 'list' && this.#next === 'comma') this.#fault('malformed JSON: comma expected');
    this.#value = '';
    this.#valueLine = this.#line;
    this.#deep = false;
    this.#open = [];
    this.#quoted = false;
    this.#last = '';
    return true;
  }

  /** Whether the value has ended before this character, which belongs to what follows. */
  #endsBefore(char: string, blank: boolean): boolean {
    if (this.#quoted) return false;
    if (this.#open.length === 0) return blank || ',]{['.includes(char);
    if (char !== '{' || this.#last === ':') return false;
    return this.#open.at(-1) === '{' || !'[,'.includes(this.#last);
  }

  /** Takes a character of the value. @returns whether it is the last one */
  #endsWith(char: string, blank: boolean): boolean {
    if (this.#quoted) {
      const closes = (char === '"' && !this.#escaped) || char === '\n';
      this.#escaped = char === '\\' && !this.#escaped;
      // No text of JSON goes on over a line break: the quote is missing.
      if (closes) this.#quoted = false;
      return closes && this.#open.length === 0;
    }
    if (blank) return false;
    this.#last = char;
    if (char === '"') {
      this.#quoted = true;
      this.#escaped = false;
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
    this.#next = 'comma';
  }

  #checkLength(): void {
    if ((this.#value as string).length > MAX_RECORD)
      throw usage(
        `the value that begins on line ${this.#valueLine} is longer than ${MAX_RECORD} characters`,
        'give an object for each row',
      );
  }

  #fault(fault: string, hint?: string, line = this.#line): void {
    this.pieces.push(hint === undefined ? { line, fault } : { line, fault, hint });
  }
}
