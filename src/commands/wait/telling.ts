import type { Report } from '../../outcome/events.ts';
import type { Judged } from '../following/judge.ts';
import { Trouble } from '../following/trouble.ts';
import type { FollowSettings } from '../options/follow-settings.ts';
import { waitingText } from './words.ts';

/** Says what is waited for: on a terminal in a line that stays in its place, elsewhere in a line for each change. */
export class Telling {
  readonly #until: NonNullable<FollowSettings['until']>;
  readonly #onTerminal: boolean;
  readonly #report: Report;
  readonly #trouble = new Trouble();
  #told = '';

  constructor(until: NonNullable<FollowSettings['until']>, onTerminal: boolean, report: Report) {
    this.#until = until;
    this.#onTerminal = onTerminal;
    this.#report = report;
  }

  /** @param next when the next look begins, in milliseconds since the epoch */
  tell(judged: readonly Judged[], next: number): void {
    for (const news of this.#trouble.news(judged.map(({ track }) => track))) this.#report(news);
    const unsure = judged.find(({ reasons }) => reasons.length > 0);
    const text = waitingText(judged, this.#until);
    if (text !== this.#told && (!this.#onTerminal || unsure !== undefined))
      this.#report({ kind: 'note', text });
    this.#told = text;
    if (!this.#onTerminal) return;
    this.#report({
      kind: 'progress',
      task: 'holds for',
      done: judged.filter(({ holds }) => holds).length,
      total: judged.length,
      waitingUntil: () => next,
      waitingFor: 'the next look',
      untimed: true,
    });
  }
}
