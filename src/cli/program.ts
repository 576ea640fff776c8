import { readFileSync } from 'node:fs';
import manifest from '../../package.json' with { type: 'json' };
import type { ActingCommand, ArgumentRow } from '../commands/command.ts';
import { COMMANDS } from '../commands/index.ts';
import type { OutputOptions } from '../commands/options/shared-options.ts';
import { widthOf } from '../present/width.ts';
import type { Runtime } from '../process/runtime.ts';

/** What the command line asks for: a command to run, or a text that answers it already (help, the version). */
export type Call =
  | { readonly command: ActingCommand; readonly args: readonly string[]; readonly options: OutputOptions }
  | { readonly text: string };

/** What the completion scripts call; it stands in no help. */
const CALL_BACK = '__complete';

/** Columns that help may take where nothing limits it. */
const WIDTH = 100;

/**
 * Reads the command line. The parser is loaded only where there is something to parse.
 * @throws a `usage` Failure with the nearest right command or option
 */
export async function readCommandLine(runtime: Runtime): Promise<Call> {
  const { argv, env, stdout } = runtime;
  const [name, ...args] = argv;
  if (name === undefined) return { text: (await import('./intro.ts')).INTRO };
  if (name === CALL_BACK) {
    const { answerShell } = await import('../commands/completion/call-back.ts');
    return { text: await answerShell(COMMANDS, args, runtime) };
  }
  const plain = COMMANDS.find((command) => command.name === name);
  if (plain !== undefined && 'loadAnswer' in plain && args.length > 0 && !args.some(looksLikeFlag)) {
    return { text: (await plain.loadAnswer())(args) };
  }
  const [only] = args.length === 0 ? [name] : [];
  if (only === '--version' || only === '-V') return { text: `${manifest.version}\n` };
  if (only === '--help' || only === '-h' || only === 'help') {
    const ready = widthOf(stdout, env) === undefined ? readyHelp() : undefined;
    if (ready !== undefined) return { text: ready };
  }
  if (plain !== undefined && 'load' in plain && args.length === 0 && plain.arguments.every(mayBeMissing)) {
    return { command: plain, args: [], options: {} };
  }
  const { parse } = await import('./command-tree.ts');
  const parsed = parse(argv, widthOf(stdout, env) ?? WIDTH);
  if ('text' in parsed) return parsed;
  const { command, options } = parsed;
  if ('loadAnswer' in command) return { text: (await command.loadAnswer())(parsed.args) };
  return { command, args: parsed.args, options };
}

/** The help of the program as the build made it, beside the bundle; undefined where there is none. */
function readyHelp(): string | undefined {
  try {
    return readFileSync(new URL('./help.txt', import.meta.url), 'utf8');
  } catch {
    return undefined;
  }
}

/** `[file]`, not `<id>`. */
function mayBeMissing({ name }: ArgumentRow): boolean {
  return name.startsWith('[');
}

function looksLikeFlag(word: string): boolean {
  return word.startsWith('-');
}
