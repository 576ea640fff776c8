import { Failure } from '../outcome/errors.ts';

/** One check and its result, as `doctor` prints it. */
export interface Check {
  readonly check: string;
  readonly verdict: 'ok' | 'warn' | 'fail' | 'skip';
  readonly detail: string;
  /** What to do; null if there is nothing to do. */
  readonly remedy: string | null;
}

/** The result of a check: the detail of `ok`, or another verdict with its remedy. */
export type Finding = string | Omit<Check, 'check'>;

export function warn(detail: string, remedy: string): Finding {
  return { verdict: 'warn', detail, remedy };
}

export function skip(detail: string): Finding {
  return { verdict: 'skip', detail, remedy: null };
}

/** Collects checks in order. A Failure that a check throws becomes a `fail`. */
export class Checklist {
  readonly #checks: Check[] = [];
  #firstFailure: Failure | undefined;

  get checks(): readonly Check[] {
    return this.#checks;
  }

  /** The Failure of the first check that failed: its exit code is that of the list. */
  get firstFailure(): Failure | undefined {
    return this.#firstFailure;
  }

  /** Performs a check and adds its result. @throws an error that is not a Failure, or an `interrupted` Failure */
  async run(check: string, perform: () => Finding | Promise<Finding>): Promise<void> {
    try {
      const finding = await perform();
      const found =
        typeof finding === 'string' ? ({ verdict: 'ok', detail: finding, remedy: null } as const) : finding;
      this.#checks.push({ check, ...found });
    } catch (error) {
      if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
      const hint = withoutDoctor(error.details.hint);
      this.#firstFailure ??= new Failure(error.kind, `${check}: ${error.message}`, {
        ...error.details,
        hint,
      });
      this.#checks.push({
        check,
        verdict: 'fail',
        detail: error.message,
        remedy: hint ?? null,
      });
    }
  }
}

/** A hint without the advice to run `doctor`, since it is running. */
function withoutDoctor(hint: string | undefined): string | undefined {
  const parts = hint?.split('; ').filter((part) => !part.includes('`graph-overview doctor'));
  return parts === undefined || parts.length === 0 ? undefined : parts.join('; ');
}
