import { Failure, type FailureDetails, InputErrors } from '../outcome/errors.ts';

/** More runs of line numbers than this say no more about where the error is. */
const MOST_RUNS = 20;

/** One error, and every line that has it. */
interface LineError {
  readonly message: string;
  readonly hint: string | undefined;
  /** The offending value of the first line, as the message has it. */
  readonly value: string | undefined;
  /** Every offending value. */
  readonly values: Set<string>;
  /** Runs of line numbers: the first and the last of each. */
  readonly runs: [number, number][];
}

/**
 * The errors of a file by line. Identical ones are reported once, with the numbers of their lines; errors are identical
 * where they differ in nothing but the offending value.
 */
export class LineErrors {
  readonly #errors = new Map<string, LineError>();

  /** @param line undefined for the header */
  add(line: number | undefined, message: string, { hint, value }: FailureDetails = {}): void {
    const rest = value === undefined ? message : message.replace(value, () => '\0');
    const key = JSON.stringify([line === undefined, rest, hint]);
    const error = this.#errors.get(key) ?? { message, hint, value, values: new Set(), runs: [] };
    this.#errors.set(key, error);
    if (value !== undefined) error.values.add(value);
    if (line === undefined) return;
    const last = error.runs.at(-1);
    if (last !== undefined && (line === last[1] || line === last[1] + 1)) last[1] = line;
    else error.runs.push([line, line]);
  }

  /**
   * Runs `step` and takes the `usage` Failure that it throws as errors of the line; any other error passes through.
   * @param hint for a failure that has none of its own
   */
  collect<T>(line: number, step: () => T, hint?: string): T | undefined {
    try {
      return step();
    } catch (error) {
      this.#absorb(line, error, hint);
      return undefined;
    }
  }

  /** The same for a step that takes time. */
  async collectAsync<T>(line: number, step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.#absorb(line, error);
      return undefined;
    }
  }

  #absorb(line: number, error: unknown, hint?: string): void {
    if (!(error instanceof Failure) || error.kind !== 'usage') throw error;
    const { errors, ...details } = error.details;
    if (errors === undefined) this.add(line, error.message, { ...details, hint: details.hint ?? hint });
    else for (const message of errors) this.add(line, message);
  }

  /** @throws one `usage` Failure that holds every error, in the order in which they were met first */
  throwIfAny(): void {
    const errors = new InputErrors();
    for (const { message, hint, value, values, runs } of this.#errors.values()) {
      const others = values.size - 1;
      const shown =
        value === undefined || others < 1
          ? message
          : message.replace(value, () => `${value} (and ${others} other value${others === 1 ? '' : 's'})`);
      errors.add(`${placeOf(runs)}: ${shown}`, hint);
    }
    errors.throwIfAny();
  }
}

/** Such as `line 2`, `lines 2-3001, 3004`. */
function placeOf(runs: readonly (readonly [number, number])[]): string {
  const [first] = runs;
  if (first === undefined) return 'the header';
  if (runs.length === 1 && first[0] === first[1]) return `line ${first[0]}`;
  const shown = runs
    .slice(0, MOST_RUNS)
    .map(([from, to]) => (from === to ? String(from) : `${from}-${to}`))
    .join(', ');
  const more = runs.slice(MOST_RUNS).reduce((sum, [from, to]) => sum + to - from + 1, 0);
  return `lines ${shown}${more === 0 ? '' : ` and ${more} more`}`;
}
