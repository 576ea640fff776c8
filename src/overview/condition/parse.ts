import { distance } from 'fastest-levenshtein';
import { PROPERTIES, type PropertyRow } from '../../catalog/properties.ts';
import { type Bound, readBound } from './bound.ts';
import { ConditionError, type Token, tokensOf } from './tokens.ts';

export const OPERATORS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;

export type Operator = (typeof OPERATORS)[number];

/** A condition on one overview, as a tree. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly [Condition, Condition] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'comparison';
      readonly property: PropertyRow;
      readonly operator: Operator;
      readonly bound: Bound;
    };

const SIGNS: Readonly<Record<string, Operator>> = {
  '==': 'eq',
  '!=': 'ne',
  '>': 'gt',
  '>=': 'ge',
  '<': 'lt',
  '<=': 'le',
};

/**
 * Reads a condition:
 *
 *     condition  := and { "or" and }
 *     and        := not { "and" not }
 *     not        := "not" not | "(" condition ")" | comparison
 *     comparison := property operator bound
 *     property   := Graph's name, or the name of the flag
 *     operator   := eq ne gt ge lt le, or == != > >= < <=
 *     bound      := number | number% | date | age (-7d) | now | text
 *
 * @throws a ConditionError
 */
export function parseCondition(text: string): Condition {
  const parser = new Parser(tokensOf(text));
  const condition = parser.condition();
  parser.end();
  return condition;
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  condition(): Condition {
    return this.#chain('or', () => this.#chain('and', () => this.#not()));
  }

  /** Checks that no token is left. */
  end(): void {
    const token = this.#peek();
    if (token.kind === 'end') return;
    const what =
      token.kind === 'close' ? 'this closing parenthesis has no opening one' : 'expected `and` or `or`';
    throw errorAt(what, token);
  }

  #chain(word: 'and' | 'or', part: () => Condition): Condition {
    let condition = part();
    while (isWord(this.#peek(), word)) {
      this.#take();
      condition = { kind: word, parts: [condition, part()] };
    }
    return condition;
  }

  #not(): Condition {
    if (isWord(this.#peek(), 'not')) {
      this.#take();
      return { kind: 'not', part: this.#not() };
    }
    if (this.#peek().kind !== 'open') return this.#comparison();
    const open = this.#take();
    const condition = this.condition();
    if (this.#peek().kind !== 'close') throw errorAt('this parenthesis is not closed', open);
    this.#take();
    return condition;
  }

  #comparison(): Condition {
    const property = readProperty(this.#take());
    const operator = readOperator(this.#take(), property);
    return { kind: 'comparison', property, operator, bound: readBound(this.#take(), property, operator) };
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  /** Every caller throws at the `end` token, so nothing is read beyond it. */
  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }
}

/** The property with this name in Graph or this flag name, in any letter case. */
export function propertyOfWord(word: string): PropertyRow | undefined {
  const wanted = word.replace(/^--/, '').toLowerCase();
  return PROPERTIES.find(({ name, flag }) => name.toLowerCase() === wanted || flag === wanted);
}

/** Only the beginning of a long word is compared with the names, since the comparison takes quadratic time. */
const MAX_NAME_LENGTH = 100;

function readProperty(token: Token): PropertyRow {
  if (token.kind === 'end') throw errorAt('expected a property, such as `failed`', token);
  const property = token.kind === 'word' ? propertyOfWord(token.text) : undefined;
  if (property !== undefined) return property;
  const typed = token.text.slice(0, MAX_NAME_LENGTH);
  const names = PROPERTIES.flatMap(({ name, flag }) => [flag, name]);
  const nearest = names.sort((one, other) => distance(one, typed) - distance(other, typed))[0];
  throw errorAt(`unknown property ${JSON.stringify(token.text)}; did you mean \`${nearest}\`?`, token);
}

function readOperator(token: Token, property: PropertyRow): Operator {
  const word = token.text.toLowerCase();
  const operator = token.kind === 'operator' ? SIGNS[token.text] : OPERATORS.find((one) => one === word);
  if (operator === undefined) throw errorAt('expected an operator: eq, ne, gt, ge, lt or le', token);
  if (property.type === 'Edm.String' && operator !== 'eq' && operator !== 'ne') {
    throw errorAt(`${property.flag} is a string: use eq or ne`, token);
  }
  return operator;
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === word;
}

function errorAt(message: string, { at, text }: Token): ConditionError {
  return new ConditionError(message, { at, length: Math.max(1, text.length) });
}
