/** How JSON may escape a character of a secret: `\u0065`, or a slash after a backslash. */
const ESCAPE = /\\(?:u00[2-7]|\/)/i;

/** Levels of nested escaping that are searched: an answer may have a string with JSON that has strings. */
const MAX_LEVELS = 3;

/**
 * Applies `blank` to the strings of a JSON text in their unescaped form, property names included. Numbers, structure and
 * strings without a match stay unchanged. Escapes outside of strings are not JSON, but are handled in the same way. Text
 * without escapes, which is nearly every answer, is returned at once.
 */
export function blankEscaped(text: string, blank: (text: string) => string): string {
  if (!ESCAPE.test(text)) return text;
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const open = indexOr(text.length, text.indexOf('"', at));
    const close = endOfString(text, open);
    const escaped = text.slice(open + 1, close);
    const blanked = blankLevels(escaped, blank, MAX_LEVELS);
    parts.push(blankLevels(text.slice(at, open), blank, MAX_LEVELS));
    parts.push(blanked === escaped ? text.slice(open, close) : JSON.stringify(blanked).slice(0, -1));
    parts.push(text.slice(close, close + 1));
    at = close + 1;
  }
  return parts.join('');
}

/** The unescaped text if it has a match, else the text unchanged. */
function blankLevels(escaped: string, blank: (text: string) => string, levels: number): string {
  if (levels === 0 || !ESCAPE.test(escaped)) return escaped;
  const read = unescaped(escaped);
  const blanked = blankLevels(blank(read), blank, levels - 1);
  return blanked === read ? escaped : blanked;
}

/** The index of the quote that closes the string opened at `open`; the end of the text if none does. */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return Math.min(at, text.length);
}

function indexOr(fallback: number, index: number): number {
  return index === -1 ? fallback : index;
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
