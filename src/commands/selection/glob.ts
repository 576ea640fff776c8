/** One step of a pattern: any text, or a test of one character. */
type Step = 'any text' | ((character: Character) => boolean);

interface Character {
  readonly itself: string;
  /** The character with its letter case removed. */
  readonly folded: string;
}

/**
 * Compiles a shell pattern: `*` matches any text, `?` one character, `[a-z]` one of a set, `[!a]` one not in a set; a
 * backslash escapes the next character. A bracket without a closing one matches itself. Characters are code points in NFC,
 * and letter case is ignored.
 * @returns a function that matches a whole text; its time is at most the product of both lengths
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const steps = stepsOf([...pattern.normalize('NFC')]);
  return (text) => matches(steps, Array.from(text.normalize('NFC'), characterOf));
}

/** After a mismatch only the last `*` is extended: an earlier one cannot match more than the last one can. */
function matches(steps: readonly Step[], text: readonly Character[]): boolean {
  let step = 0;
  let at = 0;
  let star: { readonly step: number; at: number } | undefined;
  while (at < text.length) {
    const current = steps[step];
    if (current === 'any text') {
      star = { step, at };
      step += 1;
    } else if (current?.(text[at] as Character)) {
      step += 1;
      at += 1;
    } else if (star !== undefined) {
      star.at += 1;
      step = star.step + 1;
      at = star.at;
    } else return false;
  }
  return steps.slice(step).every((rest) => rest === 'any text');
}

function stepsOf(pattern: readonly string[]): Step[] {
  const steps: Step[] = [];
  // Without a closing bracket for one, there is none for a later one: searching once keeps the time linear.
  let closes = true;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] as string;
    const set: CharacterSet | undefined = character === '[' && closes ? setAt(pattern, at + 1) : undefined;
    if (character === '[') closes = set !== undefined;
    if (set !== undefined) {
      steps.push(set.step);
      at = set.end;
    } else if (character === '*') {
      if (steps.at(-1) !== 'any text') steps.push('any text');
    } else if (character === '?') steps.push(() => true);
    else {
      if (character === '\\' && at + 1 < pattern.length) at += 1;
      steps.push(same(pattern[at] as string));
    }
  }
  return steps;
}

function same(wanted: string): Step {
  const character = characterOf(wanted);
  return ({ folded }) => folded === character.folded;
}

/** Folds to upper and then to lower case, since a letter may have several forms of the other case. */
function characterOf(itself: string): Character {
  return { itself, folded: itself.toUpperCase().toLowerCase() };
}

/** A set in brackets, and the index of its closing bracket. */
interface CharacterSet {
  readonly step: Step;
  readonly end: number;
}

interface Range {
  readonly first: string;
  readonly last: string;
}

/** Parses the set after a bracket, from `start`; undefined without a closing bracket. */
function setAt(pattern: readonly string[], start: number): CharacterSet | undefined {
  const negated = pattern[start] === '!' || pattern[start] === '^';
  const ranges: Range[] = [];
  const from = negated ? start + 1 : start;
  let at = from;
  const take = (): string => {
    if (pattern[at] === '\\' && at + 1 < pattern.length) at += 1;
    at += 1;
    return pattern[at - 1] as string;
  };
  // A closing bracket at the start is a member of the set, since a set cannot be empty.
  while (at < pattern.length && (pattern[at] !== ']' || at === from)) {
    const first = take();
    const isRange = pattern[at] === '-' && at + 1 < pattern.length && pattern[at + 1] !== ']';
    if (isRange) at += 1;
    ranges.push({ first, last: isRange ? take() : first });
  }
  if (at >= pattern.length) return undefined;
  const step = ({ itself }: Character): boolean =>
    [itself, itself.toLowerCase(), itself.toUpperCase()].some((form) =>
      ranges.some((range) => isIn(form, range)),
    ) !== negated;
  return { step, end: at };
}

function isIn(character: string, { first, last }: Range): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code >= (first.codePointAt(0) ?? 0) && code <= (last.codePointAt(0) ?? 0);
}
