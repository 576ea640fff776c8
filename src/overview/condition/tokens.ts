/** One word of a condition. */
export interface Token {
  readonly kind: 'word' | 'text' | 'operator' | 'open' | 'close' | 'end';
  /** Without its quotes. */
  readonly text: string;
  /** Where it starts, counted from 0. */
  readonly at: number;
}

/** A mistake in a condition: what is wrong, and where. */
export class ConditionError extends Error {
  readonly at: number;
  /** How many characters the mistake takes. */
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

/** Nobody writes a longer condition, and none this long nests deeper than the parser can go. */
const MOST_WORDS = 1_000;

/** Takes a condition apart. @throws a ConditionError at what is no word of it, or one too many */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const [kind, found] = match(text, at);
    if (kind !== 'space') {
      if (tokens.length === MOST_WORDS)
        throw new ConditionError(`a condition has no more than ${MOST_WORDS} words`, { at, length: 1 });
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
  const why = one === '"' || one === "'" ? 'this quote is never closed' : `${one} is nothing by itself`;
  throw new ConditionError(why, { at, length: 1 });
}
