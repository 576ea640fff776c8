/**
 * Characters that control a terminal or are invisible, so that two different names could look the same: controls,
 * separators, lone surrogates, spaces other than U+0020 and U+3000, and what Unicode lets a renderer ignore (zero-width
 * characters, soft hyphens, fillers, tags, bidirectional marks). Text of a tenant may contain any of them. Letters of
 * different scripts that look alike are not among them.
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\ufff9-\ufffb]/gu;

/** Joiners and variation selectors, which are visible in emoji, and joiners in scripts that use them. */
const VISIBLE_IN_CONTEXT: ReadonlySet<string> = new Set(['\u200c', '\u200d', '\ufe0e', '\ufe0f']);
/** A selector after anything but a pictograph is replaced, so that nothing visible stands before the joiner. */
const AFTER_EMOJI = /(?:\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier}|\p{Regional_Indicator})$/u;
const BEFORE_EMOJI = /^\p{Extended_Pictographic}/u;
const KEYCAP_BASE = /[\d#*]$/;
const JOINED_LETTER =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Replaces unsafe characters, except those that are visible where they are. */
function replaceUnsafe(text: string, replacement: (character: string) => string): string {
  return text.replaceAll(UNSAFE, (character, at: number) =>
    isVisible(character, text, at) ? character : replacement(character),
  );
}

function isVisible(character: string, text: string, at: number): boolean {
  if (!VISIBLE_IN_CONTEXT.has(character)) return false;
  const before = text.slice(Math.max(0, at - 4), at);
  const after = text.slice(at + 1, at + 3);
  if (character === '\ufe0e' || character === '\ufe0f') {
    return KEYCAP_BASE.test(before) ? after.startsWith('\u20e3') : /\p{Extended_Pictographic}$/u.test(before);
  }
  if (character === '\u200d' && AFTER_EMOJI.test(before) && BEFORE_EMOJI.test(after)) return true;
  return JOINED_LETTER.test(before.slice(-1)) && JOINED_LETTER.test(after.slice(0, 1));
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}

/**
 * The second `#` of a command that pipelines read from the output of a step: `##vso[…]` and `##[…]` anywhere in a line
 * (Azure Pipelines, GitHub Actions), and those of other systems that look alike.
 */
const COMMAND = /(?<=#)#(?=\w*\[)/g;

/** The beginning of a command of GitHub Actions, which is `::…::` at the beginning of a line. */
const COMMAND_AT_START = /^([ \u3000]*):(?=:)/;

/** Whether a text contains what a pipeline could read as a command, in any of its lines. */
export function hasCommand(text: string): boolean {
  return text.search(COMMAND) >= 0 || /^[^\S\n\r\u2028\u2029]*::/m.test(text);
}

/** @param replacement of the second `#` */
function withoutCommands(text: string, replacement: (character: string) => string): string {
  return text.includes('##') ? text.replaceAll(COMMAND, replacement) : text;
}

/**
 * Text on one line that is safe for a terminal and for the log of a pipeline: unsafe characters as `\u{1b}`, line breaks and
 * tabs as a space.
 */
export function clean(text: string): string {
  const line = replaceUnsafe(text, (character) => (/[\t\n\r]/.test(character) ? ' ' : escaped(character)));
  return withoutCommands(line, escaped).replace(COMMAND_AT_START, (_, blanks) => `${blanks}${escaped(':')}`);
}

/** Like `clean`, for text of several lines: keeps line breaks and tabs. */
export function cleanLines(text: string): string {
  const lines = replaceUnsafe(text, (character) =>
    /[\t\n]/.test(character) ? character : escaped(character),
  );
  return withoutCommands(lines, escaped);
}

/** Whether a text contains unsafe characters other than line breaks. */
export function isUnsafe(text: string): boolean {
  return replaceUnsafe(text.replaceAll('\n', ''), () => '') !== text.replaceAll('\n', '');
}

/**
 * JSON text without unsafe characters and commands for pipelines: the same value, with `\u009b` in place of the character.
 * JSON.stringify escapes C0 only.
 */
export function cleanJson(json: string): string {
  const safe = replaceUnsafe(json, (character) =>
    // A control character that JSON.stringify left unescaped is its own indentation.
    character === '\n' ? character : escapedInJson(character),
  );
  return withoutCommands(safe, escapedInJson);
}

function escapedInJson(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
