/**
 * Maximum nesting of JSON: more than any answer has. Deeper JSON would overflow the stack of recursive code such
 * as `JSON.stringify`.
 */
export const MAX_DEPTH = 64;

/** The same for what this program has saved: it has values of answers within its own records. */
export const MAX_SAVED_DEPTH = MAX_DEPTH + 8;

/** Whether the arrays and objects of a JSON text are nested deeper than `max`. */
export function isTooDeep(json: string, max = MAX_DEPTH): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      if (depth > max) return true;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
