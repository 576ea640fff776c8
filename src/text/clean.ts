/**
 * What a terminal obeys or a reader cannot see: C0 and C1 controls, DEL, bidirectional marks, line and paragraph
 * separators, lone surrogates. A tenant's text may hold any of them.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text on one line that no terminal obeys: what is unsafe is shown as `\u{1b}`, line breaks and tabs as a space. */
export function clean(text: string): string {
  return text.replaceAll(UNSAFE, (character) =>
    /[\t\n\r]/.test(character) ? ' ' : `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}

/** The same for text of several lines: line breaks and tabs stay. */
export function cleanLines(text: string): string {
  return text.replaceAll(UNSAFE, (character) =>
    /[\t\n]/.test(character) ? character : `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}

/** Whether a text holds anything unsafe besides line breaks. */
export function isUnsafe(text: string): boolean {
  return text.replaceAll('\n', '').search(UNSAFE) >= 0;
}

/**
 * JSON text whose strings hold nothing unsafe: the same value, with `\u009b` in place of the character. JSON itself
 * escapes only C0.
 */
export function cleanJson(json: string): string {
  return json.replaceAll(UNSAFE, (character) =>
    // What JSON.stringify left unescaped below a space is its own indentation.
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
