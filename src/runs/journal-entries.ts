import type { Overview } from '../overview/difference.ts';
import { isObject } from '../text/is-object.ts';
import type { RowRecord } from './row-record.ts';
import type { RowCounts } from './summary.ts';
import { isTarget, type RunTarget } from './target.ts';

/** The format of journals; 1 was that of graph-overview 0.1. */
export const JOURNAL_FORMAT = 2;

/** The settings of a run, so that resuming it continues in the same way. */
export interface RunSettings {
  /** As given, such as `100/20s`; null for the default. */
  readonly rate: string | null;
  /** As given, such as `1/4`. */
  readonly shard: string | null;
  /** Whether values are read before they are overwritten. */
  readonly read: boolean;
  readonly verify: boolean;
  readonly lenient: boolean;
}

export const DEFAULT_SETTINGS: RunSettings = {
  rate: null,
  shard: null,
  read: true,
  verify: true,
  lenient: false,
};

/** The first record of a journal. */
export interface RunHead {
  readonly type: 'run';
  readonly format: typeof JOURNAL_FORMAT;
  readonly run: string;
  /** Higher than that of any earlier run in the folder. `last` is determined by it. */
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly command: 'apply' | 'undo' | 'patch';
  /** The file with the values (`-` is standard input), or the configuration; null for an undo. */
  readonly source: string | null;
  /** Of the configuration of a patch, if known. */
  readonly displayName?: string | null;
  /** The run that this one undoes. */
  readonly undoes: string | null;
  readonly target: RunTarget;
  readonly settings: RunSettings;
}

/** @returns undefined if the record is not a head of this format */
export function readHead(entry: Readonly<Record<string, unknown>> | undefined): RunHead | undefined {
  if (entry?.type !== 'run' || entry.format !== JOURNAL_FORMAT) return undefined;
  const { run, sequence = 0, started, command, source = null, undoes = null, settings = {} } = entry;
  const { displayName = null } = entry;
  const known = ['apply', 'undo', 'patch'].some((one) => one === command);
  const texts = typeof run === 'string' && typeof started === 'string';
  const named = [source, displayName, undoes].every((one) => one === null || typeof one === 'string');
  const whole = known && texts && named && Number.isSafeInteger(sequence) && isObject(settings);
  if (!whole || !isTarget(entry.target)) return undefined;
  return { ...entry, source, undoes, sequence, settings: readSettings(settings) } as RunHead;
}

function readSettings(value: Readonly<Record<string, unknown>>): RunSettings {
  const text = (one: unknown): string | null => (typeof one === 'string' ? one : null);
  return {
    rate: text(value.rate),
    shard: text(value.shard),
    read: value.read !== false,
    verify: value.verify !== false,
    lenient: value.lenient === true,
  };
}

/** A row of the plan: to be written, or already settled. */
interface PlanEntry {
  readonly type: 'plan';
  readonly index: number;
  readonly record: RowRecord;
}

/**
 * The result of a planned row, durable before it is counted. It has only what the plan does not have: `before` and `sent`
 * are present if they differ from those of the plan.
 */
export type ResultEntry = {
  readonly type: 'result';
  readonly index: number;
  readonly requestId: string | null;
} & Pick<RowRecord, 'status' | 'after' | 'error' | 'again'> &
  Partial<Pick<RowRecord, 'before' | 'sent'>>;

export function resultEntry(index: number, record: RowRecord, requestId: string | null = null): ResultEntry {
  const { status, after, error, again, before, sent } = record;
  return {
    type: 'result',
    index,
    status,
    ...(sent === null || before === null ? { before } : {}),
    ...(sent === null ? { sent } : {}),
    after,
    error,
    requestId,
    ...(again === undefined ? {} : { again }),
  };
}

/** A row that was read again just before the write, and whose values differ from those of the plan. */
export interface ReadEntry {
  readonly type: 'read';
  readonly index: number;
  /** The values that are overwritten. Those that an earlier attempt may have stored are the ones of the plan. */
  readonly before: Overview;
  /** Whether it is uncertain which values the first attempt replaced, since records were lost. */
  readonly uncertain?: true;
}

export function readEntry(index: number, before: Overview, uncertain: boolean): ReadEntry {
  return { type: 'read', index, before, ...(uncertain ? { uncertain } : {}) };
}

/** The state of a run when a process ends it. */
export interface EndEntry {
  readonly type: 'end';
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Whether rows remain to be written or read back. */
  readonly interrupted: boolean;
  /** Number of rows that were sent and whose answer is unknown. */
  readonly inDoubt: number;
  /** For `runs`, which then need not read the whole journal. */
  readonly counts: RowCounts;
}

export type JournalEntry =
  | RunHead
  | PlanEntry
  /** The plan is complete and was confirmed: rows are written from here on. */
  | { readonly type: 'agreed'; readonly rows: number }
  /** The rows to be sent next; durable before they are sent. */
  | { readonly type: 'intent'; readonly indexes: readonly number[]; readonly again: readonly number[] }
  | ReadEntry
  | ResultEntry
  /** The rows that were read back, whatever the result. */
  | { readonly type: 'verified'; readonly indexes: readonly number[] }
  /** The rows that may have lost records, since the last group of the journal was damaged. */
  | { readonly type: 'doubt'; readonly indexes: readonly number[] }
  | EndEntry;
