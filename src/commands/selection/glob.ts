/** One step of a pattern: any text, or one character that is allowed. */
type Step = 'any text' | ((character: Character) => boolean);

interface Character {
  readonly itself: string;
  /** The same for every letter case. */
  readonly folded: string;
}

/**
 * Compiles a pattern as a shell has it: `*` any text, `?` one character, `[a-z]` one of these, `[!a]` any other, and a
 * backslash before a character that stands for itself. A bracket that is never closed stands for itself as well.
 * Characters are code points of Unicode in its composed form (NFC); letter case does not count.
 * @returns whether a text as a whole is what the pattern says; its time is at most the product of both lengths
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const steps = stepsOf([...pattern.normalize('NFC')]);
  return (text) => matches(steps, Array.from(text.normalize('NFC'), characterOf));
}

/** After a mismatch only the last `*` takes one character more: whatever an earlier one could take, the last can. */
function matches(steps: readonly Step[], text: readonly Character[]): boolean {
  let step = 0;
  let at = 0;
  let star: { readonly step: number; at: number } | undefined;
  while (at < text.length) {
    const wanted = steps[step];
    if (wanted === 'any text') {
      star = { step, at };
      step += 1;
    } else if (wanted?.(text[at] as Character)) {
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
  // What closes no bracket closes none that opens after it: it is looked for once, however many open.
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

/** Folded both ways, since a small letter may have two capitals, and a capital two small letters. */
function characterOf(itself: string): Character {
  return { itself, folded: itself.toUpperCase().toLowerCase() };
}

/** A set in brackets, and where its last one stands. */
interface CharacterSet {
  readonly step: Step;
  readonly end: number;
}

interface Range {
  readonly first: string;
  readonly last: string;
}

/** The set that begins at `start`, behind its bracket; undefined where none closes it. */
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
  // A bracket that closes at once would be a set of nothing: it is the first of the set.
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
