import type { ArgumentRow, Command } from '../command.ts';
import type { OptionRow } from '../options/option-row.ts';
import { readFlags } from './flags.ts';

/** What the word at the cursor can be. */
export type Position =
  | { readonly kind: 'command' }
  /** The value of an option; `prefix` is the part of the word before it, such as `--output=`. */
  | { readonly kind: 'value'; readonly option: OptionRow; readonly prefix: string; readonly words: Words }
  /** An argument of the command, or one of its flags. */
  | { readonly kind: 'argument'; readonly argument: ArgumentRow | undefined; readonly words: Words };

/** The complete words of a command. */
export interface Words {
  readonly command: Command;
  readonly options: readonly { readonly row: OptionRow; readonly value: string | undefined }[];
  /** Whether `--` was given, after which no word is a flag. */
  readonly flagsEnded: boolean;
}

/**
 * Finds what the word at the cursor can be, from the words before it.
 * @param before the complete words after the program's name
 * @param current the part of the word before the cursor
 * @returns undefined if it is unknown, as after an unknown command
 */
export function findPosition(
  commands: readonly Command[],
  before: readonly string[],
  current: string,
): Position | undefined {
  const [name, ...rest] = before;
  if (name === undefined) return { kind: 'command' };
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) return undefined;
  const state: Reading = { command, options: [], flagsEnded: false, open: undefined, count: 0 };
  for (const word of rest) read(state, word);
  return positionAfter(state, current);
}

interface Reading {
  readonly command: Command;
  readonly options: { row: OptionRow; value: string | undefined }[];
  flagsEnded: boolean;
  /** The option whose value may come next. It must come next unless the option is variadic and already has a value. */
  open: { readonly row: OptionRow; readonly must: boolean } | undefined;
  /** Number of arguments so far. */
  count: number;
}

function read(state: Reading, word: string): void {
  const { command, open } = state;
  if (open !== undefined && (open.must || !word.startsWith('-'))) {
    const { variadic } = readFlags(open.row);
    state.options.push({ row: open.row, value: word });
    state.open = variadic ? { row: open.row, must: false } : undefined;
    return;
  }
  state.open = undefined;
  if (state.flagsEnded || !word.startsWith('-') || word === '-') {
    state.count += 1;
    return;
  }
  if (word === '--') {
    state.flagsEnded = true;
    return;
  }
  const found = findOption(command.options, word);
  if (found === undefined) return;
  if (found.value !== undefined || readFlags(found.row).value === undefined)
    state.options.push({ row: found.row, value: found.value });
  else state.open = { row: found.row, must: true };
}

function positionAfter(state: Reading, current: string): Position {
  const { command, open, flagsEnded, count } = state;
  const words = { command, options: state.options, flagsEnded };
  if (open !== undefined && (open.must || !current.startsWith('-')))
    return { kind: 'value', option: open.row, prefix: '', words };
  const found = flagsEnded ? undefined : findOption(command.options, current);
  if (found?.value !== undefined) {
    const prefix = current.slice(0, current.length - found.value.length);
    return { kind: 'value', option: found.row, prefix, words };
  }
  const last = command.arguments.at(-1);
  const argument = command.arguments[count] ?? (last?.name.includes('...') ? last : undefined);
  return { kind: 'argument', argument, words };
}

/** The option of a word, with a value in the same word: `--output=json`, `-ojson`. */
function findOption(
  options: readonly OptionRow[],
  word: string,
): { readonly row: OptionRow; readonly value: string | undefined } | undefined {
  for (const row of options) {
    const { short, long, value } = readFlags(row);
    if (word === long || word === short) return { row, value: undefined };
    if (value === undefined) continue;
    if (word.startsWith(`${long}=`)) return { row, value: word.slice(long.length + 1) };
    if (short !== undefined && !word.startsWith('--') && word.startsWith(short)) {
      const given = word.slice(short.length);
      return { row, value: given.startsWith('=') ? given.slice(1) : given };
    }
  }
  return undefined;
}
