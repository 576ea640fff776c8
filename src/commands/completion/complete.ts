import type { Runtime } from '../../process/runtime.ts';
import type { ArgumentRow, Command } from '../command.ts';
import type { OptionRow } from '../options/option-row.ts';
import type { Candidate, Completion } from './candidate.ts';
import { readFlags, sameOption } from './flags.ts';
import { findPosition, type Position, type Words } from './position.ts';

/** Flags that every command has without a row. */
const HELP: OptionRow = { flags: '-h, --help', description: 'Print help' };
const VERSION: OptionRow = { flags: '-V, --version', description: 'Print the version' };

/**
 * What may stand at the cursor. The words are those of the command rows: there is no second list of them.
 * @param before the complete words after the program's name
 * @param current the word at the cursor, up to it; candidates are whole words that may stand in its place, not all of
 *   which need start like it
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
  const flags = words.flagsEnded ? [] : flagsLeft(words).flatMap((row) => flagCandidates(row, current));
  if (current.startsWith('-') && !words.flagsEnded) return flags;
  const found = await valuesOf(nameOf(argument), argument?.choices, current, words, runtime);
  if (found === 'files' || found.length > 0) return found;
  return current === '' ? flags : [];
}

/** Finds what may stand for a value; `typed` is what stands there so far. */
type Finder = (typed: string, words: Words, runtime: Runtime) => Promise<Completion>;

const configurations: Finder = async (typed, words, runtime) =>
  (await import('./configuration-candidates.ts')).configurationCandidates(typed, words, runtime);

const files: Finder = async () => 'files';

/** What a value's name says it is: what there is of it completes it. */
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

/** The flags that may still be given; one that is already given only if it may be repeated. */
function flagsLeft({ command, options }: Words): OptionRow[] {
  const again = (row: OptionRow): boolean => row.repeatable === true || readFlags(row).variadic;
  const left = command.options.filter(
    (row) => again(row) || !options.some((given) => sameOption(given.row, row)),
  );
  return [...left, HELP];
}

/** The long flag; the short one as well where one dash was typed. */
function flagCandidates(row: OptionRow, current: string): Candidate[] {
  const { short, long } = readFlags(row);
  const flags = current === '-' && short !== undefined ? [long, short] : [long];
  return flags.map((value) => ({ value, description: row.description }));
}
