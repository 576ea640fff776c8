import { Failure } from '../../outcome/errors.ts';
import type { Emit } from '../../outcome/events.ts';
import { type Condition, evaluate, readCondition } from '../../overview/condition/index.ts';
import type { Overview } from '../../overview/difference.ts';
import type { FailOnOptions } from './fail-on-option.ts';
import type { Undecided } from './undecided.ts';

/** A configuration in the output. It has no overview if that could not be read. */
interface Printed {
  readonly deviceConfigurationId: string;
  readonly displayName?: string | null | undefined;
  readonly overview?: Overview | undefined;
}

/** Evaluates the condition of `--fail-on` for each configuration in the output. */
export class FailOn {
  readonly #text: string;
  readonly #condition: Condition;
  readonly #now: number;
  #checked = 0;
  #met = 0;
  #first = '';

  /**
   * @param now in milliseconds since the epoch, for ages
   * @throws a `usage` Failure that shows a mistake in the condition
   */
  constructor(text: string, now: number) {
    this.#text = text;
    this.#condition = readCondition(text, '--fail-on');
    this.#now = now;
  }

  /** The condition does not hold for an overview that could not be read; that error is reported elsewhere. */
  check({ deviceConfigurationId: id, displayName, overview }: Printed, undecided: Undecided): void {
    this.#checked += 1;
    if (overview === undefined) return;
    const { holds, reasons } = evaluate(this.#condition, overview, this.#now);
    undecided.add(reasons);
    if (!holds) return;
    this.#met += 1;
    if (this.#met === 1) this.#first = displayName ? `${JSON.stringify(displayName)} (${id})` : id;
  }

  /** The `condition` Failure with the number of configurations and the first of them; undefined if there is none. */
  failure(): Failure | undefined {
    if (this.#met === 0) return undefined;
    const all = this.#checked === 1 ? '1 configuration' : `${this.#met} of ${this.#checked} configurations`;
    const which = this.#met === 1 ? this.#first : `the first is ${this.#first}`;
    return new Failure('condition', `--fail-on: \`${this.#text}\` holds for ${all}: ${which}`, {
      hint:
        this.#checked === 1
          ? undefined
          : '`graph-overview list --where` with the same condition shows all of them',
    });
  }
}

/**
 * Reads `--fail-on`.
 * @param now in milliseconds since the epoch, for ages
 * @throws a `usage` Failure that shows a mistake in the condition
 */
export function readFailOn({ failOn }: FailOnOptions, now: number): FailOn | undefined {
  return failOn === undefined ? undefined : new FailOn(failOn, now);
}

/**
 * The failure of a command that has read overviews: the read failure if there is one, else that of `--fail-on`. If there are
 * both, the latter is reported as a warning.
 */
export function primaryFailure(
  unread: Failure | undefined,
  failOn: FailOn | undefined,
  emit: Emit,
): Failure | undefined {
  const condition = failOn?.failure();
  if (unread === undefined) return condition;
  if (condition !== undefined) emit({ kind: 'warning', text: condition.message });
  return unread;
}
