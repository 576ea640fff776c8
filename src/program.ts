import { Command as CommanderCommand, CommanderError, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { Command, OptionRow, Options } from './commands/command.ts';
import { COMMANDS } from './commands/index.ts';
import { usage } from './errors.ts';

/** What the command line asks for: a command to run, or a text that answers it already (help, the version). */
export type Call =
  | { readonly command: Command; readonly args: readonly string[]; readonly options: Options }
  | { readonly text: string };

/**
 * Reads the command line.
 * @param width columns that help may take
 * @throws a `usage` Failure with the nearest right command or option
 */
export function readCommandLine(argv: readonly string[], width: number): Call {
  let call: Call | undefined;
  let text = '';
  const program = buildProgram((made) => {
    call = made;
  });
  forEach(program, (command) =>
    command.exitOverride().configureOutput({
      writeOut: (part) => (text += part),
      writeErr: () => undefined,
      getOutHelpWidth: () => width,
    }),
  );
  if (argv.length === 0) return { text: program.helpInformation() };
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw wrongCommandLine(error, argv);
  }
  return call ?? { text };
}

/** The command tree. `onCall` hears what was called, and with what. */
function buildProgram(onCall: (call: Call) => void): CommanderCommand {
  const program = new CommanderCommand('graph-overview')
    .description(manifest.description)
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showSuggestionAfterError()
    .enablePositionalOptions();
  for (const command of COMMANDS) program.addCommand(buildCommand(command, onCall));
  return program;
}

function buildCommand(command: Command, onCall: (call: Call) => void): CommanderCommand {
  const built = new CommanderCommand(command.name)
    .summary(command.summary)
    .description(command.details ?? command.summary)
    .helpOption('-h, --help', 'print help')
    .showSuggestionAfterError()
    .allowExcessArguments(false);
  for (const { name, description } of command.arguments) built.argument(name, description);
  for (const row of command.options) built.addOption(buildOption(row));
  built.addHelpText('after', examplesText(command));
  built.action((...parameters: unknown[]) => {
    const args = parameters
      .slice(0, command.arguments.length)
      .flat()
      .filter((arg) => arg !== undefined) as string[];
    onCall({ command, args, options: built.opts() });
  });
  return built;
}

function buildOption({ flags, description, environment, once, group }: OptionRow): Option {
  const option = new Option(
    flags,
    environment === undefined ? description : `${description} [env: ${environment}]`,
  );
  if (group !== undefined) option.helpGroup(group);
  if (once) option.argParser((value, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return option;
}

function examplesText({ examples }: Command): string {
  const lines = examples.map(({ what, line }) => `  # ${what}\n  graph-overview ${line}`);
  return lines.length === 0 ? '' : `\nExamples:\n${lines.join('\n')}\n`;
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
