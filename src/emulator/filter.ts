import { NAMESPACE } from '../catalog/navigation.ts';
import {
  type Comparable,
  type ComparableProperty,
  comparableProperty,
  compare,
  folded,
} from './comparable.ts';
import { type Token, type TokenKind, tokensOf } from './filter-token.ts';
import { ticksOf } from './instant.ts';
import { ancestry, entityType } from './metadata.ts';
import { badRequest, refusedByIntune } from './problem.ts';
import { propertiesOf, type Version } from './schema.ts';
import type { Configuration } from './tenant.ts';

export type Predicate = (configuration: Configuration) => boolean;

/** Maximum nesting of parentheses and `not`. */
const MAX_DEPTH = 100;

const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

/** The same comparison with its sides exchanged. */
const EXCHANGED: Readonly<Record<string, string>> = { gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' };

const TEXT_FUNCTIONS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  startswith: (text, part) => text.startsWith(part),
  contains: (text, part) => text.includes(part),
};

/** `null` as a literal. */
const NULL = Symbol('null');

/**
 * Reads a `$filter` for device configurations in linear time.
 * @throws a Problem for an invalid or unsupported filter
 */
export function readFilter(text: string, version: Version): Predicate {
  return new FilterParser(text, version).whole();
}

/**
 * or = and ("or" and)* ; and = not ("and" not)* ; not = "not" not | "(" or ")" | comparison | function
 * Keywords, functions and properties are case-insensitive, as in Graph.
 */
class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #version: Version;
  #next = 0;
  #depth = 0;

  constructor(text: string, version: Version) {
    this.#tokens = tokensOf(text);
    this.#version = version;
  }

  whole(): Predicate {
    const predicate = this.#or();
    this.#take('end');
    return predicate;
  }

  #or(): Predicate {
    return this.#chain('or', () => this.#chain('and', () => this.#not(), every), some);
  }

  #chain(word: string, part: () => Predicate, join: (parts: readonly Predicate[]) => Predicate): Predicate {
    const parts = [part()];
    while (this.#isWord(word)) {
      this.#next += 1;
      parts.push(part());
    }
    return parts.length === 1 ? (parts[0] as Predicate) : join(parts);
  }

  #not(): Predicate {
    if (this.#depth >= MAX_DEPTH)
      throw badRequest('Invalid filter clause: The recursion limit has been exceeded.');
    this.#depth += 1;
    const predicate = this.#unary();
    this.#depth -= 1;
    return predicate;
  }

  #unary(): Predicate {
    if (this.#isWord('not')) {
      this.#next += 1;
      // `not` has a higher precedence than a comparison, which therefore needs parentheses.
      if (this.#token.kind === 'word' && this.#tokens[this.#next + 1]?.kind !== '(' && !this.#isWord('not')) {
        throw badRequest(`Invalid filter clause: 'not' at position ${this.#token.at} needs parentheses.`);
      }
      const inner = this.#not();
      return (configuration) => !inner(configuration);
    }
    if (this.#token.kind === '(') {
      this.#next += 1;
      const inner = this.#or();
      this.#take(')');
      return inner;
    }
    return this.#tokens[this.#next + 1]?.kind === '(' ? this.#function() : this.#comparison();
  }

  #function(): Predicate {
    const { text } = this.#take('word');
    const name = text.toLowerCase();
    this.#take('(');
    const predicate = name === 'isof' ? this.#isOf() : this.#textFunction(name, text);
    this.#take(')');
    return predicate;
  }

  #isOf(): Predicate {
    const { kind, text, at } = this.#token;
    if (kind !== 'string' && kind !== 'word') throw this.#wrong(at);
    this.#next += 1;
    const type = text.startsWith(`${NAMESPACE}.`) ? text.slice(NAMESPACE.length + 1) : undefined;
    if (type === undefined || entityType(type, this.#version) === undefined) {
      throw badRequest(`Invalid filter clause: The type '${text}' is not defined in the model.`);
    }
    return (configuration) => ancestry(configuration.type).includes(type);
  }

  #textFunction(name: string, written: string): Predicate {
    const test = TEXT_FUNCTIONS[name];
    if (test === undefined) throw refusedByIntune(`The filter function '${written}' is not supported.`);
    const property = this.#property();
    if (property.type !== 'Edm.String') {
      throw badRequest(
        `Invalid filter clause: No function signature for '${written}' takes '${property.name}'.`,
      );
    }
    this.#take(',');
    const part = folded(this.#take('string').text);
    return (configuration) => test(String(property.of(configuration)), part);
  }

  #comparison(): Predicate {
    const reversed = this.#token.kind !== 'word' || this.#isWord('null');
    const literal = reversed ? this.#literal() : undefined;
    const property = reversed ? undefined : this.#property();
    const { text, at } = this.#take('word');
    const written = text.toLowerCase();
    const operator = OPERATORS[reversed ? (EXCHANGED[written] ?? written) : written];
    if (operator === undefined) throw this.#wrong(at);
    const left = property ?? this.#property();
    const right = literalValue(literal ?? this.#literal(), left);
    // No comparable property is ever null.
    if (right === NULL) return () => written === 'ne';
    return (configuration) => operator(compare(left.of(configuration), right));
  }

  #property(): ComparableProperty {
    const { text } = this.#take('word');
    const property = comparableProperty(text);
    if (property !== undefined) return property;
    const lower = text.toLowerCase();
    if (propertiesOf('deviceConfiguration', this.#version).some(({ name }) => name.toLowerCase() === lower)) {
      throw refusedByIntune(`Filtering by the property '${text}' is not supported.`);
    }
    throw badRequest(
      `Invalid filter clause: Could not find a property named '${text}' on type 'microsoft.graph.deviceConfiguration'.`,
    );
  }

  #literal(): Token {
    const token = this.#token;
    if (!['string', 'number', 'date'].includes(token.kind) && !this.#isWord('null'))
      throw this.#wrong(token.at);
    this.#next += 1;
    return token;
  }

  #isWord(word: string): boolean {
    return this.#token.kind === 'word' && this.#token.text.toLowerCase() === word;
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(kind: TokenKind): Token {
    const token = this.#token;
    if (token.kind !== kind) throw this.#wrong(token.at);
    this.#next += 1;
    return token;
  }

  #wrong(at: number) {
    return badRequest(`Invalid filter clause: Syntax error at position ${at} in the filter expression.`);
  }
}

function every(parts: readonly Predicate[]): Predicate {
  return (configuration) => parts.every((part) => part(configuration));
}

function some(parts: readonly Predicate[]): Predicate {
  return (configuration) => parts.some((part) => part(configuration));
}

/** A literal in comparable form. */
function literalValue({ kind, text }: Token, { name, type }: ComparableProperty): Comparable | typeof NULL {
  if (kind === 'word') return NULL;
  if (type === 'Edm.String' && kind === 'string') return folded(text);
  if (type === 'Edm.Int32' && kind === 'number' && Math.abs(Number(text)) <= 2 ** 31) return Number(text);
  const ticks = type === 'Edm.DateTimeOffset' && kind === 'date' ? ticksOf(text, true) : undefined;
  if (ticks !== undefined) return ticks;
  throw badRequest(
    `Invalid filter clause: The value '${text}' is incompatible with the type '${type}' of the property '${name}'.`,
  );
}
