import { distance } from 'fastest-levenshtein';

/** How much of a word may be wrong for it still to be taken for another. */
const SHARE_WRONG = 0.5;

/** The right word nearest to a wrong one; undefined where none is near. */
export function nearestWord<Word extends string>(wrong: string, right: readonly Word[]): Word | undefined {
  const typed = wrong.toLowerCase();
  const [best] = right
    .map((word) => ({ word, far: distance(typed, word.toLowerCase()) }))
    .sort((one, other) => one.far - other.far);
  if (best === undefined) return undefined;
  const isStart = typed !== '' && best.word.startsWith(typed);
  return isStart || best.far <= Math.max(typed.length, best.word.length) * SHARE_WRONG
    ? best.word
    : undefined;
}
