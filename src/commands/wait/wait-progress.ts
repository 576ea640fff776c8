import type { Emit } from '../../outcome/events.ts';
import { type ConditionResult, undecidedReasons } from '../following/condition-result.ts';
import { ReadErrorTracker } from '../following/read-error-tracker.ts';
import type { FollowSettings } from '../options/follow-settings.ts';
import { waitingText } from './waiting-text.ts';

/** Reports the progress of `wait`: as a status line on a terminal, else as a line for each change. */
export class WaitProgress {
  readonly #until: NonNullable<FollowSettings['until']>;
  readonly #onTerminal: boolean;
  readonly #emit: Emit;
  readonly #readErrors = new ReadErrorTracker();
  #reported = '';

  constructor(until: NonNullable<FollowSettings['until']>, onTerminal: boolean, emit: Emit) {
    this.#until = until;
    this.#onTerminal = onTerminal;
    this.#emit = emit;
  }

  /** Why the condition cannot be evaluated, if this was not reported before. */
  unreported(results: readonly ConditionResult[]): readonly string[] {
    return this.#reported === '' ? undecidedReasons(results) : [];
  }

  /** Reports the results of a check. @param next the time of the next check, in milliseconds since the epoch */
  update(results: readonly ConditionResult[], next: number): void {
    for (const change of this.#readErrors.changes(results.map(({ track }) => track))) this.#emit(change);
    const unsure = results.find(({ reasons }) => reasons.length > 0);
    const text = waitingText(results, this.#until);
    if (text !== this.#reported && (!this.#onTerminal || unsure !== undefined))
      this.#emit({ kind: 'note', text });
    this.#reported = text;
    if (!this.#onTerminal) return;
    this.#emit({
      kind: 'progress',
      task: 'holds for',
      done: results.filter(({ holds }) => holds).length,
      total: results.length,
      waitingUntil: () => next,
      waitingFor: () => 'the next check',
      untimed: true,
    });
  }
}
