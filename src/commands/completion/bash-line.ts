/** A line of bash up to the cursor, split into words like bash does, but without expansions. */
export interface BashLine {
  /** The complete words after the program's name, without their quotes. */
  readonly before: readonly string[];
  /** The word at the cursor, without its quotes. */
  readonly current: string;
  /** The length of the part that readline keeps when it inserts a candidate: up to a word break or an open quote. */
  readonly kept: number;
  /** The quote that is open at the cursor. */
  readonly quote: string | undefined;
  /** Whether the word is the file of a redirection. */
  readonly redirected: boolean;
}

/**
 * Splits the line before the cursor into words.
 * @param line from the start of the command
 * @param breaks the characters at which readline breaks words: COMP_WORDBREAKS
 */
export function readBashLine(line: string, breaks: string): BashLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  let kept = 0;
  let redirected = false;
  const end = (): void => {
    if (word !== undefined && !redirected) words.push(word);
    if (word !== undefined) redirected = false;
    word = undefined;
    kept = 0;
  };
  for (let index = 0; index < line.length; index += 1) {
    const char = line[index] ?? '';
    if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else if (char === '\\' && quote === '"' && /["\\$`]/.test(line[index + 1] ?? ''))
        word += line[++index] ?? '';
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
      kept = word.length;
    } else if (char === '\\') {
      word = (word ?? '') + (line[++index] ?? '');
    } else if (/\s/.test(char)) {
      end();
    } else if (/[;|&(]/.test(char)) {
      end();
      words.length = 0;
    } else if (/[<>]/.test(char)) {
      end();
      redirected = true;
    } else {
      word = (word ?? '') + char;
      if (breaks.includes(char)) kept = word.length;
    }
  }
  const program = words.findIndex((text) => !/^\w+=/.test(text));
  return { before: words.slice(program + 1), current: word ?? '', kept, quote, redirected };
}
