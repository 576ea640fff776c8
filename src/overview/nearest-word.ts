import { distance } from 'fastest-levenshtein';

/** How much of a word may be wrong for it still to be taken for another. */
const SHARE_WRONG = 0.5;

/**
 * The right word nearest to a wrong one; undefined where none is near. What it is the start of is nearer than anything
 * else.
 */
export function nearestWord<Word extends string>(wrong: string, right: readonly Word[]): Word | undefined {
  // More than half of what is longer than this is wrong, whichever word was meant.
  if (wrong.length > Math.max(...right.map((word) => word.length)) / SHARE_WRONG) return undefined;
  const typed = wrong.toLowerCase();
  const ranked = right
    .map((word) => ({ word, far: distance(typed, word.toLowerCase()) }))
    .sort((one, other) => one.far - other.far);
  const started = ranked.find(({ word }) => typed !== '' && word.toLowerCase().startsWith(typed));
  const [best] = ranked;
  if (started !== undefined || best === undefined) return started?.word;
  return best.far <= Math.max(typed.length, best.word.length) * SHARE_WRONG ? best.word : undefined;
}
