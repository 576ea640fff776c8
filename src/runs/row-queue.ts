import type { Job } from './job.ts';

/** A row that is to be sent, and what came of its tries so far. */
export interface Pending extends Job {
  readonly tries: number;
  /** How long it has waited between tries, in milliseconds. */
  readonly waited: number;
  /** When it may be sent, in milliseconds since the epoch. */
  readonly due: number;
}

/** The rows that are still to be sent: those that may be now, in their order, and those that wait for their time. */
export class RowQueue {
  readonly #jobs: readonly Job[];
  /** How many of the jobs were taken; those that came back stand before or behind the others. */
  #taken = 0;
  #first: Pending[] = [];
  readonly #last: Pending[] = [];
  #waiting: Pending[] = [];

  constructor(jobs: readonly Job[]) {
    this.#jobs = jobs;
  }

  /** How many may be sent now. */
  get length(): number {
    return this.#first.length + this.#jobs.length - this.#taken + this.#last.length;
  }

  get isEmpty(): boolean {
    return this.length === 0 && this.#waiting.length === 0;
  }

  /** Takes the first rows out. */
  take(count: number): Pending[] {
    const rows = this.#first.splice(0, count);
    while (rows.length < count && this.#taken < this.#jobs.length) {
      rows.push({ ...(this.#jobs[this.#taken] as Job), tries: 0, waited: 0, due: 0 });
      this.#taken += 1;
    }
    return rows.length < count ? [...rows, ...this.#last.splice(0, count - rows.length)] : rows;
  }

  /** Takes all out, those that wait too. */
  takeAll(): Pending[] {
    return [...this.take(this.length), ...this.#waiting.splice(0)];
  }

  /** Puts rows before all others. */
  putFirst(rows: readonly Pending[]): void {
    this.#first.unshift(...rows);
  }

  /** Puts a row behind all others. */
  putLast(row: Pending): void {
    this.#last.push(row);
  }

  /** Keeps a row until it is due. */
  keep(row: Pending): void {
    this.#waiting.push(row);
  }

  /** Puts the rows whose time has come before all others. */
  requeueDue(now: number): void {
    if (this.#waiting.length === 0) return;
    this.putFirst(this.#waiting.filter(({ due }) => due <= now));
    this.#waiting = this.#waiting.filter(({ due }) => due > now);
  }

  /** When the next row may be sent, in milliseconds since the epoch: 0 where one may now, infinite where none waits. */
  get nextDue(): number {
    if (this.length > 0) return 0;
    return this.#waiting.reduce((first, { due }) => Math.min(first, due), Number.POSITIVE_INFINITY);
  }
}
