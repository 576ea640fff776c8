/** What JSON may write in place of a character that a secret is made of: `\u0065`, or a slash behind a backslash. */
const ESCAPE = /\\(?:u00[2-7]|\/)/i;

/** The program reads a string of an answer, and in it, at most, JSON that holds strings of its own. */
const MOST_LEVELS = 3;

/**
 * Applies `blank` to the strings of a JSON text as they are once they have been parsed, names of properties included.
 * Numbers and structure stay as they are, and so does each string in which nothing was found. What escapes characters
 * outside of strings is no JSON, and is treated alike. Text without escapes is returned at once: that is nearly every
 * answer.
 */
export function blankEscaped(text: string, blank: (text: string) => string): string {
  if (!ESCAPE.test(text)) return text;
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const open = indexOr(text.length, text.indexOf('"', at));
    const close = endOfString(text, open);
    const escaped = text.slice(open + 1, close);
    const blanked = blankLevels(escaped, blank, MOST_LEVELS);
    parts.push(blankLevels(text.slice(at, open), blank, MOST_LEVELS));
    parts.push(blanked === escaped ? text.slice(open, close) : JSON.stringify(blanked).slice(0, -1));
    parts.push(text.slice(close, close + 1));
    at = close + 1;
  }
  return parts.join('');
}

/** The text with its escapes resolved where something was found in it, else as it was. */
function blankLevels(escaped: string, blank: (text: string) => string, levels: number): string {
  if (levels === 0 || !ESCAPE.test(escaped)) return escaped;
  const read = unescaped(escaped);
  const blanked = blankLevels(blank(read), blank, levels - 1);
  return blanked === read ? escaped : blanked;
}

/** Where the string that opens at `open` closes; the end of the text where it never does. */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return Math.min(at, text.length);
}

function indexOr(otherwise: number, index: number): number {
  return index === -1 ? otherwise : index;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:u([\da-f]{4})|(.))/gis,
    (_, code: string | undefined, character: string | undefined) =>
      code === undefined
        ? (CONTROLS[character ?? ''] ?? character ?? '')
        : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
