/**
 * A word as it is being typed, without its quotes: fish and PowerShell hand over the word at the cursor as it stands.
 * @param escaping the character that makes the next one literal: a backslash in fish, a backtick in PowerShell
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
