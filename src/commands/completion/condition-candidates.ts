import { PROPERTIES, type PropertyRow } from '../../catalog/properties.ts';
import { OPERATORS, propertyOfWord } from '../../overview/condition/index.ts';
import type { Candidate } from './candidate.ts';

/** The kind of word that must follow in a condition. */
type Expected =
  | { readonly kind: 'property' | 'joiner' }
  | { readonly kind: 'operator' | 'bound'; readonly property: PropertyRow | undefined };

/**
 * Candidates for the next word of a condition. If only one word fits and another must follow, it is offered together with
 * each of the following words, since the shell would otherwise end the condition after it.
 * @param typed the condition so far, without quotes
 */
export function conditionCandidates(typed: string): Candidate[] {
  const piece = typed.split(/[\s()]/).at(-1) ?? '';
  const before = typed.slice(0, typed.length - piece.length);
  const expected = expectedAfter(before);
  const fitting = wordsFor(expected).filter(({ value }) => startsWith(value, piece));
  const named = expected.kind === 'property' && fitting.length === 0 ? namesLike(piece) : fitting;
  const [only] = named;
  const words = named.length === 1 && only !== undefined ? followed(only, expected) : named;
  return words.map(({ value, description }) => ({ value: before + value, description }));
}

/** The kind of word that must follow the words so far. */
function expectedAfter(before: string): Expected {
  let expected: Expected = { kind: 'property' };
  for (const word of before.match(/[()]|[<>=!]+|[^\s()<>=!]+/g) ?? []) expected = afterWord(expected, word);
  return expected;
}

function afterWord(expected: Expected, word: string): Expected {
  if (word === ')') return { kind: 'joiner' };
  switch (expected.kind) {
    case 'property':
      return word === '(' || word.toLowerCase() === 'not'
        ? expected
        : { kind: 'operator', property: propertyOfWord(word) };
    case 'operator':
      return { kind: 'bound', property: expected.property };
    case 'bound':
      return { kind: 'joiner' };
    case 'joiner':
      return { kind: 'property' };
  }
}

const FLAGS: readonly Candidate[] = PROPERTIES.map(({ flag: value, description }) => ({
  value,
  description,
}));
const NOT: Candidate = { value: 'not', description: 'The following does not hold' };

const JOINERS: readonly Candidate[] = [
  { value: 'and', description: 'Both hold' },
  { value: 'or', description: 'One of them holds' },
];

const MEANINGS: Readonly<Record<(typeof OPERATORS)[number], string>> = {
  eq: 'equal to',
  ne: 'not equal to',
  gt: 'greater than',
  ge: 'greater than or equal to',
  lt: 'less than',
  le: 'less than or equal to',
};

function wordsFor(expected: Expected): readonly Candidate[] {
  switch (expected.kind) {
    case 'property':
      return [...FLAGS, NOT];
    case 'joiner':
      return JOINERS;
    case 'operator': {
      const some = expected.property?.type === 'Edm.String' ? (['eq', 'ne'] as const) : OPERATORS;
      return some.map((value) => ({ value, description: MEANINGS[value] }));
    }
    case 'bound':
      return boundsOf(expected.property);
  }
}

/** Examples of values for a comparison. */
function boundsOf(property: PropertyRow | undefined): readonly Candidate[] {
  if (property?.counts)
    return [
      { value: '0', description: 'Devices' },
      { value: '5%', description: 'Of all devices' },
    ];
  if (property?.type !== 'Edm.DateTimeOffset') return [];
  return [
    { value: '-1d', description: 'A day ago' },
    { value: '-7d', description: 'A week ago' },
    { value: 'now', description: '' },
  ];
}

/** Graph's names of properties, offered only if they are typed. */
function namesLike(piece: string): readonly Candidate[] {
  return PROPERTIES.filter(({ name }) => startsWith(name, piece)).map(({ name, description }) => ({
    value: name,
    description,
  }));
}

/** A word with each of the words that must follow it; the word itself if it may be the last. */
function followed(word: Candidate, expected: Expected): readonly Candidate[] {
  if (expected.kind === 'bound') return [word];
  const next = wordsFor(afterWord(expected, word.value));
  if (next.length === 0) return [word];
  return next.map(({ value, description }) => ({ value: `${word.value} ${value}`, description }));
}

function startsWith(word: string, piece: string): boolean {
  return word.toLowerCase().startsWith(piece.toLowerCase());
}
