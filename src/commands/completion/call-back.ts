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
  return shell === 'powershell'
    ? linesOf(matching(completion, current.toLowerCase()), described)
    : linesOf(completion, described);
}

async function bash(
  commands: readonly Command[],
  [breaks = '', line = '']: readonly string[],
  runtime: Runtime,
): Promise<string> {
  const { before, current, kept, redirected } = readBashLine(line, breaks);
  const completion = redirected ? 'files' : await complete(commands, before, current, runtime);
  return linesOf(matching(completion, current), ({ value }) => value.slice(kept));
}

function matching(completion: Completion, current: string): Completion {
  return completion === 'files' ? completion : completion.filter(({ value }) => value.startsWith(current));
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
