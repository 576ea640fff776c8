import { Command as CommanderCommand, CommanderError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { COMMAND_GROUPS, type Command } from '../commands/command.ts';
import { COMMANDS } from '../commands/index.ts';
import type { OptionRow } from '../commands/options/option-row.ts';
import type { OutputOptions } from '../commands/options/shared-options.ts';
import { usage } from '../outcome/errors.ts';
import { detailsOf, examplesText, HELP_LAYOUT } from './help-layout.ts';

/** A command with its arguments and options, or the text of the requested help. */
export type Parsed =
  | { readonly command: Command; readonly args: readonly string[]; readonly options: OutputOptions }
  | { readonly text: string };

/**
 * Parses a command line with the rows of the commands.
 * @param width of help texts, in columns
 * @throws a `usage` Failure with the nearest valid command or option
 */
export function parse(argv: readonly string[], width: number): Parsed {
  let parsed: Parsed | undefined;
  let text = '';
  const words = withoutHelpCommand(argv);
  const program = buildProgram(words[0], (call) => {
    parsed = call;
  });
  forEach(program, (command) =>
    command
      .exitOverride()
      .configureHelp(HELP_LAYOUT)
      .configureOutput({
        writeOut: (part) => (text += part),
        writeErr: () => undefined,
        getOutHelpWidth: () => width,
      }),
  );
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw wrongCommandLine(error, argv);
  }
  return parsed ?? { text };
}

/**
 * Turns `help <command>` into `<command> --help`. Words after an unknown command are dropped, so that the error is about the
 * command.
 */
function withoutHelpCommand(argv: readonly string[]): readonly string[] {
  const [first = '', topic] = argv;
  if (first === 'help' && topic === undefined) return ['--help'];
  if (first === 'help' && topic !== undefined) return isCommand(topic) ? [topic, '--help'] : [topic];
  return first.startsWith('-') || isCommand(first) ? argv : [first];
}

function isCommand(word: string): boolean {
  return COMMANDS.some(({ name }) => name === word);
}

/**
 * The command tree. If a command is called, the tree has that command only: building all of them takes longer than the
 * rest of the start-up.
 * @param called the first word of the command line
 * @param onCall called with the command, its arguments and its options
 */
function buildProgram(called: string | undefined, onCall: (call: Parsed) => void): CommanderCommand {
  const program = new CommanderCommand('graph-overview')
    .description(manifest.description)
    .version(manifest.version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print help; `<command> --help` has examples')
    .helpCommand(false)
    .showSuggestionAfterError()
    .enablePositionalOptions();
  const row = COMMANDS.find(({ name }) => name === called);
  if (row !== undefined) return program.addCommand(buildCommand(row, onCall));
  for (const other of inGroups()) program.addCommand(listed(other));
  return program;
}

/** The commands, sorted by group. */
function inGroups(): Command[] {
  const groups = [...COMMAND_GROUPS, undefined];
  return groups.flatMap((name) => COMMANDS.filter(({ group }) => group === name));
}

/** A command in the form that the help of the program lists. */
function listed({ name, summary, group }: Command): CommanderCommand {
  return new CommanderCommand(name).summary(summary).helpGroup(group === undefined ? 'More:' : `${group}:`);
}

/** A command with its arguments and options. */
function buildCommand(row: Command, onCall: (call: Parsed) => void): CommanderCommand {
  const command = listed(row)
    .description(detailsOf(row))
    .helpOption('-h, --help', 'Print help')
    .showSuggestionAfterError()
    .allowExcessArguments(false);
  for (const { name, description } of row.arguments) command.argument(name, description);
  for (const option of row.options) command.addOption(buildOption(option));
  command.addHelpText('after', examplesText(row));
  return command.action((...parameters: unknown[]) => {
    const args = parameters
      .slice(0, row.arguments.length)
      .flat()
      .filter((arg) => arg !== undefined) as string[];
    onCall({ command: row, args, options: command.opts() });
  });
}

function buildOption({ flags, description, environment, once, repeatable, group }: OptionRow): Option {
  const option = new Option(
    flags,
    environment === undefined ? description : `${description} [env: ${environment}]`,
  );
  if (group !== undefined) option.helpGroup(group);
  if (once || repeatable) {
    option.argParser((value, before: readonly string[] | undefined) => [...(before ?? []), value]);
  }
  return option;
}

function wrongCommandLine(error: CommanderError, argv: readonly string[]): Error {
  const named = COMMANDS.find(({ name }) => name === argv[0]);
  const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return usage(message, `see \`graph-overview ${named === undefined ? '' : `${named.name} `}--help\``);
}

function forEach(command: CommanderCommand, work: (command: CommanderCommand) => void): void {
  work(command);
  for (const child of command.commands) forEach(child, work);
}
