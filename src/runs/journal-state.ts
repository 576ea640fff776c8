import { Failure, usage } from '../outcome/errors.ts';
import type { LogContent, LogEnd } from '../state/read-log.ts';
import { isObject } from '../text/is-object.ts';
import { type EndEntry, type RunHead, readHead } from './journal-entries.ts';
import { isOutcome, readRowRecord } from './read-record.ts';
import type { RowRecord } from './row-record.ts';

/** The state of a run according to its journal. */
export interface JournalState {
  readonly head: RunHead;
  /** The planned rows by index, each with the values before that were read last. */
  readonly plan: ReadonlyMap<number, RowRecord>;
  readonly agreed: boolean;
  /** Rows that were, or may have been, sent and have no recorded answer. */
  readonly doubtful: ReadonlySet<number>;
  /** Rows with lost records, whose values before are uncertain. */
  readonly uncertain: ReadonlySet<number>;
  readonly results: ReadonlyMap<number, RowRecord>;
  /** Rows that were read back after they were written. */
  readonly verified: ReadonlySet<number>;
  /** When the last process ended the run, ISO 8601 in UTC; null if none did. */
  readonly ended: string | null;
  /** Whether no row remains to be written or read back. */
  readonly done: boolean;
  /** The damage after the records that were read. */
  readonly damage: LogContent['damage'];
}

/**
 * The state of a run from the content of its journal.
 * @throws a `usage` Failure if it is not a journal, or not a complete one; a `refused` Failure if its beginning is damaged
 */
export function stateOf({ records, ...end }: LogContent, name: string): JournalState {
  const reading = new JournalReading(name);
  for (const entry of records) reading.add(entry);
  return reading.state(end);
}

/** The failure for a damaged journal, with which a run can be neither resumed nor undone. */
export function damagedJournal(name: string): Failure {
  return new Failure('refused', `the journal of the run ${name} is damaged before its end`, {
    hint: '`graph-overview runs show` lists the valid part; apply the file again: rows that are already up to date are not written',
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
      // The run was resumed.
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
    if (entry.type === 'read' && isObject(before)) {
      this.#plan.set(index, { ...planned, before });
      if (entry.uncertain !== true) this.#uncertain.delete(index);
    }
    if (entry.type !== 'result' || !isOutcome(entry)) return;
    const { type: _, index: __, requestId: ___, ...outcome } = entry;
    this.#results.set(index, { ...planned, ...(outcome as Pick<RowRecord, 'status' | 'after' | 'error'>) });
    this.#doubtful.delete(index);
    // These may be written by a later process, which must know it.
    if (entry.status !== 'failed' && entry.status !== 'skipped') this.#uncertain.delete(index);
  }

  /** The state after all records have been added. @throws as `stateOf` */
  state({ damage, unchecked }: LogEnd): JournalState {
    checkFormat(unchecked, this.#name);
    const head = this.#head;
    if (head === undefined) {
      if (this.#first && damage === 'before') throw damagedJournal(this.#name);
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

  /** The content of the last group is unknown: it may concern any row without a successful result. */
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

/** @throws a `usage` Failure for a journal of graph-overview 0.1, which has another format */
function checkFormat(head: Readonly<Record<string, unknown>> | undefined, name: string): void {
  if (head?.type !== 'run' || head.format !== 1) return;
  throw usage(
    `the run ${name} was written by graph-overview 0.1, whose journals this version cannot read`,
    'resume or undo it with `npx graph-overview@0.1`',
  );
}

/** Lost results can be read from the service again, but a lost part of the plan cannot. @throws a `usage` Failure */
function checkWhole(name: string, agreed: unknown, plan: ReadonlyMap<number, RowRecord>): void {
  if (agreed === undefined) return;
  const toWrite = [...plan.values()].filter(isToWrite).length;
  if (toWrite === agreed) return;
  throw usage(
    `the journal of the run ${name} is damaged: it has ${toWrite} of ${JSON.stringify(agreed)} planned rows`,
    'apply the file again: rows that are already up to date are not written',
  );
}

/** Whether a planned row is to be written, and not already settled by the plan. */
export function isToWrite({ status }: Pick<RowRecord, 'status'>): boolean {
  return status === 'planned';
}

/** The end of a run, from the last record of its journal; undefined if that is not a valid end. */
export function readEnd(record: Readonly<Record<string, unknown>> | undefined): EndEntry | undefined {
  if (record?.type !== 'end' || typeof record.at !== 'string' || !isObject(record.counts)) return undefined;
  const { interrupted, inDoubt, counts } = record;
  const names = ['planned', 'unchanged', 'written', 'mismatched', 'failed', 'skipped'];
  const whole = typeof interrupted === 'boolean' && Number.isSafeInteger(inDoubt);
  return whole && names.every((one) => Number.isSafeInteger(counts[one]))
    ? (record as unknown as EndEntry)
    : undefined;
}
