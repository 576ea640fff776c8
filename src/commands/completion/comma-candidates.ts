import { LIST_COLUMNS } from '../../present/views/list-columns.ts';
import { SORT_WORDS } from '../selection/order.ts';
import type { Candidate } from './candidate.ts';

/** What may stand after `--columns`: names with commas between them, each once. */
export function columnCandidates(typed: string): Candidate[] {
  return nextOf(
    typed,
    LIST_COLUMNS.map(({ word }) => word),
  );
}

/** What may stand after `--sort`: keys with commas between them, each once; a `-` in front has the largest first. */
export function sortCandidates(typed: string): Candidate[] {
  const rising = nextOf(typed, SORT_WORDS);
  const falling = nextOf(
    typed,
    SORT_WORDS.map((word) => `-${word}`),
  );
  return [...rising, ...falling.map((candidate) => ({ ...candidate, description: 'The largest first' }))];
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
