/**
 * Removes the quotes of an incomplete word, since fish and PowerShell pass the word at the cursor unchanged.
 * @param escaping the character that escapes the next one: a backslash in fish, a backtick in PowerShell
 */
export function unquote(typed: string, escaping: '\\' | '`'): string {
  let text = '';
  let quote: string | undefined;
  for (let index = 0; index < typed.length; index += 1) {
    const char = typed[index] ?? '';
    if (char === quote) quote = undefined;
    else if (quote === undefined && (char === '"' || char === "'")) quote = char;
    else if (char === escaping && quote !== "'") text += typed[++index] ?? '';
    else text += char;
  }
  return text;
}
