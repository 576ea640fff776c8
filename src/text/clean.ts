/**
 * Characters that control a terminal or are invisible: C0 and C1 controls, DEL, bidirectional marks, line and paragraph
 * separators, lone surrogates. Text of a tenant may contain any of them.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text on one line that is safe for a terminal: unsafe characters as `\u{1b}`, line breaks and tabs as a space. */
export function clean(text: string): string {
  return text.replaceAll(UNSAFE, (character) =>
    /[\t\n\r]/.test(character) ? ' ' : `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}

/** Like `clean`, for text of several lines: keeps line breaks and tabs. */
export function cleanLines(text: string): string {
  return text.replaceAll(UNSAFE, (character) =>
    /[\t\n]/.test(character) ? character : `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}

/** Whether a text contains unsafe characters other than line breaks. */
export function isUnsafe(text: string): boolean {
  return text.replaceAll('\n', '').search(UNSAFE) >= 0;
}

/**
 * JSON text without unsafe characters: the same value, with `\u009b` in place of the character. JSON.stringify escapes
 * C0 only.
 */
export function cleanJson(json: string): string {
  return json.replaceAll(UNSAFE, (character) =>
    // A control character that JSON.stringify left unescaped is its own indentation.
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
