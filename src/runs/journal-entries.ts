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
  /** Higher than that of every run that the folder held when this one began: what `last` goes by. */
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly command: 'apply' | 'undo' | 'patch';
  /** The file (`-` is standard input) or the configuration that the values came from; null for an undo. */
  readonly source: string | null;
  /** Of the configuration of a patch, where it is known. */
  readonly displayName?: string | null;
  /** The run that this one undoes. */
  readonly undoes: string | null;
  readonly target: RunTarget;
  readonly settings: RunSettings;
}

/** @returns undefined where a record is no head of this format */
export function readHead(entry: Readonly<Record<string, unknown>> | undefined): RunHead | undefined {
  if (entry?.type !== 'run' || entry.format !== JOURNAL_FORMAT) return undefined;
  const { run, sequence = 0, started, command, source = null, undoes = null, settings = {} } = entry;
  const { displayName = null } = entry;
  const known = typeof command === 'string' && ['apply', 'undo', 'patch'].includes(command);
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

/** A row that is to be written, or that is accounted for already. */
interface PlanEntry {
  readonly type: 'plan';
  readonly index: number;
  readonly record: RowRecord;
}

/**
 * What came of a planned row; durable before it is counted. What the plan says of it is not said again; `before` and
 * `sent` are there where they are not those of the plan.
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

/** A row whose value was read again just before it is overwritten, and was not the one of the plan. */
export interface ReadEntry {
  readonly type: 'read';
  readonly index: number;
  /** What is overwritten; null where that is not known. */
  readonly before: Overview | null;
}

/** How a run stands when a process ends it. */
export interface EndEntry {
  readonly type: 'end';
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Whether something is left to do. */
  readonly interrupted: boolean;
  /** Rows that were sent, and whose answer is not known. */
  readonly inDoubt: number;
  /** As `runs` shows them, so that it need not read the journal. */
  readonly counts: RowCounts;
}

export type JournalEntry =
  | RunHead
  | PlanEntry
  /** The plan is whole and was agreed to: from here on rows are written. */
  | { readonly type: 'agreed'; readonly rows: number }
  /** The rows that are about to be sent; durable before they are. */
  | { readonly type: 'intent'; readonly indexes: readonly number[]; readonly again: readonly number[] }
  | ReadEntry
  | ResultEntry
  /** The rows that were read back, whatever came of it. */
  | { readonly type: 'verified'; readonly indexes: readonly number[] }
  /** The rows of which records may have been lost, as the journal's last group was damaged. */
  | { readonly type: 'doubt'; readonly indexes: readonly number[] }
  | EndEntry;
