import type { Job } from './job.ts';

/** A row to be sent, with its attempts so far. */
export interface Pending extends Job {
  /** Number of failed attempts that count as such. */
  readonly tries: number;
  /** Total wait between attempts, in milliseconds. */
  readonly waited: number;
  /** When it may be sent, in milliseconds since the epoch. */
  readonly due: number;
}

/** The rows that are still to be sent: those that are due, in their order, and those that wait until they are due. */
export class RowQueue {
  readonly #jobs: readonly Job[];
  /** Number of jobs that were taken. Rows that are sent again are in `#first`, `#last` or `#waiting`. */
  #taken = 0;
  #first: Pending[] = [];
  readonly #last: Pending[] = [];
  #waiting: Pending[] = [];

  constructor(jobs: readonly Job[]) {
    this.#jobs = jobs;
  }

  /** The number of rows that may be sent now. */
  get length(): number {
    return this.#first.length + this.#jobs.length - this.#taken + this.#last.length;
  }

  get isEmpty(): boolean {
    return this.length === 0 && this.#waiting.length === 0;
  }

  /** Removes and returns the first rows. */
  take(count: number): Pending[] {
    const rows = this.#first.splice(0, count);
    while (rows.length < count && this.#taken < this.#jobs.length) {
      rows.push({ ...(this.#jobs[this.#taken] as Job), tries: 0, waited: 0, due: 0 });
      this.#taken += 1;
    }
    return rows.length < count ? [...rows, ...this.#last.splice(0, count - rows.length)] : rows;
  }

  /** Removes and returns all rows, including those that are not due. */
  takeAll(): Pending[] {
    return [...this.take(this.length), ...this.#waiting.splice(0)];
  }

  /** Inserts rows before all others. */
  putFirst(rows: readonly Pending[]): void {
    this.#first.unshift(...rows);
  }

  /** Appends a row after all others. */
  putLast(row: Pending): void {
    this.#last.push(row);
  }

  /** Holds back a row until it is due. */
  delay(row: Pending): void {
    this.#waiting.push(row);
  }

  /** Inserts the rows that are due now before all others. @param now milliseconds since the epoch */
  requeueDue(now: number): void {
    if (this.#waiting.length === 0) return;
    this.putFirst(this.#waiting.filter(({ due }) => due <= now));
    this.#waiting = this.#waiting.filter(({ due }) => due > now);
  }

  /** When the next row may be sent, in milliseconds since the epoch: 0 for now, infinite if the queue is empty. */
  get nextDue(): number {
    if (this.length > 0) return 0;
    return this.#waiting.reduce((first, { due }) => Math.min(first, due), Number.POSITIVE_INFINITY);
  }
}
