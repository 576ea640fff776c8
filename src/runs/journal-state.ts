import { Failure, usage } from '../outcome/errors.ts';
import type { Overview } from '../overview/difference.ts';
import type { LogContent } from '../state/read-log.ts';
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
export function stateOf({ records, damage, unchecked }: LogContent, name: string): JournalState {
  checkFormat(unchecked, name);
  const head = readHead(records[0]);
  if (head === undefined) {
    if (records.length === 0 && damage === 'before') throw damaged(name);
    throw new Failure('usage', `${name} is not a journal of a run`, {
      hint: '`graph-overview runs` lists the runs',
    });
  }
  const read = new Reading();
  for (const entry of records) read.add(entry);
  if (damage === 'last') read.doubtAll();
  if (damage !== 'before') checkWhole(name, read.agreed, read.plan);
  const { plan, results, doubtful, uncertain, verified, ended } = read;
  const done = damage !== 'last' && damage !== 'before' && read.done;
  return {
    head,
    plan,
    agreed: read.agreed !== undefined,
    doubtful,
    uncertain,
    results,
    verified,
    ended,
    done,
    damage,
  };
}

/** Why a journal is not gone on with, and nothing is undone by it. */
export function damaged(name: string): Failure {
  return new Failure('refused', `the journal of the run ${name} is damaged before its end`, {
    hint: '`graph-overview runs show` lists what is valid; apply the file again: rows that were written are found unchanged',
  });
}

/** The records of a journal, one after another. */
class Reading {
  readonly plan = new Map<number, RowRecord>();
  readonly results = new Map<number, RowRecord>();
  readonly doubtful = new Set<number>();
  readonly uncertain = new Set<number>();
  readonly verified = new Set<number>();
  agreed: unknown;
  ended: string | null = null;
  done = false;

  add(entry: Readonly<Record<string, unknown>>): void {
    const { type, index } = entry;
    if (type === 'agreed') this.agreed = entry.rows;
    if (type === 'end') {
      this.ended = typeof entry.at === 'string' ? entry.at : null;
      this.done = entry.interrupted === false;
    }
    const indexes = Array.isArray(entry.indexes) ? (entry.indexes as readonly number[]) : [];
    if (type === 'intent' || type === 'doubt') {
      for (const one of indexes) this.doubtful.add(one);
      // What was ended is begun again.
      this.done = false;
    }
    if (type === 'doubt') for (const one of indexes) this.uncertain.add(one);
    if (type === 'verified') for (const one of indexes) this.verified.add(one);
    if (typeof index === 'number') this.#addOf(index, entry);
  }

  #addOf(index: number, entry: Readonly<Record<string, unknown>>): void {
    const record = entry.type === 'plan' ? readRowRecord(entry.record) : undefined;
    if (record !== undefined) this.plan.set(index, record);
    const planned = this.plan.get(index);
    if (planned === undefined) return;
    const { before } = entry;
    if (entry.type === 'read' && (before === null || isObject(before))) {
      this.plan.set(index, { ...planned, before: before as Overview | null });
      this.uncertain.delete(index);
    }
    if (entry.type !== 'result' || !isOutcome(entry)) return;
    const { type: _, index: __, requestId: ___, ...outcome } = entry;
    this.results.set(index, { ...planned, ...(outcome as Pick<RowRecord, 'status' | 'after' | 'error'>) });
    this.doubtful.delete(index);
    this.uncertain.delete(index);
  }

  /** What was in the last group is not known: it may have been about any row that did not end well. */
  doubtAll(): void {
    for (const [index, planned] of this.plan) {
      if (!isToWrite(planned)) continue;
      const status = this.results.get(index)?.status;
      if (status !== undefined && status !== 'failed') continue;
      this.doubtful.add(index);
      this.uncertain.add(index);
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
