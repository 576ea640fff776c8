import type { Runtime } from '../../process/runtime.ts';
import type { ArgumentRow, Command } from '../command.ts';
import type { OptionRow } from '../options/option-row.ts';
import type { Candidate, Completion } from './candidate.ts';
import { readFlags, sameOption } from './flags.ts';
import { findPosition, type Position, type Words } from './position.ts';

/** Flags of every command that are not in its rows. */
const HELP: OptionRow = { flags: '-h, --help', description: 'Print help' };
const VERSION: OptionRow = { flags: '-V, --version', description: 'Print the version' };

/**
 * The candidates for the word at the cursor, from the declarations of the commands.
 * @param before the complete words after the program's name
 * @param current the part of the word before the cursor; candidates are complete words, and not all of them start with it
 */
export async function complete(
  commands: readonly Command[],
  before: readonly string[],
  current: string,
  runtime: Runtime,
): Promise<Completion> {
  const position = findPosition(commands, before, current);
  if (position === undefined) return [];
  if (position.kind === 'command') {
    if (current.startsWith('-')) return [HELP, VERSION].flatMap((row) => flagCandidates(row, current));
    return commands.map(({ name, summary }) => ({ value: name, description: summary }));
  }
  return position.kind === 'value'
    ? optionValues(position, current, runtime)
    : wordsOrFlags(position, current, runtime);
}

async function optionValues(
  { option, prefix, words }: Position & { kind: 'value' },
  current: string,
  runtime: Runtime,
): Promise<Completion> {
  const typed = current.slice(prefix.length);
  const found = await valuesOf(readFlags(option).value ?? '', option.choices, typed, words, runtime);
  if (found === 'files') return found;
  return found.map(({ value, description }) => ({ value: prefix + value, description }));
}

async function wordsOrFlags(
  { argument, words }: Position & { kind: 'argument' },
  current: string,
  runtime: Runtime,
): Promise<Completion> {
  const flags = words.flagsEnded ? [] : remainingFlags(words).flatMap((row) => flagCandidates(row, current));
  if (current.startsWith('-') && !words.flagsEnded) return flags;
  const found = await valuesOf(nameOf(argument), argument?.choices, current, words, runtime);
  if (found === 'files' || found.length > 0) return found;
  return current === '' ? flags : [];
}

/** Returns the candidates for a value. @param typed the part of the value before the cursor */
type Finder = (typed: string, words: Words, runtime: Runtime) => Promise<Completion>;

const configurations: Finder = async (typed, words, runtime) =>
  (await import('./configuration-candidates.ts')).configurationCandidates(typed, words, runtime);

const files: Finder = async () => 'files';

/** The finders by the name of the value, such as `file` of `--out <file>`. */
const FINDERS: Readonly<Record<string, Finder>> = {
  file: files,
  files,
  configuration: configurations,
  configurations,
  run: async (_typed, _words, runtime) => (await import('./run-candidates.ts')).runCandidates(runtime),
  route: async (typed, words, runtime) => {
    const { routeCandidates } = await import('./route-candidates.ts');
    const version = words.options.findLast(({ row }) => row.flags.startsWith('--api-version'))?.value;
    const isV1 = (version ?? runtime.env.GRAPH_OVERVIEW_API_VERSION) === 'v1.0';
    return routeCandidates(typed, isV1 ? 'v1.0' : 'beta');
  },
  condition: async (typed) => (await import('./condition-candidates.ts')).conditionCandidates(typed),
  keys: async (typed) => (await import('./comma-candidates.ts')).sortCandidates(typed),
  names: async (typed) => (await import('./comma-candidates.ts')).columnCandidates(typed),
};

async function valuesOf(
  name: string,
  choices: readonly string[] | undefined,
  typed: string,
  words: Words,
  runtime: Runtime,
): Promise<Completion> {
  if (choices !== undefined) return choices.map((value) => ({ value, description: '' }));
  return (await FINDERS[name]?.(typed, words, runtime)) ?? [];
}

/** `[file]` → `file`, `<ids...>` → `ids`. */
function nameOf(argument: ArgumentRow | undefined): string {
  return argument?.name.replaceAll(/[<>[\]]|\.\.\./g, '') ?? '';
}

/** The flags that can still be given: a flag that is already given only if it is repeatable. */
function remainingFlags({ command, options }: Words): OptionRow[] {
  const again = (row: OptionRow): boolean => row.repeatable === true || readFlags(row).variadic;
  const left = command.options.filter(
    (row) => again(row) || !options.some((given) => sameOption(given.row, row)),
  );
  return [...left, HELP];
}

/** The long flag; after a single dash also the short one. */
function flagCandidates(row: OptionRow, current: string): Candidate[] {
  const { short, long } = readFlags(row);
  const flags = current === '-' && short !== undefined ? [long, short] : [long];
  return flags.map((value) => ({ value, description: row.description }));
}
