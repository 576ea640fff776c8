/** Maximum nesting: more than any body of Graph has. */
const MAX_DEPTH = 64;

/**
 * Whether a JSON text is nested too deeply to be written again: `JSON.stringify` would overflow the stack. It
 * takes linear time.
 */
export function isNestedTooDeeply(json: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (character === '"') inString = !inString;
    else if (inString && character === '\\') at += 1;
    else if (!inString && (character === '[' || character === '{')) depth += 1;
    else if (!inString && (character === ']' || character === '}')) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
