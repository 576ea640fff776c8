import { distance } from 'fastest-levenshtein';

/** The largest share of wrong characters for a suggestion. */
const MAX_WRONG_SHARE = 0.5;

/** Minimum length of a part of a name in characters: shorter ones are in too many names. */
const MIN_PART_LENGTH = 3;

/** The valid word nearest to a wrong one; undefined if none is near. A word that starts with the wrong one is preferred. */
export function nearestWord<Word extends string>(wrong: string, right: readonly Word[]): Word | undefined {
  // A longer word has more wrong characters than that for any valid word.
  if (wrong.length > Math.max(...right.map((word) => word.length)) / MAX_WRONG_SHARE) return undefined;
  const typed = wrong.toLowerCase();
  const ranked = right
    .map((word) => ({ word, edits: distance(typed, word.toLowerCase()) }))
    .sort((one, other) => one.edits - other.edits);
  const started = ranked.find(({ word }) => typed !== '' && word.toLowerCase().startsWith(typed));
  if (started !== undefined) return started.word;
  // Without words, any text is too long, so there is one.
  const best = ranked[0] as (typeof ranked)[number];
  return best.edits <= Math.max(typed.length, best.word.length) * MAX_WRONG_SHARE ? best.word : undefined;
}

/**
 * The names nearest to a wrong one, best first: names that start with it, then names that contain it, then names with a
 * similar spelling.
 */
export function nearestNames(wrong: string, names: readonly string[], howMany = 3): string[] {
  const typed = wrong.normalize('NFC').toLowerCase();
  const ranked = [...new Set(names)].flatMap((name) => {
    const right = name.normalize('NFC').toLowerCase();
    const part = typed.length < MIN_PART_LENGTH ? -1 : right.indexOf(typed);
    if (part >= 0) return [{ name, rank: Math.min(part, 1), far: right.length }];
    const longest = Math.max(typed.length, right.length);
    // The difference in length alone exceeds the limit.
    if (Math.abs(typed.length - right.length) > longest * MAX_WRONG_SHARE) return [];
    const far = distance(typed, right);
    return far > longest * MAX_WRONG_SHARE ? [] : [{ name, rank: 2, far }];
  });
  ranked.sort((one, other) => one.rank - other.rank || one.far - other.far);
  return ranked.slice(0, howMany).map(({ name }) => name);
}
