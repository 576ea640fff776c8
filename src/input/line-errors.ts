import { Failure, type FailureDetails, InputErrors } from '../outcome/errors.ts';

/** Maximum number of ranges of line numbers in a message. */
const MAX_RUNS = 20;

/** One error with all its lines. */
interface LineError {
  readonly message: string;
  readonly hint: string | undefined;
  /** All invalid values, in the form used in the message, which has the first one. */
  readonly values: Set<string>;
  /** Ranges of line numbers, inclusive. */
  readonly runs: [number, number][];
}

/**
 * The errors of a file by line. Identical errors are reported once, with all their line numbers. Errors are identical if
 * they differ only in the invalid value.
 */
export class LineErrors {
  readonly #errors = new Map<string, LineError>();

  /** @param line undefined for the header */
  add(line: number | undefined, message: string, { hint, value }: FailureDetails = {}): void {
    const rest = value === undefined ? message : message.replace(value, '\0');
    const key = JSON.stringify([line === undefined, rest, hint]);
    const error = this.#errors.get(key) ?? { message, hint, values: new Set(), runs: [] };
    this.#errors.set(key, error);
    if (value !== undefined) error.values.add(value);
    if (line === undefined) return;
    const last = error.runs.at(-1);
    if (last !== undefined && (line === last[1] || line === last[1] + 1)) last[1] = line;
    else error.runs.push([line, line]);
  }

  /**
   * Runs `step` and collects the `usage` Failure that it throws as errors of the line; any other error passes through.
   * @param hint for a failure without a hint
   */
  collect<T>(line: number, step: () => T, hint?: string): T | undefined {
    try {
      return step();
    } catch (error) {
      this.#absorb(line, error, hint);
      return undefined;
    }
  }

  /** Like `collect`, for an asynchronous step. */
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

  /** @throws one `usage` Failure with every error, in the order of first occurrence */
  throwIfAny(): void {
    const errors = new InputErrors();
    for (const { message, hint, values, runs } of this.#errors.values()) {
      const [value, ...others] = values;
      const more = ` (and ${others.length} other value${others.length === 1 ? '' : 's'})`;
      const shown = others.length === 0 ? message : message.replace(value as string, () => value + more);
      errors.add(`${placeOf(runs)}: ${shown}`, hint);
    }
    errors.throwIfAny();
  }
}

/** `line 2`, `lines 2-3001, 3004`. */
function placeOf(runs: readonly (readonly [number, number])[]): string {
  const [first] = runs;
  if (first === undefined) return 'the header';
  if (runs.length === 1 && first[0] === first[1]) return `line ${first[0]}`;
  const shown = runs
    .slice(0, MAX_RUNS)
    .map(([from, to]) => (from === to ? String(from) : `${from}-${to}`))
    .join(', ');
  const more = runs.slice(MAX_RUNS).reduce((sum, [from, to]) => sum + to - from + 1, 0);
  return `lines ${shown}${more === 0 ? '' : ` and ${more} more`}`;
}
