import type { Emit } from '../outcome/events.ts';
import type { Result } from '../outcome/result.ts';
import type { Runtime } from '../process/runtime.ts';
import type { Secrets } from '../process/secrets.ts';
import type { OptionRow, OptionsOf } from './options/option-row.ts';

export interface ArgumentRow {
  /** In commander's notation: `<id>`, `[file]`, `<ids...>`. */
  readonly name: string;
  readonly description: string;
  /** The allowed values; undefined if any value is allowed. */
  readonly choices?: readonly string[];
}

interface Example {
  readonly what: string;
  /** The command line without the name of the program. Further commands of a pipeline are complete. */
  readonly line: string;
}

/** The input of an action. */
export interface Invocation<Options = unknown> {
  readonly runtime: Runtime;
  readonly args: readonly string[];
  /** The given options of the command: `OptionsOf` its rows. */
  readonly options: Options;
  readonly emit: Emit;
  /** Holds every acquired secret, and blanks them in the answers of services. */
  readonly secrets: Secrets;
  /**
   * Registers a function that closes a resource of the command. The functions are called after the result has been
   * presented or the command has failed, in reverse order. Nothing else closes a resource, since a result may still need
   * it, such as the connection of a stream of records.
   */
  defer(close: () => Promise<void>): void;
}

/** Executes a command. It passes every resource that it opens to `defer` at once. */
export type Action<Options = unknown> = (invocation: Invocation<Options>) => Promise<Result>;

/** The headings of the commands in the help of the program, in its order. */
export const COMMAND_GROUPS = ['Read', 'Change', 'Sign in', 'Prepare'] as const;

/** The declaration of a command, for the command line, the help and the completion. */
interface CommandRow {
  readonly name: string;
  /** The command writes at most once, and its error line says whether the write was stored. */
  readonly writesOnce?: true;
  readonly summary: string;
  readonly group?: (typeof COMMAND_GROUPS)[number];
  /** Text below the usage line of the command's help. Two line breaks separate paragraphs; a single one is a space. */
  readonly details?: string;
  readonly arguments: readonly ArgumentRow[];
  /** All options, including shared ones. */
  readonly options: readonly OptionRow[];
  readonly examples: readonly Example[];
}

/** A command with an action that returns a result. */
export interface ActingCommand<Rows extends readonly OptionRow[] = readonly OptionRow[]> extends CommandRow {
  readonly options: Rows;
  /** Imports the action when the command is called, so that other commands start faster. */
  load(): Promise<Action<OptionsOf<Rows>>>;
}

/** A command that prints a text without formats, and has no options. */
export interface AnsweringCommand extends CommandRow {
  readonly options: readonly [];
  /** Imports the function when the command is called. */
  loadAnswer(): Promise<Answer>;
}

/** Returns the text for the arguments. @throws a `usage` Failure for unknown arguments */
export type Answer = (args: readonly string[]) => string;

export type Command = ActingCommand | AnsweringCommand;
