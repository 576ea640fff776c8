import { LIST_COLUMNS } from '../../present/views/list-columns.ts';
import { SORT_WORDS } from '../selection/order.ts';
import type { Candidate } from './candidate.ts';

/** Candidates for `--columns`: names separated by commas, each once. */
export function columnCandidates(typed: string): Candidate[] {
  return nextOf(
    typed,
    LIST_COLUMNS.map(({ word }) => word),
  );
}

/** Candidates for `--sort`: keys separated by commas, each once, with a leading `-` for descending order. */
export function sortCandidates(typed: string): Candidate[] {
  const ascending = nextOf(typed, SORT_WORDS);
  const descending = nextOf(
    typed,
    SORT_WORDS.map((word) => `-${word}`),
  );
  return [...ascending, ...descending.map((candidate) => ({ ...candidate, description: 'Descending' }))];
}

function nextOf(typed: string, words: readonly string[]): Candidate[] {
  const before = typed.slice(0, typed.lastIndexOf(',') + 1);
  const used = before.split(',').map(plain);
  return words
    .filter((word) => !used.includes(plain(word)))
    .map((word) => ({ value: before + word, description: '' }));
}

function plain(word: string): string {
  return word.replace(/^[-+]/, '');
}
