import type { Runtime } from '../../process/runtime.ts';
import type { Command } from '../command.ts';
import { readBashLine } from './bash-line.ts';
import type { Candidate, Completion } from './candidate.ts';
import { complete } from './complete.ts';
import { unquote } from './unquote.ts';

/**
 * What the scripts of `completion` call back for candidates. The first argument is the shell; what follows is what
 * that shell knows:
 *
 * - `bash <COMP_WORDBREAKS> <line up to the cursor>`
 * - `zsh <word>…`, unquoted, the last one at the cursor
 * - `fish <word>…`, the last one as it stands
 * - `powershell`, the words a line each in GRAPH_OVERVIEW_COMPLETE, since PowerShell loses quotes and empty arguments
 *
 * @returns `files` or `words` on the first line, then a candidate a line; but for bash, a tab and its description
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
  // zsh and fish compare by rules of their own, which the user sets.
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

/** A word as it has to stand on a line of bash, which takes candidates as they are. */
function quoteForBash(text: string, quote: string | undefined): string {
  if (quote === "'") return text.replaceAll("'", String.raw`'\''`);
  if (quote === '"') return text.replaceAll(/["\\$`]/g, String.raw`\$&`);
  return text.replaceAll(/[^\w\u0080-\uffff./:=@%+,-]/g, String.raw`\$&`);
}

/** What begins like the word that was typed; in any letter case where nothing does otherwise. */
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

/** The apostrophe becomes the plain one: a shell may read another encoding. */
function described({ value, description }: Candidate): string {
  const text = description.replaceAll('’', "'").replaceAll(/\s+/g, ' ');
  return text === '' ? value : `${value}\t${text}`;
}
