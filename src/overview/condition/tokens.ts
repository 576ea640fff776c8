/** One token of a condition. */
export interface Token {
  readonly kind: 'word' | 'text' | 'operator' | 'open' | 'close' | 'end';
  /** Without quotes. */
  readonly text: string;
  /** Offset of the first character, from 0. */
  readonly at: number;
}

/** An error in a condition, with its position. */
export class ConditionError extends Error {
  readonly at: number;
  /** Number of characters to mark. */
  readonly length: number;

  constructor(message: string, { at, length }: { readonly at: number; readonly length: number }) {
    super(message);
    this.name = 'ConditionError';
    this.at = at;
    this.length = length;
  }
}

const PATTERNS = [
  ['space', /\s+/y],
  ['open', /\(/y],
  ['close', /\)/y],
  ['operator', /==|!=|<=|>=|<|>/y],
  ['text', /"[^"]*"|'[^']*'/y],
  ['word', /[^\s()=!<>"']+/y],
] as const;

/** Far above any real condition, and low enough for the parser's recursion. */
const MAX_TOKENS = 1_000;

/** Splits a condition into tokens. @throws a ConditionError at an invalid character, or if there are too many tokens */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const [kind, found] = match(text, at);
    if (kind !== 'space') {
      if (tokens.length === MAX_TOKENS)
        throw new ConditionError(`a condition has at most ${MAX_TOKENS} words`, { at, length: 1 });
      tokens.push({ kind, text: kind === 'text' ? found.slice(1, -1) : found, at });
    }
    at += found.length;
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }];
}

function match(text: string, at: number): readonly [Token['kind'] | 'space', string] {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return [kind, found];
  }
  const one = text.charAt(at);
  const why = one === '"' || one === "'" ? 'this quote is not closed' : `unexpected ${one}`;
  throw new ConditionError(why, { at, length: 1 });
}
