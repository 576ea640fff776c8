import { badRequest } from './problem.ts';

export type TokenKind = 'string' | 'number' | 'date' | 'word' | '(' | ')' | ',' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The text in the expression; a string without its quotes. */
  readonly text: string;
  /** Offset in the expression, from 0. */
  readonly at: number;
}

/** The patterns are tried in this order at each offset, without backtracking. */
const PATTERNS: readonly (readonly [kind: TokenKind | 'space' | 'mark', pattern: RegExp])[] = [
  ['space', /\s+/y],
  ['string', /'(?:[^']|'')*'/y],
  ['mark', /[(),]/y],
  ['date', /\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?/iy],
  ['number', /-?\d+/y],
  ['word', /[A-Za-z_$][\w.$/]*/y],
];

/**
 * Splits a `$filter` into tokens.
 * @throws a Problem for an invalid character
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const found = tokenAt(text, at);
    if (found.kind !== 'space') tokens.push(tokenOf(found.kind, found.text, at));
    at += found.text.length;
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function tokenAt(text: string, at: number) {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return { kind, text: found };
  }
  throw badRequest(`Invalid filter clause: Syntax error at position ${at}.`);
}

function tokenOf(kind: TokenKind | 'mark', text: string, at: number): Token {
  if (kind === 'mark') return { kind: text as TokenKind, text, at };
  return { kind, text: kind === 'string' ? text.slice(1, -1).replaceAll("''", "'") : text, at };
}
