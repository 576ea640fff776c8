import { Failure, usage } from '../outcome/errors.ts';
import type { Overview } from '../overview/difference.ts';
import type { LogContent, LogEnd } from '../state/read-log.ts';
import { isObject } from '../text/is-object.ts';
import { type EndEntry, type RunHead, readHead } from './journal-entries.ts';
import { isOutcome, readRowRecord } from './read-record.ts';
import type { RowRecord } from './row-record.ts';

/** A journal as it stands. */
export interface JournalState {
  readonly head: RunHead;
  /** By index: the row as planned, with the value before that was last read. */
  readonly plan: ReadonlyMap<number, RowRecord>;
  readonly agreed: boolean;
  /** Rows that were sent and whose answer was never written down, or that may have been. */
  readonly doubtful: ReadonlySet<number>;
  /** Rows of which records were lost: what was there before them is not certain. */
  readonly uncertain: ReadonlySet<number>;
  readonly results: ReadonlyMap<number, RowRecord>;
  /** Rows that were read back after they were written. */
  readonly verified: ReadonlySet<number>;
  /** When a process last ended it, ISO 8601 in UTC; null where none did. */
  readonly ended: string | null;
  /** Nothing is left to do. */
  readonly done: boolean;
  /** What is wrong with the journal behind what it says here. */
  readonly damage: LogContent['damage'];
}

/**
 * What a journal says.
 * @throws a `usage` Failure where it is none; a `refused` one where its very beginning is damaged
 */
export function stateOf({ records, ...end }: LogContent, name: string): JournalState {
  const reading = new JournalReading(name);
  for (const entry of records) reading.add(entry);
  return reading.state(end);
}

/** Why a journal is not gone on with, and nothing is undone by it. */
export function damaged(name: string): Failure {
  return new Failure('refused', `the journal of the run ${name} is damaged before its end`, {
    hint: '`graph-overview runs show` lists what is valid; apply the file again: rows that were written are found unchanged',
  });
}

/** Reads a journal record by record. */
export class JournalReading {
  readonly #name: string;
  #head: RunHead | undefined;
  #first = true;
  readonly #plan = new Map<number, RowRecord>();
  readonly #results = new Map<number, RowRecord>();
  readonly #doubtful = new Set<number>();
  readonly #uncertain = new Set<number>();
  readonly #verified = new Set<number>();
  #agreed: unknown;
  #ended: string | null = null;
  #done = false;

  /** @param name of the run, for messages */
  constructor(name: string) {
    this.#name = name;
  }

  add(entry: Readonly<Record<string, unknown>>): void {
    if (this.#first) this.#head = readHead(entry);
    this.#first = false;
    const { type, index } = entry;
    if (type === 'agreed') this.#agreed = entry.rows;
    if (type === 'end') {
      this.#ended = typeof entry.at === 'string' ? entry.at : null;
      this.#done = entry.interrupted === false;
    }
    const indexes = Array.isArray(entry.indexes) ? (entry.indexes as readonly number[]) : [];
    if (type === 'intent' || type === 'doubt') {
      for (const one of indexes) this.#doubtful.add(one);
      // What was ended is begun again.
      this.#done = false;
    }
    if (type === 'doubt') for (const one of indexes) this.#uncertain.add(one);
    if (type === 'verified') for (const one of indexes) this.#verified.add(one);
    if (typeof index === 'number') this.#addOf(index, entry);
  }

  #addOf(index: number, entry: Readonly<Record<string, unknown>>): void {
    const record = entry.type === 'plan' ? readRowRecord(entry.record) : undefined;
    if (record !== undefined) this.#plan.set(index, record);
    const planned = this.#plan.get(index);
    if (planned === undefined) return;
    const { before } = entry;
    if (entry.type === 'read' && (before === null || isObject(before))) {
      this.#plan.set(index, { ...planned, before: before as Overview | null });
      this.#uncertain.delete(index);
    }
    if (entry.type !== 'result' || !isOutcome(entry)) return;
    const { type: _, index: __, requestId: ___, ...outcome } = entry;
    this.#results.set(index, { ...planned, ...(outcome as Pick<RowRecord, 'status' | 'after' | 'error'>) });
    this.#doubtful.delete(index);
    this.#uncertain.delete(index);
  }

  /**
   * What the journal says, now that all of it was read.
   * @throws as `stateOf`
   */
  state({ damage, unchecked }: LogEnd): JournalState {
    checkFormat(unchecked, this.#name);
    const head = this.#head;
    if (head === undefined) {
      if (this.#first && damage === 'before') throw damaged(this.#name);
      throw new Failure('usage', `${this.#name} is not a journal of a run`, {
        hint: '`graph-overview runs` lists the runs',
      });
    }
    if (damage === 'last') this.#doubtAll();
    if (damage !== 'before') checkWhole(this.#name, this.#agreed, this.#plan);
    return {
      head,
      plan: this.#plan,
      agreed: this.#agreed !== undefined,
      doubtful: this.#doubtful,
      uncertain: this.#uncertain,
      results: this.#results,
      verified: this.#verified,
      ended: this.#ended,
      done: damage !== 'last' && damage !== 'before' && this.#done,
      damage,
    };
  }

  /** What was in the last group is not known: it may have been about any row that did not end well. */
  #doubtAll(): void {
    for (const [index, planned] of this.#plan) {
      if (!isToWrite(planned)) continue;
      const status = this.#results.get(index)?.status;
      if (status !== undefined && status !== 'failed') continue;
      this.#doubtful.add(index);
      this.#uncertain.add(index);
    }
  }
}

/** @throws a `usage` Failure for a journal of graph-overview 0.1, which held other records */
function checkFormat(head: Readonly<Record<string, unknown>> | undefined, name: string): void {
  if (head?.type !== 'run' || head.format !== 1) return;
  throw usage(
    `the run ${name} was written by graph-overview 0.1, whose journals this version cannot read`,
    'resume or undo it with `npx graph-overview@0.1`',
  );
}

/** What is lost of results is asked for again; what is lost of the plan would be lost for good. */
function checkWhole(name: string, agreed: unknown, plan: ReadonlyMap<number, RowRecord>): void {
  if (agreed === undefined) return;
  const toWrite = [...plan.values()].filter(isToWrite).length;
  if (toWrite === agreed) return;
  throw usage(
    `the journal ${name} is damaged: it holds ${toWrite} of the rows that were agreed to`,
    'apply the file again: rows that were written are found unchanged',
  );
}

/** Whether a planned row was to be written, and not settled by the plan itself. */
export function isToWrite({ status }: Pick<RowRecord, 'status'>): boolean {
  return status === 'planned';
}

/** The end of a journal, as its last record says it. */
export function readEnd(record: Readonly<Record<string, unknown>> | undefined): EndEntry | undefined {
  if (record?.type !== 'end' || typeof record.at !== 'string' || !isObject(record.counts)) return undefined;
  const { interrupted, inDoubt, counts } = record;
  const names = ['planned', 'unchanged', 'written', 'mismatched', 'failed', 'skipped'];
  const whole = typeof interrupted === 'boolean' && Number.isSafeInteger(inDoubt);
  return whole && names.every((one) => Number.isSafeInteger(counts[one]))
    ? (record as unknown as EndEntry)
    : undefined;
}
