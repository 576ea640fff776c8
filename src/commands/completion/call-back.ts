import type { Runtime } from '../../process/runtime.ts';
import type { Command } from '../command.ts';
import { readBashLine } from './bash-line.ts';
import type { Candidate, Completion } from './candidate.ts';
import { complete } from './complete.ts';
import { unquote } from './unquote.ts';

/**
 * Answers the completion scripts, which call the program for candidates. The first argument is the shell; the others
 * depend on it:
 *
 * - `bash <COMP_WORDBREAKS> <line up to the cursor>`
 * - `zsh <word>…`, unquoted, the last one at the cursor
 * - `fish <word>…`, the last one with its quotes
 * - `powershell`, with the words as lines of GRAPH_OVERVIEW_COMPLETE, since PowerShell loses quotes and empty arguments
 *
 * @returns `files` or `words` on the first line, then a line for each candidate, with a tab and its description except for
 *   bash
 */
export async function answerShell(
  commands: readonly Command[],
  args: readonly string[],
  runtime: Runtime,
): Promise<string> {
  const [shell, ...rest] = args;
  if (shell === 'bash') return bash(commands, rest, runtime);
  const words = shell === 'powershell' ? (runtime.env.GRAPH_OVERVIEW_COMPLETE ?? '').split('\n') : rest;
  const typed = words.at(-1) ?? '';
  const escaping = shell === 'powershell' ? '`' : '\\';
  const current = shell === 'zsh' ? typed : unquote(typed, escaping);
  const completion = await complete(commands, words.slice(0, -1), current, runtime);
  // zsh and fish filter the candidates themselves, by the user's settings.
  return shell === 'powershell' && completion !== 'files'
    ? linesOf(matching(completion, current), described)
    : linesOf(completion, described);
}

async function bash(
  commands: readonly Command[],
  [breaks = '', line = '']: readonly string[],
  runtime: Runtime,
): Promise<string> {
  const { before, current, kept, quote, redirected } = readBashLine(line, breaks);
  const completion = redirected ? 'files' : await complete(commands, before, current, runtime);
  if (completion === 'files') return linesOf(completion, ({ value }) => value);
  return linesOf(matching(completion, current), ({ value }) => quoteForBash(value.slice(kept), quote));
}

/** Quotes a word for bash, which inserts candidates unchanged. */
function quoteForBash(text: string, quote: string | undefined): string {
  if (quote === "'") return text.replaceAll("'", String.raw`'\''`);
  if (quote === '"') return text.replaceAll(/["\\$`]/g, String.raw`\$&`);
  return text.replaceAll(/[^\w\u0080-\uffff./:=@%+,-]/g, String.raw`\$&`);
}

/** The candidates that start with the typed word; if there are none, those that do so case-insensitively. */
function matching(completion: readonly Candidate[], current: string): readonly Candidate[] {
  const exact = completion.filter(({ value }) => value.startsWith(current));
  if (exact.length > 0) return exact;
  const typed = current.toLowerCase();
  return completion.filter(({ value }) => value.toLowerCase().startsWith(typed));
}

function linesOf(completion: Completion, line: (candidate: Candidate) => string): string {
  if (completion === 'files') return 'files\n';
  return ['words', ...completion.map(line)].map((text) => `${text}\n`).join('');
}

/** A line with the description. Its apostrophe is replaced, since the shell may use another encoding. */
function described({ value, description }: Candidate): string {
  const text = description.replaceAll('’', "'").replaceAll(/\s+/g, ' ');
  return text === '' ? value : `${value}\t${text}`;
}
