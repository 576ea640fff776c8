import { Failure } from '../outcome/errors.ts';
import type { Clock } from '../process/runtime.ts';

/** The time after which no row is started. */
export class Deadline {
  readonly #at: number;
  readonly #clock: Clock;
  #lifted = false;

  /** @param at milliseconds since the epoch */
  constructor(at: number, clock: Clock) {
    this.#at = at;
    this.#clock = clock;
  }

  get passed(): boolean {
    return this.#clock.now() >= this.#at;
  }

  /** The same clock; a sleep beyond the deadline rejects at the deadline with the failure. */
  get clock(): Clock {
    const clock = this.#clock;
    return {
      now: () => clock.now(),
      sleep: async (milliseconds, signal) => {
        const left = this.#at - clock.now();
        if (this.#lifted || milliseconds <= left) return clock.sleep(milliseconds, signal);
        if (left > 0) await clock.sleep(left, signal);
        throw this.failure();
      },
    };
  }

  /** Stops interrupting sleeps, once no further row is started. */
  lift(): void {
    this.#lifted = true;
  }

  failure(): Failure {
    return new Failure('deadline', 'the deadline passed before anything was written', {
      hint: 'set a longer `--deadline`',
    });
  }
}
