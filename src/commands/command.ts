import type { Report } from '../outcome/events.ts';
import type { Result } from '../outcome/result.ts';
import type { Runtime } from '../process/runtime.ts';
import type { Secrets } from '../process/secrets.ts';

/** One option of a command, as the command line, help and completion know it. */
export interface OptionRow {
  /** As commander writes it: `-o, --output <format>`. */
  readonly flags: string;
  readonly description: string;
  /** The values it takes, where there are only some. */
  readonly choices?: readonly string[];
  /** The environment variable that stands in for it. */
  readonly environment?: string;
  /** The heading it stands under in help. */
  readonly group?: string;
  /** Given twice it is a fault, not a change of mind: its values are collected. */
  readonly once?: boolean;
  /** May be given several times: its values are collected, and completion offers it again. */
  readonly repeatable?: boolean;
}

export interface ArgumentRow {
  /** As commander writes it: `<id>`, `[file]`, `<ids...>`. */
  readonly name: string;
  readonly description: string;
  /** The values it takes, where there are only some. */
  readonly choices?: readonly string[];
}

export interface Example {
  readonly what: string;
  /** Without the program's name in front; further commands of a pipeline are written in full. */
  readonly line: string;
}

/** The values of a command's options, by commander's attribute names; read through `commands/settings.ts`. */
export type Options = Readonly<Record<string, unknown>>;

/** What an action is given. */
export interface Invocation {
  readonly runtime: Runtime;
  readonly args: readonly string[];
  readonly options: Options;
  readonly report: Report;
  /** Is told every secret that is acquired, and blanks them in what is read from a service. */
  readonly secrets: Secrets;
}

/** Carries out a command. Whatever it opens it closes, once the result has been presented. */
export type Action = (invocation: Invocation) => Promise<ClosableResult>;

/** A result that may need something open while it is presented, such as a stream of records. */
export type ClosableResult = Result & { close?(): Promise<void> };

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
export interface ActingCommand extends CommandRow {
  /** Imported when the command is called, so that no other command pays for it. */
  load(): Promise<Action>;
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
