import { distance } from 'fastest-levenshtein';

/** How much of a word may be wrong for it still to be taken for another. */
const SHARE_WRONG = 0.5;

/** Shorter parts than this are in too many names, in characters. */
const LEAST_PART = 3;

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

/**
 * The names nearest to a wrong one, best first: those that begin with it, then those that it is a part of, then those
 * that are spelt nearly like it.
 */
export function nearestNames(wrong: string, names: readonly string[], howMany = 3): string[] {
  const typed = wrong.normalize('NFC').toLowerCase();
  const ranked = [...new Set(names)].flatMap((name) => {
    const right = name.normalize('NFC').toLowerCase();
    const part = typed.length < LEAST_PART ? -1 : right.indexOf(typed);
    if (part >= 0) return [{ name, rank: Math.min(part, 1), far: right.length }];
    const longest = Math.max(typed.length, right.length);
    // The difference in length alone would be too much.
    if (Math.abs(typed.length - right.length) > longest * SHARE_WRONG) return [];
    const far = distance(typed, right);
    return far > longest * SHARE_WRONG ? [] : [{ name, rank: 2, far }];
  });
  ranked.sort((one, other) => one.rank - other.rank || one.far - other.far);
  return ranked.slice(0, howMany).map(({ name }) => name);
}
