import type { Emit } from '../outcome/events.ts';
import type { Result } from '../outcome/result.ts';
import type { Runtime } from '../process/runtime.ts';
import type { Secrets } from '../process/secrets.ts';
import type { OptionRow, OptionsOf } from './options/option-row.ts';

export interface ArgumentRow {
  /** As commander writes it: `<id>`, `[file]`, `<ids...>`. */
  readonly name: string;
  readonly description: string;
  /** The values it takes, where there are only some. */
  readonly choices?: readonly string[];
}

interface Example {
  readonly what: string;
  /** Without the program's name in front; further commands of a pipeline are written in full. */
  readonly line: string;
}

/** What an action is given. */
export interface Invocation<Given = unknown> {
  readonly runtime: Runtime;
  readonly args: readonly string[];
  /** What the options of the command are given: `OptionsOf` its rows. */
  readonly options: Given;
  readonly emit: Emit;
  /** Gets every acquired secret, and blanks them in what is read from a service. */
  readonly secrets: Secrets;
  /**
   * Closes what the command has opened: once its result has been presented or it has failed, the last opened first.
   * Nothing else closes what a result may still need, such as the connection of a stream of records.
   */
  defer(close: () => Promise<void>): void;
}

/** Carries out a command. Whatever it opens is given to `defer` at once. */
export type Action<Given = unknown> = (invocation: Invocation<Given>) => Promise<Result>;

/** The headings that commands stand under in the help of the program, in its order. */
export const COMMAND_GROUPS = ['Look', 'Change', 'Sign in', 'Prepare'] as const;

/** What the command line, help and completion know of a command. */
interface CommandRow {
  readonly name: string;
  /** It writes once at most, and its error line says whether that was stored. */
  readonly writesOnce?: true;
  readonly summary: string;
  readonly group?: (typeof COMMAND_GROUPS)[number];
  /** Shown under the usage line of the command's help; a line break starts a paragraph only where it is doubled. */
  readonly details?: string;
  readonly arguments: readonly ArgumentRow[];
  /** All of them, shared ones included. */
  readonly options: readonly OptionRow[];
  readonly examples: readonly Example[];
}

/** A command that does something and returns a result. */
export interface ActingCommand<Rows extends readonly OptionRow[] = readonly OptionRow[]> extends CommandRow {
  readonly options: Rows;
  /** Imported when the command is called, so that no other command pays for it. */
  load(): Promise<Action<OptionsOf<Rows>>>;
}

/** A command that answers with a text that no format shapes; it has arguments and no options. */
export interface AnsweringCommand extends CommandRow {
  readonly options: readonly [];
  /** Imported when the command is called. */
  loadAnswer(): Promise<Answer>;
}

/** @throws a `usage` Failure for arguments it does not know */
export type Answer = (args: readonly string[]) => string;

export type Command = ActingCommand | AnsweringCommand;
