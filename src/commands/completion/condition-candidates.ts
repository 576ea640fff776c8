import { PROPERTIES, type PropertyRow } from '../../catalog/properties.ts';
import { OPERATORS, propertyOfWord } from '../../overview/condition/index.ts';
import type { Candidate } from './candidate.ts';

/** What a condition needs next. */
type Wanted =
  | { readonly kind: 'property' | 'joiner' }
  | { readonly kind: 'operator' | 'bound'; readonly property: PropertyRow | undefined };

/**
 * What may stand next in a condition, behind what was typed of it. Where one word alone fits and more must follow it, it
 * is offered with each of the words that may: a shell would take it for the end of the condition.
 * @param typed the condition so far, without quotes
 */
export function conditionCandidates(typed: string): Candidate[] {
  const piece = typed.split(/[\s()]/).at(-1) ?? '';
  const before = typed.slice(0, typed.length - piece.length);
  const wanted = wantedAfter(before);
  const fitting = wordsFor(wanted).filter(({ value }) => startsWith(value, piece));
  const named = wanted.kind === 'property' && fitting.length === 0 ? namesLike(piece) : fitting;
  const [only] = named;
  const words = named.length === 1 && only !== undefined ? followed(only, wanted) : named;
  return words.map(({ value, description }) => ({ value: before + value, description }));
}

/** Goes through the words of a condition as far as it stands. */
function wantedAfter(before: string): Wanted {
  let wanted: Wanted = { kind: 'property' };
  for (const word of before.match(/[()]|[<>=!]+|[^\s()<>=!]+/g) ?? []) wanted = afterWord(wanted, word);
  return wanted;
}

function afterWord(wanted: Wanted, word: string): Wanted {
  if (word === ')') return { kind: 'joiner' };
  switch (wanted.kind) {
    case 'property':
      return word === '(' || word.toLowerCase() === 'not'
        ? wanted
        : { kind: 'operator', property: propertyOfWord(word) };
    case 'operator':
      return { kind: 'bound', property: wanted.property };
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
const NOT: Candidate = { value: 'not', description: 'What follows does not hold' };

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

function wordsFor(wanted: Wanted): readonly Candidate[] {
  switch (wanted.kind) {
    case 'property':
      return [...FLAGS, NOT];
    case 'joiner':
      return JOINERS;
    case 'operator': {
      const some = wanted.property?.type === 'Edm.String' ? (['eq', 'ne'] as const) : OPERATORS;
      return some.map((value) => ({ value, description: MEANINGS[value] }));
    }
    case 'bound':
      return boundsOf(wanted.property);
  }
}

/** Examples of what it is compared with. */
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

/** Graph's names, for who types them. */
function namesLike(piece: string): readonly Candidate[] {
  return PROPERTIES.filter(({ name }) => startsWith(name, piece)).map(({ name, description }) => ({
    value: name,
    description,
  }));
}

/** A word with each of those that must follow it; itself where it may be the last. */
function followed(word: Candidate, wanted: Wanted): readonly Candidate[] {
  if (wanted.kind === 'bound') return [word];
  const next = wordsFor(afterWord(wanted, word.value));
  if (next.length === 0) return [word];
  return next.map(({ value, description }) => ({ value: `${word.value} ${value}`, description }));
}

function startsWith(word: string, piece: string): boolean {
  return word.toLowerCase().startsWith(piece.toLowerCase());
}
